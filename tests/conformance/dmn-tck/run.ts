import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { evaluateToFeel } from '../../../workflows/decisions/evaluate.ts'
import type { DecisionModel } from '../../../workflows/decisions/model.ts'
import { readDmn } from '../../../workflows/decisions/read-dmn.ts'
import { equals } from '../../../workflows/expressions/compare.ts'
import { entry, keysOf } from '../../../workflows/expressions/contexts.ts'
import { toDecimal } from '../../../workflows/expressions/numbers.ts'
import { formatValue } from '../../../workflows/expressions/text.ts'
import { isContext, isNumber } from '../../../workflows/expressions/values.ts'
import type { FeelValue } from '../../../workflows/expressions/values.ts'
import { readCases } from './cases.ts'
import type { TckCase } from './cases.ts'

/**
 * Runs the cases of the DMN Technology Compatibility Kit: `node tests/conformance/dmn-tck/run.ts DIRECTORY [FOLDER...]`.
 * The kit is data and stays where it is. A failure of the evaluation counts as null, as the kit asks; numbers may differ
 * from the expected ones, which are written with fewer digits, by one in 10^8. Prints each case that differs, the counts
 * of each folder that is not whole, and the sum; ends with 1 when any case differs.
 */
const [directory = '', ...wanted] = process.argv.slice(2)

const tolerance = '1e-8'

function same(actual: FeelValue, expected: FeelValue): boolean {
  if (isNumber(actual) && isNumber(expected)) {
    const difference = toDecimal(actual).minus(toDecimal(expected)).abs()
    return difference.lte(toDecimal(expected).abs().times(tolerance).plus(tolerance))
  }
  if (Array.isArray(actual) && Array.isArray(expected))
    return actual.length === expected.length && actual.every((item, index) => same(item, expected[index] ?? null))
  if (isContext(actual) && isContext(expected))
    return (
      keysOf(actual).length === keysOf(expected).length &&
      keysOf(expected).every((key) => same(entry(actual, key) ?? null, entry(expected, key) ?? null))
    )
  return equals(actual, expected) === true
}

function idNamed(items: Iterable<{ id: string; name: string }>, name: string): string {
  return [...items].find((item) => item.name === name)?.id ?? ''
}

function evaluate(model: DecisionModel, testCase: TckCase): FeelValue {
  const known = new Set([...model.inputs.values()].map((input) => input.name))
  const scope = {
    get: (name: string) => (testCase.inputs.has(name) ? testCase.inputs.get(name) : known.has(name) ? null : undefined),
    now: '2026-11-25T10:30:00Z',
    timeZone: 'UTC',
  }
  const id = testCase.service
    ? idNamed(model.services.values(), testCase.service)
    : idNamed(model.decisions.values(), testCase.decision)
  const result = evaluateToFeel(model, id, scope)
  if (!result.ok && process.env['TCK_REASONS']) console.log('   ', testCase.id, result.code, result.message.en)
  return result.ok ? result.value : null
}

async function runFile(file: string): Promise<{ passed: number; failed: string[] }> {
  const { modelName, cases } = readCases(readFileSync(file, 'utf8'))
  const folder = dirname(file)
  const named = globSync(join(folder, modelName || `${basename(folder)}.dmn`))
  const [modelFile] = named.length > 0 ? named : globSync(join(folder, '*.dmn'))
  const read = await readDmn(readFileSync(modelFile ?? '', 'utf8'), { despiteProblems: true })
  if (!read.ok) return { passed: 0, failed: cases.map((each) => `${each.id}: ${read.problems[0]?.message.en}`) }
  const failed: string[] = []
  for (const testCase of cases) {
    let actual: FeelValue
    try {
      actual = evaluate(read.model, testCase)
    } catch (error) {
      failed.push(`${testCase.id} ${testCase.decision}: threw ${String(error)}`)
      continue
    }
    if (!same(actual, testCase.expected))
      failed.push(
        `${testCase.id} ${testCase.decision}: expected ${formatValue(testCase.expected)}, got ${formatValue(actual).slice(0, 100)}`,
      )
  }
  return { passed: cases.length - failed.length, failed }
}

let passed = 0
let failed = 0
for (const file of globSync(join(directory, '**/*-test-*.xml')).sort()) {
  const folder = basename(dirname(file))
  if (wanted.length > 0 && !wanted.some((name) => folder.startsWith(name))) continue
  const result = await runFile(file)
  passed += result.passed
  failed += result.failed.length
  if (result.failed.length > 0) console.log(`${folder}: ${result.passed} passed, ${result.failed.length} failed`)
  for (const each of result.failed) console.log(`  ${each}`)
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
