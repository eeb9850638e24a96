import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { approval } from './approval.ts'
import { engine } from './engine.ts'
import type { Planted, PlantedPart } from './planted.ts'
import { database, runtime } from './runtime.ts'

/**
 * `npm run planted [-- WORD...]`: puts each fault of the lists into a copy of the product and expects a test to fail. With
 * words only the faults of whose part, file or reason one is a part. Prints a table by part; ends with 1 when a fault is
 * not found, or does not fit the file any more.
 */
const parts: readonly PlantedPart[] = [engine, runtime, database, approval]

const root = resolve(import.meta.dirname, '../..')
const copied = [
  'workflows',
  'server',
  'tests',
  'templates',
  'package.json',
  'vite.config.ts',
  'vitest.config.ts',
  'tsconfig.json',
]
const words = process.argv.slice(2)
const isWanted = ({ name }: PlantedPart, { file, why }: Planted) =>
  words.length === 0 || words.some((word) => `${name} ${file} ${why}`.includes(word))

const copy = mkdtempSync(join(tmpdir(), 'retour-planted-'))
for (const name of copied) cpSync(join(root, name), join(copy, name), { recursive: true, force: true })
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`, WALKS: '60' }

type Check = readonly string[]

const projects: Readonly<Record<string, string>> = { workflows: 'engine', server: 'server', reliability: 'reliability' }

/** The command that runs a test file, or the scenarios of a folder. */
const checkOf = (path: string): Check =>
  path.endsWith('.test.ts')
    ? ['vitest', 'run', '--project', projects[path.split('/')[1] ?? ''] ?? 'engine', '--bail', '1', path]
    : ['node', 'server/command-line/retour.ts', 'test', path]

const checksOf = ({ checks }: PlantedPart, { tests }: Planted): readonly Check[] => tests?.map(checkOf) ?? checks

function passes([program = '', ...args]: Check): boolean {
  const own = program === 'node' ? process.execPath : program
  return spawnSync(own, args, { cwd: copy, env, stdio: 'ignore', timeout: 60_000 }).status === 0
}

type Found = { how: 'found'; by: string } | { how: 'missed' } | { how: 'does not fit' }

/** Which check found it. */
function tryFault({ file, find, replace }: Planted, checks: readonly Check[]): Found {
  const path = join(copy, file)
  const whole = readFileSync(path, 'utf8')
  if (whole.split(find).length !== 2) return { how: 'does not fit' }
  writeFileSync(
    path,
    whole.replace(find, () => replace),
  )
  const check = checks.find((one) => !passes(one))
  writeFileSync(path, whole)
  return check ? { how: 'found', by: check.findLast((word) => word.includes('/')) ?? check[0]! } : { how: 'missed' }
}

const wanted = parts
  .map((part) => ({ part, faults: part.faults.filter((fault) => isWanted(part, fault)) }))
  .filter(({ faults }) => faults.length > 0)

let missed = 0
let count = 0
try {
  const all = wanted.flatMap(({ part, faults }) => faults.flatMap((fault) => checksOf(part, fault)))
  const distinct = new Map(all.map((check) => [check.join(' '), check]))
  for (const [said, check] of distinct) if (!passes(check)) throw new Error(`without a fault, ${said} fails`)
  for (const { part, faults } of wanted) {
    console.log(`\n| ${part.name} | what goes wrong | found by |\n| --- | --- | --- |`)
    let found = 0
    for (const fault of faults) {
      const result = tryFault(fault, checksOf(part, fault))
      if (result.how === 'found') found += 1
      const by = result.how === 'found' ? result.by.replace(/^tests\//, '') : result.how.toUpperCase()
      console.log(`| ${fault.file.split('/').slice(-2).join('/')} | ${fault.why} | ${by} |`)
    }
    console.log(`\n${part.name}: ${found} of ${faults.length} found`)
    count += faults.length
    missed += faults.length - found
  }
} finally {
  rmSync(copy, { recursive: true })
}
console.log(`${count - missed} passed, ${missed} failed`)
process.exitCode = missed === 0 ? 0 : 1
