import { effectScope } from 'vue'
import { describe, expect, it } from 'vitest'
import { useDraft } from '../../../../client/pages/tasks/use-draft.ts'

/** A draft with a hand-driven pause and a server that answers when told to. */
function open() {
  const saved: string[] = []
  const answers: { done(): void; fail(): void }[] = []
  let pause: (() => void) | null = null
  const scope = effectScope()
  const draft = scope.run(() =>
    useDraft(
      (text: string) =>
        new Promise<{ savedAt: string }>((done, fail) => {
          saved.push(text)
          answers.push({
            done: () => done({ savedAt: `2026-11-25T02:36:0${saved.length}Z` }),
            fail: () => fail(new Error('no line')),
          })
        }),
      {
        wait: (_, then) => {
          pause = then
          return () => (pause = null)
        },
      },
    ),
  )!
  const settled = () => new Promise((resolve) => setTimeout(resolve))
  return {
    draft,
    saved,
    scope,
    pauses: () => pause?.(),
    answer: async (how: 'done' | 'fail') => {
      answers.at(-1)?.[how]()
      await settled()
    },
  }
}

describe('a draft', () => {
  it('is saved after a pause, not with every key', async () => {
    const { draft, saved, pauses, answer } = open()

    draft.changed('同')
    draft.changed('同意')
    expect(saved).toEqual([])
    pauses()
    expect(saved).toEqual(['同意'])
    await answer('done')

    expect(draft.state.value).toBe('saved')
    expect(draft.savedAt.value).toBe('2026-11-25T02:36:01Z')
  })

  it('ends with the newest text when somebody types while it is being saved', async () => {
    const { draft, saved, pauses, answer } = open()
    draft.changed('一')
    pauses()

    draft.changed('一二')
    await answer('done')
    expect(saved).toEqual(['一', '一二'])
    await answer('done')

    expect(draft.state.value).toBe('saved')
  })

  it('keeps what could not be saved and tries it again when the line is back', async () => {
    const { draft, saved, pauses, answer } = open()
    draft.changed('写了很久')
    pauses()
    await answer('fail')
    expect(draft.state.value).toBe('failed')

    void draft.retry()
    await answer('done')

    expect(saved).toEqual(['写了很久', '写了很久'])
    expect(draft.state.value).toBe('saved')
  })

  it('is saved when the page is left before the pause is over', () => {
    const { draft, saved, scope } = open()

    draft.changed('还没停')
    scope.stop()

    expect(saved).toEqual(['还没停'])
  })

  it('is forgotten when the deed is done', () => {
    const { draft, saved, scope } = open()
    draft.changed('已经办了')

    draft.drop()
    scope.stop()

    expect(saved).toEqual([])
  })
})
