import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { build } from 'vite'
import { openStore } from '../../server/database/store.ts'
import type { ProcessInstance } from '../../workflows/engine/instance.ts'
import { runtimeCollections } from '../../workflows/runtime/documents.ts'
import { brokenIn, everything } from '../support/crash-story.ts'
import { spawnRuntime, type Answer, type Asked, type RuntimeProcess } from '../support/killed-runtime.ts'
import { seeded, type Dice } from '../support/seeded.ts'
import { testRuntime } from '../support/test-runtime.ts'

const seed = Number(process.env['SEED'] ?? 20_261_125)
const kills = Number(process.env['RUNTIME_KILLS'] ?? 300)
const clients = 6
/** On a machine that is too slow for all of them it ends earlier, and says how many there were. */
const longest = 170_000

const pass = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

/** A command and what came of it; `cuts` counts the servers that died without answering it. */
interface Record {
  asked: Asked
  answer: Answer | null
  cuts: number
}

/** Where clients find the server of the moment. Who gets no answer asks the next one, in the same words. */
function lineTo() {
  const history: Record[] = []
  let server: RuntimeProcess | null = null
  let comesUp = () => {}
  let up = new Promise<void>((resolve) => (comesUp = resolve))
  async function ask(asked: Asked): Promise<Answer> {
    const record: Record = { asked, answer: null, cuts: 0 }
    history.push(record)
    for (;;) {
      await up
      record.answer = (await server?.ask(asked)) ?? null
      if (record.answer) return record.answer
      record.cuts += 1
      await pass(1)
    }
  }
  return {
    history,
    ask,
    comesBack(next: RuntimeProcess) {
      server = next
      comesUp()
    },
    goesDown() {
      server = null
      up = new Promise((resolve) => (comesUp = resolve))
    },
  }
}

type Line = ReturnType<typeof lineTo>

const listOf = ({ value }: Answer): string[] => (Array.isArray(value) ? value : [])

/** Sends goods back, looks at them, sends parcels, changes its mind. */
async function client(line: Line, name: string, dice: Dice, isOver: () => boolean): Promise<void> {
  const mine: string[] = []
  const acts: [share: number, act: () => Promise<unknown> | undefined][] = [
    [
      0.2,
      () => {
        const id = `${name}-${mine.length + 1}`
        mine.push(id)
        const lines = Array.from({ length: dice.whole(1, 4) }, (_, index) => `line ${index + 1}`)
        return line.ask({ kind: 'start', id, damaged: dice.chance(0.5), lines })
      },
    ],
    [
      0.4,
      async () => {
        const open = listOf(await line.ask({ kind: 'tasks' }))
        if (open.length > 0) await line.ask({ kind: 'complete', id: dice.pick(open) })
      },
    ],
    [0.34, () => (mine.length > 0 ? parcel(line, dice.pick(mine)) : undefined)],
    [0.02, () => line.ask({ kind: 'signal', id: `${name}-${dice.whole(1, 1_000_000)}` })],
    [0.04, () => (mine.length > 0 ? line.ask({ kind: 'cancel', id: dice.pick(mine) }) : undefined)],
  ]
  while (!isOver()) {
    let at = dice.next()
    const [, act] = acts.find(([share]) => (at -= share) < 0) ?? acts[0]!
    await act()
    await pass(dice.whole(1, 60))
  }
}

const parcel = (line: Line, orderNo: string) => line.ask({ kind: 'message', id: `parcel-${orderNo}`, orderNo })

/** Helps everything that is open to its end: nothing may be left that nobody can move. */
async function finish(line: Line): Promise<void> {
  for (let round = 1; round <= 200; round += 1) {
    for (const id of listOf(await line.ask({ kind: 'incidents' }))) await line.ask({ kind: 'resolve', id })
    const tasks = listOf(await line.ask({ kind: 'tasks' }))
    await Promise.all(tasks.map((id) => line.ask({ kind: 'complete', id })))
    if (round === 1) {
      const started = line.history.flatMap(({ asked }) => (asked.kind === 'start' ? [asked.id] : []))
      await Promise.all(started.map((id) => parcel(line, id)))
    }
    await line.ask({ kind: 'signal', id: `last-${round}` })
    const { value } = await line.ask({ kind: 'active' })
    if (value === 0) return
    await pass(200)
  }
}

/** The program in one file, which is read in a fraction of the time that its hundreds take. */
async function bundled(folder: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true, external: ['mongodb'] },
    build: {
      ssr: join(import.meta.dirname, '../support/runtime-server.ts'),
      outDir: join(folder, 'program'),
      target: 'node24',
      minify: false,
      rollupOptions: { output: { entryFileNames: 'runtime-server.mjs' } },
    },
  })
  return join(folder, 'program', 'runtime-server.mjs')
}

const isCommand = ({ asked: { kind } }: Record) =>
  !['publish', 'tasks', 'incidents', 'active', 'cancel', 'resolve'].includes(kind)

/** Every answered command is asked once more: the same answer, and nothing happens. */
async function askAgain(line: Line, answered: Record[]): Promise<string[]> {
  const changed: string[] = []
  for (const { asked, answer } of answered) {
    const again = await line.ask(asked)
    if (again.ok !== answer?.ok) changed.push(`${JSON.stringify(asked)}: ${again.code ?? 'ok'}`)
  }
  return changed
}

/** What was answered, held against what is there, read while nobody works. */
async function lostIn(
  dataDir: string,
  history: Record[],
): Promise<{ wrong: string[]; instances: number; jobs: number }> {
  const store = await openStore({ dataDir }, runtimeCollections)
  const { runtime } = testRuntime({ store })
  const wrong = await brokenIn(store, runtime)
  const done = history.filter(({ answer }) => answer?.ok)
  const idsOf = (kind: Asked['kind']) =>
    new Set(done.flatMap(({ asked }) => (asked.kind === kind && 'id' in asked ? [asked.id] : [])))
  const [started, canceled, completed] = [idsOf('start'), idsOf('cancel'), idsOf('complete')]
  // A cancellation has no key: whoever asks again after a kill may hear that the instance has ended, by her own word.
  const perhapsCanceled = new Set(
    history.flatMap(({ asked, answer, cuts }) =>
      asked.kind === 'cancel' && cuts > 0 && answer?.code === 'instance.ended' ? [asked.id] : [],
    ),
  )
  const effects = new Map<string, string>()
  const performed = new Set<string>()
  for (const line of readFileSync(join(dataDir, 'effects'), 'utf8').trim().split('\n')) {
    const [jobId = '', key = '', ...place] = line.split(' ')
    performed.add(jobId)
    const before = effects.get(key) ?? place.join(' ')
    if (before !== place.join(' ')) wrong.push(`one key for two effects: ${key}`)
    effects.set(key, before)
  }

  let [instances, jobs] = [0, 0]
  const acted = new Set<string>()
  for await (const instance of everything<ProcessInstance>(store, 'instances')) {
    const { id, processId, state, variables } = instance
    instances += 1
    const events = await runtime.history(id)
    for (const event of events) {
      if (event.type === 'taskActed') acted.add(`${id}:${event.key}`)
      if (event.type !== 'jobCompleted') continue
      jobs += 1
      if (!performed.has(event.jobId)) wrong.push(`done without its effect: ${event.jobId}`)
    }
    if (processId !== 'goods') continue
    if (!started.delete(id)) wrong.push(`${id}: nobody was told that it started`)
    const expected =
      canceled.has(id) || (perhapsCanceled.has(id) && state === 'terminated') ? 'terminated' : 'completed'
    if (state !== expected) wrong.push(`${id}: ${state}`)
    const checked = (variables['lines'] as string[]).map((line) => `${line} ok`)
    if (state === 'completed' && JSON.stringify(variables['checked']) !== JSON.stringify(checked))
      wrong.push(`${id}: checked ${JSON.stringify(variables['checked'])}`)
    if (state === 'completed' && variables['parcel'] !== `parcel-${id}`) wrong.push(`${id}: its parcel is lost`)
  }
  for (const id of started) wrong.push(`${id}: started, and lost`)
  for (const id of completed) if (!acted.has(id)) wrong.push(`${id}: done, and lost`)
  for (const id of acted) if (!completed.has(id)) wrong.push(`${id}: done, and nobody was told`)
  await store.close()
  return { wrong, instances, jobs }
}

function damageIn(dataDir: string): unknown[] {
  const database = new DatabaseSync(join(dataDir, 'retour.db'), { readOnly: true })
  const found = [
    ...database
      .prepare('PRAGMA integrity_check')
      .all()
      .map((row) => row['integrity_check']),
    ...database.prepare('PRAGMA foreign_key_check').all(),
  ]
  database.close()
  return found.filter((line) => line !== 'ok')
}

describe('a runtime in a process of its own, killed hundreds of times', () => {
  it('keeps what it answered and does nothing twice', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'retour-runtime-kill-'))
    const dataDir = join(folder, 'data')
    const dice = seeded(seed)
    const line = lineTo()
    const program = await bundled(folder)
    const fresh = () => spawnRuntime(program, dataDir, join(folder, 'compiled'))
    let next = fresh()
    let current = next
    onTestFinished(async () => {
      await Promise.all([current.kill(), next.kill()])
      rmSync(folder, { recursive: true, force: true })
    })
    const complaints: string[] = []
    const nextLife = async () => {
      current = next
      await current.loaded
      next = fresh()
      return current
    }
    const endOfLife = async () => {
      await current.kill()
      const complaint = current.complaint()
      if (complaint !== null) complaints.push(complaint)
    }

    // When clients work while the server dies again and again, on one data folder
    let over = false
    const began = performance.now()
    let working: Promise<void>[] = []
    let startUps = 0
    let lives = 0
    for (let life = 0; life < kills && complaints.length === 0 && performance.now() - began < longest; life += 1) {
      const server = await nextLife()
      lives += 1
      const ready = server.go()
      if (life > 0 && dice.chance(0.25)) {
        startUps += 1
        await pass(dice.logUniform(1, 60))
      } else {
        await ready
        line.comesBack(server)
        if (life === 0) {
          await line.ask({ kind: 'publish' })
          working = Array.from({ length: clients }, (_, n) => client(line, `c${n}`, seeded(seed + n), () => over))
        }
        await pass(dice.logUniform(15, 500))
        line.goesDown()
      }
      await endOfLife()
    }
    const seconds = Math.round((performance.now() - began) / 1000)
    await (await nextLife()).go()
    line.comesBack(current)
    over = true
    await Promise.all(working)
    await finish(line)

    // Then everybody gets the same answer once more, and the data say the same
    const answered = line.history.filter((record) => record.answer?.ok && isCommand(record))
    const cut = line.history.filter(({ cuts }) => cuts > 0)
    const changed = await askAgain(line, answered)
    await finish(line)
    await endOfLife()
    const { wrong, instances, jobs } = await lostIn(dataDir, line.history)
    process.stdout.write(
      `runtime kill: seed ${seed}, ${lives} kills (${startUps} during start-up) in ${seconds} s, ${answered.length} commands done, ` +
        `${cut.length} asked again after a kill, ${instances} instances, ${jobs} jobs\n`,
    )
    expect({ complaints, changed, wrong, damage: damageIn(dataDir) }).toEqual({
      complaints: [],
      changed: [],
      wrong: [],
      damage: [],
    })
    expect(cut.length).toBeGreaterThan(lives / 4)
  }, 420_000)
})
