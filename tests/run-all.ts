import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/**
 * Everything that a change must pass, in the order in which it is cheapest to find out. Each static check counts as
 * one test; the last line of the output is the sum, `N passed, N failed`.
 */
interface Step {
  title: string
  command: string[]
  env?: Record<string, string>
  /** A folder without which the step is left out. */
  needs?: string
}

const onMongo = { STORE: 'mongodb' }

/** A MongoDB is named, or can be had; on a build server it must be. */
function mongoAtHand(): boolean {
  const named = Boolean(process.env['MONGODB_URL']) || process.env['CI'] === 'true'
  return named || ['java', 'mvn'].every((program) => spawnSync(program, ['-version']).status === 0)
}

/** The DMN Technology Compatibility Kit is kept outside of the repository. */
const kit = process.env['DMN_TCK'] ?? '../shared/tck'

const vitest = (project: string) => ['vitest', 'run', '--project', project]

const steps: Step[] = [
  { title: 'formatting', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { title: 'lint', command: ['npm', 'run', '-s', 'lint'] },
  { title: 'types', command: ['npm', 'run', '-s', 'typecheck'] },
  { title: 'dead code', command: ['knip'] },
  { title: 'engine', command: vitest('engine') },
  { title: 'BPMN conformance', command: ['node', 'tests/conformance/bpmn/run.ts'] },
  { title: 'BPMN told otherwise', command: ['node', 'tests/conformance/transformed/run.ts', '--share', '1/6'] },
  { title: 'planted faults', command: ['node', 'tests/planted/run.ts', '--share', '1/20'] },
  { title: 'DMN conformance', command: ['node', 'tests/conformance/dmn-tck/run.ts', kit], needs: kit },
  { title: 'client', command: vitest('client') },
  { title: 'server on SQLite', command: vitest('server') },
  { title: 'server on MongoDB', command: vitest('server'), env: onMongo },
  { title: 'pack scenarios', command: ['node', 'server/command-line/retour.ts', 'test', 'templates'] },
  {
    title: 'approval scenarios',
    command: ['node', 'server/command-line/retour.ts', 'test', 'tests/conformance/approvals'],
  },
  { title: 'approval matrix', command: ['node', 'tests/matrix/run.ts'] },
  { title: 'reliability', command: vitest('reliability') },
  { title: 'journeys on SQLite', command: vitest('journeys') },
  {
    title: 'main journey on MongoDB',
    command: [...vitest('journeys'), 'tests/journeys/cancellation.test.ts'],
    env: onMongo,
  },
]

interface Outcome {
  status: number
  passed: number
  failed: number
}

/** Runs one step, passes its output on, and reads its plain closing line when it has one. */
function run(step: Step): Promise<Outcome> {
  const [program = '', ...args] = step.command
  const child = spawn(program, args, { env: { ...process.env, ...step.env }, stdio: ['ignore', 'pipe', 'inherit'] })
  let tail = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-4000)
    process.stdout.write(text.replaceAll(/^(\d+ passed, \d+ failed.*)$/gm, `${step.title}: $1`))
  })
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const status = code ?? 1
      const counted = [...tail.matchAll(/^(\d+) passed, (\d+) failed/gm)].at(-1)
      const passed = counted ? Number(counted[1]) : Number(status === 0)
      const failed = counted ? Number(counted[2]) : Number(status !== 0)
      resolve({ status, passed, failed: Math.max(failed, Number(status !== 0)) })
    })
  })
}

const sum = { passed: 0, failed: 0 }
const hasMongo = mongoAtHand()
for (const step of steps) {
  if (step.env === onMongo && !hasMongo) {
    process.stdout.write(`left out  ${step.title}: it needs MONGODB_URL, or java 17 and mvn\n`)
    continue
  }
  if (step.needs !== undefined && !existsSync(step.needs)) {
    process.stdout.write(`left out  ${step.title}: there is no folder ${step.needs} (or name one in DMN_TCK)\n`)
    continue
  }
  const began = process.hrtime.bigint()
  const outcome = await run(step)
  sum.passed += outcome.passed
  sum.failed += outcome.failed
  const seconds = Number((process.hrtime.bigint() - began) / 100_000_000n) / 10
  process.stdout.write(`${outcome.status === 0 ? 'ok' : 'FAILED'}  ${step.title}, ${seconds} s\n`)
}
process.stdout.write(`${sum.passed} passed, ${sum.failed} failed\n`)
process.exitCode = sum.failed === 0 ? 0 : 1
