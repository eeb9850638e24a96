import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openStore } from '../../server/database/store.ts'
import { replay } from '../../workflows/engine/apply.ts'
import { runtimeCollections } from '../../workflows/runtime/documents.ts'
import type { Resource } from '../../workflows/runtime/face.ts'
import type { Store } from '../../workflows/runtime/ports.ts'
import { findLeftovers, findStuckInstances } from '../../workflows/runtime/stuck-instances.ts'
import { bpmnXml, message, messageCatch, scriptTask, serviceTask, userTask } from '../support/bpmn-xml.ts'
import { cutConnection } from '../support/cut-connection.ts'
import { faultStore } from '../support/fault-store.ts'
import { freshMongoUrl, hasMongo } from '../support/mongo-database.ts'
import { testRuntime } from '../support/test-runtime.ts'

const story: Resource = {
  kind: 'process',
  content: bpmnXml(
    'story',
    [
      '<startEvent id="s"/>',
      scriptTask('fee', 'amount * 2', 'fee'),
      userTask('review', 'li'),
      serviceTask('refund', 'refund', 50),
      messageCatch('settled', 'M'),
      '<endEvent id="e"/>',
    ],
    ['s -> fee', 'fee -> review', 'review -> refund', 'refund -> settled', 'settled -> e'],
    [message('M', 'refund-settled', 'orderNo')],
  ),
}

/** What the outside world and the clients remember, whatever the server forgot. */
interface World {
  effects: string[]
  answered: Set<string>
}

/** The clients' story. Told again after a crash: who has no answer asks once more, in the same words. */
async function tell(store: Store, world: World): Promise<void> {
  const { runtime, time } = serverOn(store, world)
  const started = await runtime.start({
    processId: 'story',
    processInstanceId: 'case-1',
    variables: { amount: 21, orderNo: 'A' },
    businessKey: 'AS-1',
    initiator: 'customer',
  })
  if (started.ok) world.answered.add('start')
  const tasks = await store.find<{ taskId: string }>('tasks', { filter: { state: 'open' }, limit: 10 })
  for (const { data } of tasks.items)
    if ((await runtime.completeTask(data.taskId, 'li', { approved: true })).ok) world.answered.add('complete')
  await runtime.publishMessage({
    messageId: 'm-1',
    name: 'refund-settled',
    correlationKey: 'A',
    variables: { settled: 1 },
  })
  world.answered.add('message')
  await runtime.settle()
  time.advance(120_000)
  await runtime.settle()
}

function serverOn(store: Store, world: World) {
  const test = testRuntime({ store, alone: true })
  test.runtime.registerWorker('refund', async ({ idempotencyKey }) => {
    world.effects.push(idempotencyKey)
    return { kind: 'complete', variables: { refundId: 'R' } }
  })
  return { ...test, time: test }
}

/** Acknowledged is kept (I1). */
async function checkAcknowledged(store: Store, { answered }: World): Promise<void> {
  if (answered.has('start')) expect(await store.load('instances', 'case-1')).not.toBeNull()
  if (answered.has('complete')) expect(await store.count('tasks', { state: 'closed' })).toBe(1)
  if (answered.has('message')) expect(await store.load('messages', 'm-1')).not.toBeNull()
}

/** Everything happened, once (I2, I3's kind, I10-I13). */
async function checkEnd(store: Store, world: World): Promise<void> {
  const { runtime } = testRuntime({ store })
  const instance = await runtime.instance('case-1')
  const history = await runtime.history('case-1')
  const times = (type: string) => history.filter((event) => event.type === type).length

  expect(instance).toMatchObject({
    state: 'completed',
    variables: { amount: 21, fee: 42, approved: true, refundId: 'R', settled: 1 },
  })
  expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => index + 1))
  expect(JSON.parse(JSON.stringify(replay(history)))).toEqual(instance)
  expect([times('instanceStarted'), times('taskActed'), times('jobCompleted'), times('messageCorrelated')]).toEqual([
    1, 1, 1, 1,
  ])
  expect(new Set(world.effects).size).toBe(1)
  expect(await store.count('instances')).toBe(1)
  expect(await store.count('tasks')).toBe(1)
  for (const collection of ['jobs', 'timers', 'subscriptions', 'incidents'])
    expect(await store.count(collection)).toBe(0)
  expect(await findStuckInstances(store)).toEqual([])
  expect(await findLeftovers(store)).toEqual([])
}

/** Lets a live server go on for a while. */
const breathe = async (isOver: () => boolean) => {
  for (let turn = 0; turn < 400 && !isOver(); turn += 1) await new Promise((done) => setImmediate(done))
}

/** Kills the server at its N-th store operation, then lets another one finish the story. False when it never came to N. */
async function crashAt(store: Store, dieAt: number, when: 'before' | 'after'): Promise<boolean> {
  const world: World = { effects: [], answered: new Set() }
  await testRuntime({ store }).runtime.publish([story], 'admin')
  const fault = faultStore(store, dieAt, when)
  let finished = false
  void tell(fault.store, world).then(() => (finished = true))
  await breathe(() => finished || fault.isDead())
  if (fault.isDead()) await breathe(() => false)
  await checkAcknowledged(store, world)
  const next = serverOn(store, world)
  next.runtime.run()
  await breathe(() => false)
  await next.runtime.stop()
  await tell(store, world)
  await checkEnd(store, world)
  return fault.isDead()
}

describe('a server that dies at any operation of the store', () => {
  it.each(['before', 'after'] as const)(
    'loses nothing that was answered and doubles nothing on SQLite, dying %s it',
    async (when) => {
      let died = true
      let dieAt = 1
      for (; died; dieAt += 1) {
        const dataDir = mkdtempSync(join(tmpdir(), 'retour-crash-'))
        const store = await openStore({ dataDir }, runtimeCollections)
        died = await crashAt(store, dieAt, when)
        await store.close()
        rmSync(dataDir, { recursive: true })
      }
      expect(dieAt).toBeGreaterThan(20)
    },
    120_000,
  )

  it.skipIf(!hasMongo())(
    'loses nothing on MongoDB, cut off at any message, between an aggregate and its follow-ups too',
    async () => {
      let died = true
      let dieAt = 1
      for (; died; dieAt += 1) {
        const mongoUrl = freshMongoUrl()
        const cut = await cutConnection(mongoUrl)
        const world: World = { effects: [], answered: new Set() }
        const doomed = await openStore({ mongoUrl: cut.url }, runtimeCollections)
        await testRuntime({ store: doomed }).runtime.publish([story], 'admin')
        cut.arm(dieAt)
        await Promise.race([tell(doomed, world), cut.whenCut])
        died = cut.isCut()
        await cut.close()
        await doomed.close()

        const store = await openStore({ mongoUrl }, runtimeCollections)
        await checkAcknowledged(store, world)
        await store.relay()
        await tell(store, world)
        await checkEnd(store, world)
        await store.close()
      }
      expect(dieAt).toBeGreaterThan(40)
    },
    240_000,
  )
})
