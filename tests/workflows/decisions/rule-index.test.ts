import { array, assert, constantFrom, property, record, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluateDecision } from '../../../workflows/decisions/evaluate.ts'
import { compileUnaryTests } from '../../../workflows/expressions/compile.ts'
import type { FeelValue } from '../../../workflows/expressions/values.ts'
import { aModel, aTable, outcome } from '../../support/dmn.ts'
import { aScope } from '../../support/feel.ts'

const cells = constantFrom(
  '-',
  '5',
  '"gold"',
  '"gold", "silver"',
  'not("gold")',
  '< 5',
  '>= 2.5',
  '[2..7)',
  ']2..7[',
  '1, [4..6], > 9',
  'not(3, 4)',
  'true',
  'not(true)',
  'null',
  '!= 5',
  '< -2.5',
  '"a" , 4',
  '< limit',
  '? > 3 and ? < 8',
  '"zinc" , < "copper"',
  '12345678901234567890',
)

const inputs = constantFrom<FeelValue>(
  -3,
  0,
  2,
  2.5,
  3,
  4,
  5,
  5.5,
  6,
  7,
  9,
  10,
  1e300,
  -1e300,
  'gold',
  'silver',
  'copper',
  'brass',
  '',
  true,
  false,
  null,
)

const compiledCells = new Map<string, ReturnType<typeof compileUnaryTests>>()

/** What the cell itself says, tested alone. */
function says(cell: string, input: FeelValue, variables: Record<string, unknown>): boolean {
  const compiled = compiledCells.get(cell) ?? compileUnaryTests(cell)
  compiledCells.set(cell, compiled)
  const result = compiled.ok && compiled.tests.evaluate(aScope(variables), input)
  return result && result.ok && result.value === true
}

describe('the index of rules', { timeout: 60_000 }, () => {
  it('finds the rules that testing every cell finds, whatever the cells and inputs are', async () => {
    const rows = array(tuple(cells, cells, cells), { minLength: 16, maxLength: 70 })
    const cases: { rules: [string, string, string][]; values: FeelValue[][] }[] = []
    assert(
      property(
        record({ rules: rows, values: array(tuple(inputs, inputs, inputs), { minLength: 8, maxLength: 8 }) }),
        (made) => {
          cases.push(made)
        },
      ),
      { numRuns: 30, seed: 5 },
    )

    for (const { rules, values } of cases) {
      const model = await aModel(
        aTable({
          hitPolicy: 'RULE ORDER',
          inputs: ['a', 'b', 'c'].map((name) => ({ name })),
          outputs: [{ name: 'rule', type: 'number' }],
          rules: rules.map((row, index) => [row, [String(index)]]),
        }),
      )
      for (const [a = null, b = null, c = null] of values) {
        const variables = { a, b, c, limit: 4 }
        const expected = rules.flatMap((row, index) =>
          row.every((cell, column) => says(cell, [a, b, c][column] ?? null, variables)) ? [index] : [],
        )
        const answer = evaluateDecision(model, 'policy', aScope(variables))
        expect(answer.ok && (answer.output ?? [])).toEqual(expected)
      }
    }
  })

  it('tests inputs that it knows nothing of', async () => {
    const rules = Array.from({ length: 20 }, (_, index): [string[], string[]] => [
      [`[${index}..${index + 1})`],
      [`${index}`],
    ])
    const table = { outputs: [{ name: 'x', type: 'number' }], rules }

    expect(await outcome(table, { amount: '19.5' })).toBe('dmn.type')
    expect(await outcome({ ...table, inputs: [{ name: 'amount / 3' }] }, { amount: 20 })).toBe(6)
    expect(await outcome({ ...table, inputs: [{ name: 'amount' }] }, { amount: [3.5] })).toBe(null)
  })

  it('ends at the first rule where only that counts, so later rules cannot fail', async () => {
    const rules: [string[], string[]][] = [
      [['-'], ['1']],
      [['-'], ['"x"']],
    ]

    expect(await outcome({ hitPolicy: 'FIRST', outputs: [{ name: 'x', type: 'number' }], rules }, { amount: 1 })).toBe(
      1,
    )
  })
})
