import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openStore } from '../../server/database/store.ts'
import type { EngineEvent } from '../../workflows/engine/events.ts'
import type { ProcessInstance } from '../../workflows/engine/instance.ts'
import { runtimeCollections } from '../../workflows/runtime/documents.ts'
import type { Runtime, TaskDocument } from '../../workflows/runtime/face.ts'
import { createMemoryStore } from '../../workflows/runtime/memory-store.ts'
import type { Store } from '../../workflows/runtime/ports.ts'
import {
  answerOf,
  brokenIn,
  everything,
  jobTypes,
  returnOfGoods,
  sharedValues,
  stable,
} from '../support/crash-story.ts'
import { faultStore } from '../support/fault-store.ts'
import { manualTime, type ManualTime } from '../support/manual-time.ts'
import { freshMongoUrl, hasMongo } from '../support/mongo-database.ts'
import { testRuntime, valueOf } from '../support/test-runtime.ts'

/** What stays when a server dies: the clock, what it did to the world, and what it answered. */
interface World {
  time: ManualTime
  alone: boolean
  effects: Set<string>
  answered: Set<string>
  lives: number
}

const minutes = 60_000

function serverOn(store: Store, world: World) {
  const { time, alone } = world
  const life = (world.lives += 1)
  let count = 0
  const ids = { next: () => `life${life}-${(count += 1)}` }
  const { runtime } = testRuntime({ store, time, alone, ids })
  for (const jobType of jobTypes)
    runtime.registerWorker(jobType, async ({ idempotencyKey, variables }) => {
      world.effects.add(`${jobType} ${idempotencyKey}`)
      return { kind: 'complete', variables: answerOf(jobType, variables) }
    })
  return runtime
}

const openTasks = async (store: Store): Promise<TaskDocument[]> => {
  const tasks = await store.find<TaskDocument>('tasks', { filter: { state: 'open' }, limit: 100 })
  return tasks.items.map(({ data }) => data)
}

/** Lets the clock go to a moment and the server do what is due then. */
const until = async (world: World, runtime: Runtime, milliseconds: number) => {
  world.time.advance(milliseconds)
  await runtime.settle()
}

/** Goes on after a start. Alone, at once; else when the leases of the dead have run out, and the wait for their half-done writes. */
async function comeBack(world: World, runtime: Runtime): Promise<void> {
  if (!world.alone) return until(world, runtime, 2 * minutes)
  runtime.run()
  await runtime.stop()
  await runtime.settle()
}

type Story = (store: Store, world: World) => Promise<void>

/** A whole return, its goods damaged or sound. Told again after a crash in the same words. */
const returned =
  (damaged: boolean): Story =>
  async (store, world) => {
    const runtime = serverOn(store, world)
    const answered = (name: string, result: { ok: boolean }) => result.ok && world.answered.add(name)
    const parcel = { messageId: 'm-1', name: 'parcel', correlationKey: 'A', variables: { parcel: 1 } }
    answered('message', await runtime.publishMessage({ ...parcel, timeToLive: 'PT9H' }))
    const started = await runtime.start({
      processId: 'goods',
      processInstanceId: 'case-1',
      variables: { orderNo: 'A', lines: ['one', 'two', 'three'], damaged },
      businessKey: 'AS-1',
      initiator: 'customer',
    })
    answered('start', started)
    await comeBack(world, runtime)
    answered('signal', await runtime.broadcastSignal({ signalId: 'x', name: 'closing', variables: { closed: true } }))
    for (let repeats = 0; repeats < 3; repeats += 1) await until(world, runtime, 10 * minutes)
    for (const { taskId } of await openTasks(store))
      answered('task', await runtime.completeTask(taskId, 'li', { looked: true }, `look-${taskId}`))
    await until(world, runtime, 0)
    await until(world, runtime, 60 * minutes)
  }

/** Given up by the customer while all of it is under way. */
const canceled: Story = async (store, world) => {
  const runtime = serverOn(store, world)
  const started = await runtime.start({
    processId: 'goods',
    processInstanceId: 'case-1',
    variables: { orderNo: 'A', lines: ['one', 'two'], damaged: false },
    businessKey: 'AS-1',
    initiator: 'customer',
  })
  if (started.ok) world.answered.add('start')
  await comeBack(world, runtime)
  if ((await runtime.cancel('case-1', 'admin', 'withdrawn')).ok) world.answered.add('cancel')
  await until(world, runtime, 2 * minutes)
}

const stories: Record<string, Story> = {
  'with damaged goods': returned(true),
  'with sound goods': returned(false),
  'that is canceled': canceled,
}

const newWorld = (alone: boolean): World => ({
  time: manualTime(),
  alone,
  effects: new Set(),
  answered: new Set(),
  lives: 0,
})

const publish = async (store: Store, world: World) =>
  valueOf(await serverOn(store, world).publish(returnOfGoods({ pause: 'PT1H', every: 'PT10M' }), 'admin'))

/** Numbers in ids are the order in which things came, which a crash may change. */
const nameOf = (id: string) => id.replaceAll(/[:-]\d+/g, ':n')

const tally = (history: EngineEvent[]) => {
  const counts: Record<string, number> = {}
  for (const event of history) {
    const name = [event.type, 'elementId' in event ? event.elementId : '', 'to' in event ? String(event.to) : ''].join(
      ' ',
    )
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

/** How it ended, told so that two ends can be compared: who ran, with which variables, through what. */
async function endOf(store: Store, world: World) {
  const { runtime } = testRuntime({ store })
  const instances: unknown[] = []
  for await (const { id, processId, state, variables } of everything<ProcessInstance>(store, 'instances'))
    instances.push({ id: nameOf(id), processId, state, variables, events: tally(await runtime.history(id)) })
  return {
    instances: instances.map(stable).toSorted(),
    shared: await sharedValues(store),
    effects: [...world.effects].map(nameOf).toSorted(),
    left: await Promise.all(
      ['tasks', 'jobs', 'timers', 'subscriptions'].map((name) =>
        store.count(name, name === 'tasks' ? { state: 'open' } : {}),
      ),
    ),
  }
}

/** What was answered is there when the server comes back, before anybody asks again (I1). */
async function checkAnswered(store: Store, { answered }: World): Promise<void> {
  const has = async (collection: string, id: string) => (await store.load(collection, id)) !== null
  const lost: string[] = []
  if (answered.has('start') && !(await has('instances', 'case-1'))) lost.push('start')
  if (answered.has('message') && !(await has('messages', 'm-1'))) lost.push('message')
  if (answered.has('signal') && !(await has('acts', 'signal:x'))) lost.push('signal')
  if (answered.has('task') && (await store.count('tasks', { state: 'closed' })) === 0) lost.push('task')
  const state = (await store.load<ProcessInstance>('instances', 'case-1'))?.data.state
  if (answered.has('cancel') && state !== 'terminated') lost.push('cancel')
  expect(lost).toEqual([])
}

/** Lets a live server go on until it dies or is done, and a dead one do what it may have in hand. */
async function breathe(isOver: () => boolean, pause: () => Promise<void>): Promise<void> {
  while (!isOver()) await pause()
  for (let turn = 0; turn < 20; turn += 1) await pause()
}

const atOnce = () => new Promise<void>((done) => setImmediate(done))

/** A kind of store: how it is opened, and how it is found after its server has died. */
interface Place {
  open(): Promise<Store>
  /** The same data as another server finds it. */
  reopen(): Promise<Store>
  clear(): Promise<void>
}

const inMemory = (): Place => {
  const store = createMemoryStore(runtimeCollections)
  return { open: async () => store, reopen: async () => store, clear: async () => {} }
}

/** The files as they lie there at the moment of death are what the next server opens. */
function onSqlite(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'retour-points-'))
  const opened: Store[] = []
  const open = async (name: string) => {
    const store = await openStore({ dataDir: join(folder, name) }, runtimeCollections)
    opened.push(store)
    return store
  }
  return {
    open: () => open('first'),
    reopen() {
      cpSync(join(folder, 'first'), join(folder, 'next'), { recursive: true })
      return open('next')
    },
    async clear() {
      for (const store of opened) await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

function onMongo(): Place {
  const mongoUrl = freshMongoUrl()
  const opened: Store[] = []
  const open = async () => {
    const store = await openStore({ mongoUrl }, runtimeCollections)
    opened.push(store)
    return store
  }
  return { open, reopen: open, clear: async () => void (await Promise.all(opened.map((store) => store.close()))) }
}

/** The end of a story that no crash disturbs. */
async function undisturbed(story: Story) {
  const world = newWorld(true)
  const store = createMemoryStore(runtimeCollections)
  await publish(store, world)
  await story(store, world)
  expect(await brokenIn(store, testRuntime({ store }).runtime)).toEqual([])
  return endOf(store, world)
}

type When = 'before' | 'after'

/** Kills the server at one operation, tells the story again to the next, and compares. False when it never came so far. */
async function diesAt(
  place: Place,
  story: Story,
  expected: unknown,
  point: { at: number; when: When; alone: boolean },
) {
  const world = newWorld(point.alone)
  try {
    const first = await place.open()
    await publish(first, world)
    const fault = faultStore(first, point.at, point.when)
    let finished = false
    void story(fault.store, world).then(() => (finished = true))
    await breathe(() => finished || fault.isDead(), atOnce)
    const store = await place.reopen()
    await checkAnswered(store, world)
    await story(store, world)
    const broken = await brokenIn(store, serverOn(store, world))
    expect({ point, broken, end: await endOf(store, world) }).toEqual({ point, broken: [], end: expected })
    return fault.isDead()
  } finally {
    await place.clear()
  }
}

/** Every operation, or every `stride`-th where each costs a disk or a network. */
async function sweep(
  newPlace: () => Place,
  story: Story,
  given: { when: When; alone: boolean; stride?: number; from?: number },
) {
  const expected = await undisturbed(story)
  const { stride = 1, from = 1, when, alone } = given
  let points = 0
  for (let at = from; await diesAt(newPlace(), story, expected, { at, when, alone }); at += stride) points += 1
  return points
}

/** Where each point costs a disk or a network, it dies before one and after another: `STRIDE=1` does not leave any out. */
async function both(newPlace: () => Place, { alone, stride }: { alone: boolean; stride: number }) {
  const given = { alone, stride: Number(process.env['STRIDE'] ?? stride) }
  const story = stories['with damaged goods']!
  const before = await sweep(newPlace, story, { ...given, when: 'before' })
  return before + (await sweep(newPlace, story, { ...given, when: 'after', from: 1 + Math.floor(given.stride / 2) }))
}

const cases: { name: string; when: When; alone: boolean }[] = [
  { name: 'with damaged goods', when: 'before', alone: true },
  { name: 'with damaged goods', when: 'after', alone: true },
  { name: 'with damaged goods', when: 'before', alone: false },
  { name: 'with damaged goods', when: 'after', alone: false },
  { name: 'with sound goods', when: 'after', alone: true },
  { name: 'that is canceled', when: 'before', alone: true },
  { name: 'that is canceled', when: 'after', alone: false },
]

describe('a return of goods whose server dies at any operation of the store', () => {
  it.each(cases)(
    'ends as if nothing had happened, $name, dying $when it (alone: $alone)',
    async ({ name, ...given }) => {
      const points = await sweep(inMemory, stories[name]!, given)
      process.stdout.write(`crash points in memory, ${name}, ${given.when}: ${points}\n`)
      expect(points).toBeGreaterThan(60)
    },
  )

  it('ends so on SQLite, read again from its files', async () => {
    const points = await both(onSqlite, { alone: true, stride: 2 })
    process.stdout.write(`crash points on SQLite: ${points}\n`)
    expect(points).toBeGreaterThan(100)
  })

  it.skipIf(!hasMongo())('ends so on MongoDB', async () => {
    const points = await both(onMongo, { alone: false, stride: 16 })
    process.stdout.write(`crash points on MongoDB: ${points}\n`)
    expect(points).toBeGreaterThan(10)
  })
})
