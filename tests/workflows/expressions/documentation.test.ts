import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { builtins } from '../../../workflows/expressions/builtins/table.ts'
import { compileExpression, compileUnaryTests } from '../../../workflows/expressions/compile.ts'
import { formatValue } from '../../../workflows/expressions/text.ts'
import type { FeelValue } from '../../../workflows/expressions/values.ts'
import { aScope } from '../../support/feel.ts'

const text = readFileSync(new URL('../../../docs/expressions.md', import.meta.url), 'utf8')

const variables = JSON.parse(/```json\n([\s\S]*?)```/.exec(text)?.[1] ?? '{}') as Record<string, unknown>

/** The rows of its tables: what stands in code, cell by cell. */
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => [...line.matchAll(/(?<=\| )`([^`]*)`(?= \|)/g)].map(([, code]) => code ?? ''))

const examples = rows.filter((row) => row.length === 2) as [string, string][]
const cells = rows.filter((row) => row.length === 3) as [string, string, string][]

function valueOf(source: string): FeelValue {
  const compiled = compileExpression(source, { shape: variables })
  if (!compiled.ok) throw new Error(compiled.problem.message.en)
  expect(compiled.expression.notes).toEqual([])
  const result = compiled.expression.evaluate(aScope(variables))
  if (!result.ok) throw new Error(result.message.en)
  return result.value
}

describe('docs/expressions.md', () => {
  it.each(examples)('%s gives %s', (example, result) => {
    expect(formatValue(valueOf(example))).toBe(formatValue(valueOf(result)))
  })

  it.each(cells)('the cell %s with %s gives %s', (cell, input, result) => {
    const compiled = compileUnaryTests(cell)
    const told = compiled.ok && compiled.tests.evaluate(aScope(variables), valueOf(input))
    expect(told && told.ok && told.value).toBe(result === 'true')
  })

  it('has a row for every function and every operator', () => {
    const all = examples.map(([example]) => example).join('\n')
    const missing = [...builtins.keys()].filter((name) => !all.includes(`${name}(`))
    expect(missing).toEqual([])
    for (const operator of [
      ' + ',
      ' - ',
      ' * ',
      ' / ',
      ' ** ',
      '-(',
      ' = ',
      ' != ',
      ' > ',
      ' in ',
      ' between ',
      ' and ',
      ' or ',
      'not(',
      'if ',
      'for ',
      'some ',
      'every ',
      ' instance of ',
      'function(',
      '..',
      '@"',
    ])
      expect(all).toContain(operator)
    expect(text.match(/`<=`|`<`|`>=`/g)?.length).toBeGreaterThan(2)
  })

  it('explains every row in both languages', () => {
    for (const line of text.split('\n').filter((each) => each.startsWith('| `')))
      expect(line).toMatch(/\| [^|]*\p{Script=Han}[^|]* \| [^|]*[a-z][^|]* \|$/u)
  })
})
