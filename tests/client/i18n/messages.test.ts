import { describe, expect, it } from 'vitest'
import { loadMessages } from '../../../client/i18n/index.ts'

type Tree = Record<string, unknown>

function leaves(tree: Tree, path = ''): [string, unknown][] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const here = path ? `${path}.${key}` : key
    return value !== null && typeof value === 'object'
      ? leaves(value as Tree, here)
      : [[here, value] as [string, unknown]]
  })
}

const valuesIn = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!))].sort()

describe('the messages', async () => {
  const chinese = new Map(leaves(await loadMessages('zh-CN')))
  const english = new Map(leaves(await loadMessages('en')))

  it('say the same things in Chinese and in English', () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort())
  })

  it('leave no text empty', () => {
    const empty = [...chinese, ...english].filter(([, text]) => typeof text !== 'string' || text.trim() === '')

    expect(empty).toEqual([])
  })

  it('fill in the same values in both languages', () => {
    const different = [...chinese]
      .filter(([key]) => !key.startsWith('time.'))
      .filter(([key, text]) => String(valuesIn(String(text))) !== String(valuesIn(String(english.get(key)))))

    expect(different).toEqual([])
  })

  it('keep Chinese out of the English texts', () => {
    const chineseInside = [...english].filter(
      ([key, text]) => /\p{Script=Han}/u.test(String(text)) && key !== 'shell.language.zh-CN',
    )

    expect(chineseInside).toEqual([])
  })
})
