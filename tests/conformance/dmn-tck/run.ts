import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { evaluateToFeel } from '../../../workflows/decisions/evaluate.ts'
import type { DecisionModel } from '../../../workflows/decisions/model.ts'
import { readDmn } from '../../../workflows/decisions/read-dmn.ts'
import type { ReadDmn } from '../../../workflows/decisions/read-dmn.ts'
import { equals } from '../../../workflows/expressions/compare.ts'
import { entry, keysOf } from '../../../workflows/expressions/contexts.ts'
import { toDecimal } from '../../../workflows/expressions/numbers.ts'
import { formatValue } from '../../../workflows/expressions/text.ts'
import { isContext, isNumber } from '../../../workflows/expressions/values.ts'
import type { FeelValue } from '../../../workflows/expressions/values.ts'
import { readCases } from './cases.ts'
import type { TckCase } from './cases.ts'

/**
 * Runs cases of the DMN Technology Compatibility Kit: `npm run tck -- FOLDER...`. Every folder below is searched for test
 * files (`*-test-*.xml`), which run against the models beside them. The kit is data and stays where it is.
 *
 * A failure of the evaluation counts as null, as the kit asks, and so does an input of another type than declared; numbers may differ from the expected ones, which are written
 * with fewer digits, by one in 10^8. Cases of a model that calls Java are skipped, with the refusal by name as the reason;
 * they are counted as neither passed nor failed. A case passes when every decision that it asks for gives what it should. Prints each failure with what was expected and what came, then a table by
 * folder, and ends with `N passed, N failed, N skipped`; the exit code is 1 when any case failed.
 */
const directories = process.argv.slice(2)

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

interface Answer {
  value: FeelValue
  reason: string
}

function evaluate(model: DecisionModel, testCase: TckCase, decision: string): Answer {
  const known = new Set([...model.inputs.values()].map((input) => input.name))
  const scope = {
    get: (name: string) => (testCase.inputs.has(name) ? testCase.inputs.get(name) : known.has(name) ? null : undefined),
    now: '2026-11-25T10:30:00Z',
    timeZone: 'UTC',
  }
  const { invocable } = testCase
  const id = invocable
    ? idNamed([...model.services.values(), ...model.knowledge.values()], invocable)
    : idNamed(model.decisions.values(), decision)
  const result = evaluateToFeel(model, id, scope, null, false)
  if (!result.ok) return { value: null, reason: ` (${result.code}: ${result.message.en})` }
  // The decisions of a service that has several are asked for one by one.
  const several = (model.services.get(id)?.outputs.length ?? 0) > 1 && isContext(result.value) ? result.value : null
  return { value: (several && entry(several, decision)) ?? result.value, reason: '' }
}

/** What is wrong with what a decision gives, or null. */
function differs(read: ReadDmn, testCase: TckCase, decision: string, expected: FeelValue): string | null {
  try {
    const { value, reason }: Answer = read.ok
      ? evaluate(read.model, testCase, decision)
      : { value: null, reason: ` (${read.problems[0]?.message.en ?? ''})` }
    if (same(value, expected)) return null
    return `expected ${formatValue(expected)}, got ${formatValue(value).slice(0, 200)}${reason}`
  } catch (error) {
    return `expected ${formatValue(expected)}, got a defect: ${String(error)}`
  }
}

interface Count {
  passed: number
  failed: number
  skipped: number
}

/** The model that a test file names; without a name, or with one that is not there, the first that is its own. */
function modelBeside(folder: string, modelName: string): string | undefined {
  const models = globSync(join(folder, '*.dmn')).toSorted()
  return (
    models.find((file) => basename(file) === modelName) ??
    models.find((file) => basename(file) === `${basename(folder)}.dmn`) ??
    models[0]
  )
}

async function runFile(file: string): Promise<Count> {
  const folder = dirname(file)
  const { modelName, cases } = readCases(readFileSync(file, 'utf8'))
  const modelFile = modelBeside(folder, modelName)
  if (modelFile === undefined) {
    console.log(`FAILED ${basename(file)}: there is no model beside it`)
    return { passed: 0, failed: cases.length, skipped: 0 }
  }
  const others = globSync(join(folder, '*.dmn'))
    .filter((other) => other !== modelFile)
    .map((other) => readFileSync(other, 'utf8'))
  const content = readFileSync(modelFile, 'utf8')
  const strict = await readDmn(content, { others })
  const java = strict.ok ? undefined : strict.problems.find(({ code }) => code.endsWith('.external'))
  if (java) {
    console.log(`skipped ${cases.length} of ${basename(file)}: refused at ${java.elementId}: ${java.message.en}`)
    return { passed: 0, failed: 0, skipped: cases.length }
  }
  const read = strict.ok ? strict : await readDmn(content, { others, despiteProblems: true })
  const count: Count = { passed: 0, failed: 0, skipped: 0 }
  for (const testCase of cases) {
    const wrong = testCase.results.flatMap(({ decision, expected }) => {
      const told = differs(read, testCase, decision, expected)
      return told === null ? [] : [`${basename(file)} ${testCase.id} ${decision}: ${told}`]
    })
    if (wrong.length === 0) count.passed++
    else count.failed++
    for (const line of wrong) console.log(`FAILED ${line}`)
  }
  return count
}

/** The shared start of the folders, which says nothing. */
const label = (directory: string, folder: string) => relative(directory, folder) || basename(folder)

const missing = directories.filter((directory) => !existsSync(directory))
if (directories.length === 0 || missing.length > 0) {
  console.error(
    missing.length > 0
      ? `Expected a folder, but there is none: ${missing.join(', ')}`
      : 'Usage: npm run tck -- FOLDER...',
  )
  process.exitCode = 2
} else {
  const table = new Map<string, Count>()
  const add = (name: string, { passed, failed, skipped }: Count) => {
    const count = table.get(name) ?? { passed: 0, failed: 0, skipped: 0 }
    table.set(name, {
      passed: count.passed + passed,
      failed: count.failed + failed,
      skipped: count.skipped + skipped,
    })
  }
  for (const directory of directories)
    for (const file of globSync(join(directory, '**/*-test-*.xml')).toSorted())
      add(label(directory, dirname(file)), await runFile(file))
  const width = Math.max(0, ...[...table.keys()].map((name) => name.length))
  const line = (name: string, { passed, failed, skipped }: Count) =>
    `${name.padEnd(width)} ${String(passed).padStart(6)} ${String(failed).padStart(6)} ${String(skipped).padStart(7)}`
  console.log(`\n${'folder'.padEnd(width)} passed failed skipped`)
  const sum: Count = { passed: 0, failed: 0, skipped: 0 }
  for (const [name, count] of table) {
    console.log(line(name, count))
    for (const key of ['passed', 'failed', 'skipped'] as const) sum[key] += count[key]
  }
  console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`)
  process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0
}
