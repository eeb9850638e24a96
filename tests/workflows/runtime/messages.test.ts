import { describe, expect, it } from 'vitest'
import { runtimeCollections } from '../../../workflows/runtime/documents.ts'
import type { Resource } from '../../../workflows/runtime/face.ts'
import { createMemoryStore } from '../../../workflows/runtime/memory-store.ts'
import { bpmnXml, message, messageCatch, timerCatch, userTask } from '../../support/bpmn-xml.ts'
import { faultStore } from '../../support/fault-store.ts'
import { manualTime } from '../../support/manual-time.ts'
import { codeOf, testRuntime, valueOf } from '../../support/test-runtime.ts'
import type { TestRuntime } from '../../support/test-runtime.ts'

const waits = (processId: string): Resource => ({
  kind: 'process',
  content: bpmnXml(
    processId,
    ['<startEvent id="s"/>', messageCatch('wait', 'M'), '<endEvent id="e"/>'],
    ['s -> wait', 'wait -> e'],
    [message('M', 'paid', 'orderNo')],
  ),
})

const waitsLater: Resource = {
  kind: 'process',
  content: bpmnXml(
    'later',
    ['<startEvent id="s"/>', timerCatch('pause', 'PT1H'), messageCatch('wait', 'M'), '<endEvent id="e"/>'],
    ['s -> pause', 'pause -> wait', 'wait -> e'],
    [message('M', 'paid', 'orderNo')],
  ),
}

const notified: Resource = {
  kind: 'process',
  content: bpmnXml(
    'notified',
    [
      '<startEvent id="s"/>',
      userTask('work', 'li'),
      '<boundaryEvent id="news" attachedToRef="work" cancelActivity="false"><messageEventDefinition id="d" messageRef="M"/></boundaryEvent>',
      '<endEvent id="e"/>',
      '<endEvent id="told"/>',
    ],
    ['s -> work', 'work -> e', 'news -> told'],
    [message('M', 'paid', 'orderNo')],
  ),
}

const startsByMessage: Resource = {
  kind: 'process',
  content: bpmnXml(
    'inbound',
    [
      '<startEvent id="s"><messageEventDefinition id="d" messageRef="M"/></startEvent>',
      userTask('work', 'li'),
      '<endEvent id="e"/>',
    ],
    ['s -> work', 'work -> e'],
    [message('M', 'returned')],
  ),
}

const start = async (test: TestRuntime, processId: string, orderNo = 'A') =>
  valueOf(await test.runtime.start({ processId, variables: { orderNo }, businessKey: null, initiator: 'li' }))
    .processInstanceId

const publish = async (
  test: TestRuntime,
  messageId: string,
  more: { timeToLive?: string; correlationKey?: string; name?: string } = {},
) =>
  valueOf(
    await test.runtime.publishMessage({
      messageId,
      name: 'paid',
      correlationKey: 'A',
      variables: { paidBy: messageId },
      ...more,
    }),
  ).correlated

const stateOf = async (test: TestRuntime, id: string) => (await test.runtime.instance(id))?.state
const correlations = async (test: TestRuntime, id: string) =>
  (await test.runtime.history(id)).filter((event) => event.type === 'messageCorrelated').length

describe('a message', () => {
  it('reaches the instance that waits for its name and key, with its variables', async () => {
    const test = testRuntime()
    valueOf(await test.runtime.publish([waits('p')], 'admin'))
    const [mine, other] = [await start(test, 'p', 'A'), await start(test, 'p', 'B')]

    expect(await publish(test, 'm1')).toBe(1)

    expect(await test.runtime.instance(mine)).toMatchObject({ state: 'completed', variables: { paidBy: 'm1' } })
    expect(await stateOf(test, other)).toBe('active')
    expect(await test.store.count('subscriptions')).toBe(1)
  })

  it('with the same id is published once', async () => {
    const test = testRuntime()
    valueOf(await test.runtime.publish([notified], 'admin'))
    const id = await start(test, 'notified')

    const answers = [await publish(test, 'm1'), await publish(test, 'm1')]
    await Promise.all([publish(test, 'm1'), publish(test, 'm1')])

    expect(answers).toEqual([1, 1])
    expect(await correlations(test, id)).toBe(1)
    await publish(test, 'm2')
    expect(await correlations(test, id)).toBe(2)
  })

  it('goes to one instance of a process, the one that has waited longest, and to each process', async () => {
    const test = testRuntime()
    valueOf(await test.runtime.publish([waits('p'), waits('q')], 'admin'))
    const first = await start(test, 'p')
    test.advance(1)
    const [second, other] = [await start(test, 'p'), await start(test, 'q')]

    expect(await publish(test, 'm1')).toBe(2)

    expect(await Promise.all([first, second, other].map((id) => stateOf(test, id)))).toEqual([
      'completed',
      'active',
      'completed',
    ])
  })

  it('that comes before its subscription is kept for it', async () => {
    const test = testRuntime()
    valueOf(await test.runtime.publish([waitsLater], 'admin'))
    const id = await start(test, 'later')
    expect(await publish(test, 'm1', { timeToLive: 'PT2H' })).toBe(0)

    test.advance(3_600_000)
    await test.runtime.settle()

    expect(await stateOf(test, id)).toBe('completed')
  })

  it.each([
    ['one millisecond before', 3_600_001, 'completed'],
    ['exactly at', 3_600_000, 'active'],
    ['one millisecond after', 3_599_999, 'active'],
  ])('that would be taken %s its expiry is %s', async (_name, life, state) => {
    const test = testRuntime()
    valueOf(await test.runtime.publish([waitsLater], 'admin'))
    const id = await start(test, 'later')
    await publish(test, 'm1', { timeToLive: `PT${life / 1000}S` })

    test.advance(3_600_000)
    await test.runtime.settle()

    expect(await stateOf(test, id)).toBe(state)
  })

  it('published at the same moment as the subscription is opened is not lost', async () => {
    const test = testRuntime()
    valueOf(await test.runtime.publish([waits('p')], 'admin'))

    const [id] = await Promise.all([start(test, 'p'), publish(test, 'm1')])
    await test.runtime.settle()

    expect(await stateOf(test, id)).toBe('completed')
  })

  it('that nobody could take yet is delivered by the next server, after a crash before the look', async () => {
    const test = testRuntime()
    valueOf(await test.runtime.publish([waits('p')], 'admin'))
    await publish(test, 'm1')
    const id = await start(test, 'p')

    const next = testRuntime({ store: test.store, time: test })
    await next.runtime.settle()

    expect(await stateOf(next, id)).toBe('completed')
  })

  it('of another name or key leaves everybody alone', async () => {
    const test = testRuntime()
    valueOf(await test.runtime.publish([waits('p')], 'admin'))
    const id = await start(test, 'p')

    expect(await publish(test, 'm1', { name: 'shipped' })).toBe(0)
    expect(await publish(test, 'm2', { correlationKey: 'B' })).toBe(0)
    await test.runtime.settle()

    expect(await stateOf(test, id)).toBe('active')
  })

  it('is gone once it has expired, and its id stays used', async () => {
    const test = testRuntime()
    valueOf(await test.runtime.publish([waits('p')], 'admin'))
    await publish(test, 'm1', { timeToLive: 'PT1M' })
    test.advance(60_000)
    await test.runtime.settle()
    expect(await test.store.count('messages')).toBe(0)

    const id = await start(test, 'p')
    expect(await publish(test, 'm1')).toBe(0)

    expect(await stateOf(test, id)).toBe('active')
  })

  it('with a life that is no duration is refused', async () => {
    const test = testRuntime()
    const request = { messageId: 'm', name: 'paid', correlationKey: null, variables: {}, timeToLive: 'an hour' }

    expect(codeOf(await test.runtime.publishMessage(request))).toBe('message.time_to_live')
  })

  it('starts one instance of each process whose start event waits for it', async () => {
    const test = testRuntime()
    valueOf(await test.runtime.publish([startsByMessage], 'admin'))
    valueOf(
      await test.runtime.publish(
        [{ ...startsByMessage, content: startsByMessage.content.replace('name="work"', 'name="Work"') }],
        'admin',
      ),
    )

    expect(await publish(test, 'm1', { name: 'returned' })).toBe(1)
    expect(await publish(test, 'm1', { name: 'returned' })).toBe(1)

    const { items } = await test.store.find('instances', { limit: 10 })
    expect(items.map(({ data }) => data)).toMatchObject([{ definitionVersion: 2, variables: { paidBy: 'm1' } }])
  })
})

describe('a server that dies while it hands a message over', () => {
  it.each(['before', 'after'] as const)(
    'at any operation of the store has not lost nor doubled it, %s it',
    async (when) => {
      let died = true
      let at = 1
      for (; died; at += 1) {
        const store = createMemoryStore(runtimeCollections)
        const time = manualTime()
        const before = testRuntime({ store, time })
        valueOf(await before.runtime.publish([notified], 'admin'))
        const id = await start(before, 'notified')
        const faulty = faultStore(store, at, when)
        const dying = testRuntime({ store: faulty.store, time })
        let answered = false
        void publish(dying, 'm1').then(() => (answered = true))
        await tick(() => answered || faulty.isDead())
        died = faulty.isDead()

        const after = testRuntime({ store, time })
        if (!answered) await publish(after, 'm1')
        await after.runtime.settle()

        expect(await correlations(after, id), `killed ${when} operation ${at}`).toBe(1)
      }
      expect(at).toBeGreaterThan(5)
    },
  )
})

describe('settling after a crash', () => {
  const calls = bpmnXml(
    'caller',
    [
      '<startEvent id="s"/>',
      '<callActivity id="call"><extensionElements><zeebe:calledElement processId="waiting"/></extensionElements></callActivity>',
      userTask('work', 'li'),
      '<endEvent id="e"/>',
    ],
    ['s -> call', 'call -> work', 'work -> e'],
  )

  it.each(['before', 'after'] as const)(
    'does all that a kept message sets going, killed %s an operation',
    async (when) => {
      let died = true
      for (let at = 1; died; at += 1) {
        const store = createMemoryStore(runtimeCollections)
        const time = manualTime()
        const before = testRuntime({ store, time })
        valueOf(await before.runtime.publish([waits('waiting'), { kind: 'process', content: calls }], 'admin'))
        const id = await start(before, 'caller')
        await before.runtime.settle()
        const faulty = faultStore(store, at, when)
        let answered = false
        void publish(testRuntime({ store: faulty.store, time }), 'm1').then(() => (answered = true))
        await tick(() => answered || faulty.isDead())
        died = faulty.isDead()

        const after = testRuntime({ store, time })
        await after.runtime.settle()

        const place = (await store.load('messages', 'm1')) === null ? 'call' : 'work'
        const elements = (await after.runtime.instance(id))?.elements
        expect(elements, `killed ${when} operation ${at}`).toMatchObject([{ at: place }])
      }
    },
  )
})

describe('a start that needs two messages', () => {
  it.each(['before', 'after'] as const)('counts each once, %s whichever operation a server dies', async (when) => {
    const content = bpmnXml(
      'both',
      [
        '<startEvent id="s" parallelMultiple="true"><messageEventDefinition id="d1" messageRef="M1"/><messageEventDefinition id="d2" messageRef="M2"/></startEvent>',
        userTask('work', 'li'),
        '<endEvent id="e"/>',
      ],
      ['s -> work', 'work -> e'],
      [message('M1', 'one'), message('M2', 'two')],
    )
    let died = true
    for (let at = 1; died; at += 1) {
      const store = createMemoryStore(runtimeCollections)
      const time = manualTime()
      const before = testRuntime({ store, time })
      valueOf(await before.runtime.publish([{ kind: 'process', content }], 'admin'))
      const faulty = faultStore(store, at, when)
      const dying = testRuntime({ store: faulty.store, time })
      let answered = false
      void publish(dying, 'm1', { name: 'one' }).then(() => (answered = true))
      await tick(() => answered || faulty.isDead())
      died = faulty.isDead()

      const after = testRuntime({ store, time })
      if (!answered) await publish(after, 'm1', { name: 'one' })
      await after.runtime.settle()
      await publish(after, 'm2', { name: 'two' })
      await publish(after, 'm3', { name: 'two' })

      expect(await store.count('instances'), `killed ${when} operation ${at}`).toBe(1)
    }
  })
})

/** Resolves when a condition holds; asked again after everything that is ready has run. */
async function tick(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}
