import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { readShare } from '../support/share.ts'
import { approval } from './approval.ts'
import { engine } from './engine.ts'
import type { Planted, PlantedPart } from './planted.ts'
import { database, runtime } from './runtime.ts'

/**
 * `npm run planted [-- WORD... | --share K/N]`: puts each fault of the lists into a copy of the product and
 * expects a test to fail. With words only the faults of whose part, file or reason one is a part; with a share every
 * Nth of them (`support/share.ts`). Prints a table; ends with 1 when a fault is not found, or any of the whole list does not fit its file.
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

const { words, takes, again } = readShare(process.argv.slice(2), 'planted')

interface Task {
  part: PlantedPart
  fault: Planted
}

type Check = readonly string[]

const projects: Readonly<Record<string, string>> = { workflows: 'engine', server: 'server', reliability: 'reliability' }

/** The command that runs test files of one project, or the scenarios of folders. */
const checkOf = (paths: readonly string[]): Check => {
  const [first = ''] = paths
  return first.endsWith('.test.ts')
    ? ['vitest', 'run', '--project', projects[first.split('/')[1] ?? ''] ?? 'engine', '--bail', '1', ...paths]
    : ['node', 'server/command-line/retour.ts', 'test', ...paths]
}

const checksOf = ({ part, fault }: Task): readonly Check[] => fault.tests?.map((path) => checkOf([path])) ?? part.checks

const timesIn = ({ file, find }: Planted) => readFileSync(join(root, file), 'utf8').split(find).length - 1

const all: Task[] = parts.flatMap((part) => part.faults.map((fault) => ({ part, fault })))
const isMeant = ({ part, fault: { file, why } }: Task) =>
  words.length === 0 || words.some((word) => `${part.name} ${file} ${why}`.includes(word))
const wanted = all.filter(isMeant).filter((_, index) => takes(index))
const unfit = all.filter(({ fault }) => timesIn(fault) !== 1)

function copyProduct(): string {
  const copy = mkdtempSync(join(tmpdir(), 'retour-planted-'))
  for (const name of copied) cpSync(join(root, name), join(copy, name), { recursive: true, force: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`, WALKS: '60' }

/** A fault may make a test run for ever; what runs without one takes its time on a busy machine. */
const patience = { ofFault: 60_000, unharmed: 600_000 }

function passes(copy: string, [program = '', ...given]: Check, timeout = patience.ofFault): Promise<boolean> {
  const own = program === 'node' ? process.execPath : program
  const child = spawn(own, given, { cwd: copy, env, stdio: 'ignore', timeout })
  return new Promise((done) => child.on('close', (code) => done(code === 0)).on('error', () => done(false)))
}

/** Which check found it; null: none did. */
async function finderOf(copy: string, task: Task): Promise<string | null> {
  const { file, find, replace } = task.fault
  const path = join(copy, file)
  const whole = readFileSync(path, 'utf8')
  writeFileSync(
    path,
    whole.replace(find, () => replace),
  )
  try {
    for (const check of checksOf(task))
      if (!(await passes(copy, check))) return check.findLast((word) => word.includes('/')) ?? check[0]!
    return null
  } finally {
    writeFileSync(path, whole)
  }
}

/** Without a fault everything passes; else what fails would tell nothing. */
async function checkUnharmed(copy: string, tasks: readonly Task[]): Promise<void> {
  const paths = [...new Set(tasks.flatMap(({ fault }) => fault.tests ?? []))]
  const kindOf = (path: string) => checkOf([path]).slice(0, 4).join(' ')
  const grouped = [...Map.groupBy(paths, (path) => (path.endsWith('.test.ts') ? kindOf(path) : '')).values()].map(
    checkOf,
  )
  const whole = tasks.some(({ fault }) => !fault.tests)
    ? tasks.flatMap(({ part, fault }) => (fault.tests ? [] : part.checks))
    : []
  const distinct = new Map([...grouped, ...whole].map((check) => [check.join(' '), check]))
  for (const [said, check] of distinct)
    if (!(await passes(copy, check, patience.unharmed))) throw new Error(`without a fault, ${said} fails`)
}

const copies = Array.from({ length: Math.min(2, availableParallelism()) }, copyProduct)
const found = new Map<Task, string | null>()
try {
  await checkUnharmed(copies[0]!, wanted)
  const open = wanted.filter((task) => !unfit.includes(task))
  const work = async (copy: string) => {
    for (let task = open.shift(); task; task = open.shift()) found.set(task, await finderOf(copy, task))
  }
  await Promise.all(copies.map(work))
} finally {
  for (const copy of copies) rmSync(copy, { recursive: true })
}

const failed = new Set([...unfit, ...wanted.filter((task) => !found.get(task))])
const verdict = (task: Task) =>
  unfit.includes(task) ? 'DOES NOT FIT' : (found.get(task)?.replace(/^tests\//, '') ?? 'MISSED')
for (const part of parts) {
  const shown = [...new Set([...wanted, ...unfit])].filter((task) => task.part === part)
  if (shown.length === 0) continue
  console.log(`\n| ${part.name} | what goes wrong | found by |\n| --- | --- | --- |`)
  for (const task of shown)
    console.log(`| ${task.fault.file.split('/').slice(-2).join('/')} | ${task.fault.why} | ${verdict(task)} |`)
}
if (again !== null) console.log(`\nThe same again: ${again}`)
console.log(`${wanted.filter((task) => !failed.has(task)).length} passed, ${failed.size} failed`)
process.exitCode = failed.size === 0 ? 0 : 1
