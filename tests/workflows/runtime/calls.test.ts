import { describe, expect, it } from 'vitest'
import { replay } from '../../../workflows/engine/apply.ts'
import { runtimeCollections } from '../../../workflows/runtime/documents.ts'
import type { Resource } from '../../../workflows/runtime/face.ts'
import { createMemoryStore } from '../../../workflows/runtime/memory-store.ts'
import type { Store } from '../../../workflows/runtime/ports.ts'
import { findLeftovers, findStuckInstances } from '../../../workflows/runtime/stuck-instances.ts'
import { bpmnXml, scriptTask, serviceTask, userTask } from '../../support/bpmn-xml.ts'
import { faultStore } from '../../support/fault-store.ts'
import { codeOf, testRuntime, valueOf } from '../../support/test-runtime.ts'

const called = (id: string, attributes: string, inside = '') =>
  `<callActivity id="${id}"><extensionElements><zeebe:calledElement ${attributes}/></extensionElements>${inside}</callActivity>`

const process = (content: string): Resource => ({ kind: 'process', content })

const twoCalls = process(
  bpmnXml(
    'parent',
    [
      '<startEvent id="s"/>',
      '<parallelGateway id="fork"/>',
      called('first', 'processId="child"'),
      called('second', 'processId="child"'),
      '<parallelGateway id="join"/>',
      '<endEvent id="e"/>',
    ],
    ['s -> fork', 'fork -> first', 'fork -> second', 'first -> join', 'second -> join', 'join -> e'],
  ),
)

const child = process(
  bpmnXml(
    'child',
    ['<startEvent id="s"/>', userTask('work', 'li'), called('deeper', 'processId="grandchild"'), '<endEvent id="e"/>'],
    ['s -> work', 'work -> deeper', 'deeper -> e'],
  ),
)

const grandchild = process(
  bpmnXml(
    'grandchild',
    ['<startEvent id="s"/>', scriptTask('count', 'n + 1', 'n'), '<endEvent id="e"/>'],
    ['s -> count', 'count -> e'],
  ),
)

const start = async (store: Store) => {
  const { runtime } = testRuntime({ store, alone: true })
  await runtime.start({
    processId: 'parent',
    processInstanceId: 'case-1',
    variables: { n: 1 },
    businessKey: 'AS-1',
    initiator: 'customer',
  })
  await runtime.settle()
  return runtime
}

/** Told again after a crash, in the same words: who has no answer asks once more. */
const stories: Record<string, (store: Store) => Promise<void>> = {
  async 'that run to their end'(store) {
    const runtime = await start(store)
    const { items } = await store.find<{ taskId: string }>('tasks', { filter: { state: 'open' }, limit: 10 })
    for (const { data } of items) await runtime.completeTask(data.taskId, 'li', {})
    await runtime.settle()
  },
  async 'that are canceled with their case'(store) {
    const runtime = await start(store)
    await runtime.cancel('case-1', 'admin', 'withdrawn')
    await runtime.settle()
  },
}

const breathe = async (isOver: () => boolean) => {
  for (let turn = 0; turn < 200 && !isOver(); turn += 1) await new Promise((done) => setImmediate(done))
}

async function crashAt(tell: (store: Store) => Promise<void>, dieAt: number, when: 'before' | 'after') {
  const store = createMemoryStore(runtimeCollections)
  valueOf(await testRuntime({ store }).runtime.publish([twoCalls, child, grandchild], 'admin'))
  const fault = faultStore(store, dieAt, when)
  let finished = false
  void tell(fault.store).then(() => (finished = true))
  await breathe(() => finished || fault.isDead())
  await tell(store)
  return { store, died: fault.isDead() }
}

async function endsOf(store: Store) {
  const { runtime } = testRuntime({ store })
  const { items } = await store.find<{ id: string; processId: string; state: string }>('instances', { limit: 100 })
  for (const { id, data } of items) expect(JSON.parse(JSON.stringify(replay(await runtime.history(id))))).toEqual(data)
  expect(await store.count('errands')).toBe(0)
  expect(await findStuckInstances(store)).toEqual([])
  expect(await findLeftovers(store)).toEqual([])
  return items.map(({ data }) => `${data.processId} ${data.state}`).toSorted()
}

describe('called processes', () => {
  it.each(['before', 'after'] as const)(
    'start once and answer once when the server dies %s any operation of the store',
    async (when) => {
      let died = true
      let dieAt = 1
      for (; died; dieAt += 1) {
        const end = await crashAt(stories['that run to their end']!, dieAt, when)
        died = end.died

        expect(await endsOf(end.store)).toEqual([
          'child completed',
          'child completed',
          'grandchild completed',
          'grandchild completed',
          'parent completed',
        ])
        expect((await testRuntime({ store: end.store }).runtime.instance('case-1'))?.variables).toEqual({ n: 2 })
      }
      expect(dieAt).toBeGreaterThan(30)
    },
    60_000,
  )

  it.each(['before', 'after'] as const)(
    'all end with their case when the server dies %s any operation of the store',
    async (when) => {
      for (let dieAt = 1, died = true; died; dieAt += 1) {
        const end = await crashAt(stories['that are canceled with their case']!, dieAt, when)
        died = end.died

        expect(await endsOf(end.store)).toEqual(['child terminated', 'child terminated', 'parent terminated'])
      }
    },
    60_000,
  )

  it('answer once when two servers carry out the same errands', async () => {
    const one = testRuntime()
    const other = testRuntime({ store: one.store, time: one })
    valueOf(await one.runtime.publish([twoCalls, child, grandchild], 'admin'))
    valueOf(
      await one.runtime.start({
        processId: 'parent',
        processInstanceId: 'case-1',
        variables: { n: 1 },
        businessKey: null,
        initiator: 'li',
      }),
    )

    await Promise.all([one.runtime.settle(), other.runtime.settle()])
    const { items } = await one.store.find<{ taskId: string }>('tasks', { filter: { state: 'open' }, limit: 10 })
    for (const { data } of items) valueOf(await other.runtime.completeTask(data.taskId, 'li', {}))
    await Promise.all([one.runtime.settle(), other.runtime.settle()])

    expect(await endsOf(one.store)).toHaveLength(5)
    expect((await one.runtime.instance('case-1'))?.state).toBe('completed')
  })

  it('cannot be canceled or withdrawn without their case', async () => {
    const { runtime } = testRuntime()
    valueOf(await runtime.publish([twoCalls, child, grandchild], 'admin'))
    valueOf(
      await runtime.start({
        processId: 'parent',
        processInstanceId: 'case-1',
        variables: {},
        businessKey: null,
        initiator: 'li',
      }),
    )
    await runtime.settle()
    const parent = await runtime.instance('case-1')
    const [first] = parent!.elements.filter(({ call }) => call !== undefined)

    expect(codeOf(await runtime.cancel(`case-1:${first!.key}`, 'admin', null))).toBe('instance.called')
    expect(codeOf(await runtime.withdraw(`case-1:${first!.key}`, 'li'))).toBe('instance.called')
  })

  it('are found where the reliability check looks for what nobody would move', async () => {
    const { runtime, store } = testRuntime()
    valueOf(await runtime.publish([twoCalls, child, grandchild], 'admin'))
    valueOf(
      await runtime.start({
        processId: 'parent',
        processInstanceId: 'case-1',
        variables: {},
        businessKey: null,
        initiator: 'li',
      }),
    )

    expect(await findStuckInstances(store)).toEqual([])
    await runtime.settle()
    expect(await findStuckInstances(store)).toEqual([])
  })
})

const calling = (binding: string) =>
  process(
    bpmnXml(
      'caller',
      ['<startEvent id="s"/>', called('c', `processId="service" ${binding}`), '<endEvent id="e"/>'],
      ['s -> c', 'c -> e'],
    ),
  )

const service = (task: string, tag = '') =>
  process(
    bpmnXml(
      'service',
      [
        ...(tag ? [`<extensionElements><zeebe:versionTag value="${tag}"/></extensionElements>`] : []),
        '<startEvent id="s"/>',
        serviceTask(task, task),
        '<endEvent id="e"/>',
      ],
      [`s -> ${task}`, `${task} -> e`],
    ),
  )

/** Publishes each list together, one after the other, then starts the caller: the task at which its call waits. */
async function calledTask(...publications: Resource[][]): Promise<string | undefined> {
  const { runtime, store } = testRuntime()
  for (const resources of publications) valueOf(await runtime.publish(resources, 'admin'))
  valueOf(await runtime.start({ processId: 'caller', variables: {}, businessKey: null, initiator: 'li' }))
  await runtime.settle()
  const { items } = await store.find<{ elementId: string }>('jobs', { limit: 10 })
  return items[0]?.data.elementId
}

describe('a call binds', () => {
  it('to the newest version unless it says otherwise', async () => {
    expect(await calledTask([calling(''), service('one')], [service('two')])).toBe('two')
  })

  it('to the version that was published with it', async () => {
    const bound = calling('bindingType="deployment"')
    expect(await calledTask([bound, service('one')], [service('two')])).toBe('one')
    expect(await calledTask([bound, service('one')], [bound, service('two')])).toBe('two')
    expect(await calledTask([service('one')], [bound])).toBeUndefined()
  })

  it('to the newest version that has its tag', async () => {
    const bound = calling('bindingType="versionTag" versionTag="stable"')
    expect(await calledTask([bound, service('one', 'stable')], [service('two', 'next')])).toBe('one')
    expect(await calledTask([bound, service('one', 'stable')], [service('two', 'stable')])).toBe('two')
  })

  it('never in a circle, told at the call also when the other process was published before', async () => {
    const { runtime } = testRuntime()
    const back = process(
      bpmnXml(
        'service',
        ['<startEvent id="s"/>', called('back', 'processId="caller"'), '<endEvent id="e"/>'],
        ['s -> back', 'back -> e'],
      ),
    )
    valueOf(await runtime.publish([calling('')], 'admin'))

    const refused = await runtime.publish([back], 'admin')

    expect(codeOf(refused)).toBe('resource.has_problems')
    expect((await runtime.check(back)).map(({ elementId, code }) => ({ elementId, code }))).toEqual([
      { elementId: 'back', code: 'bpmn.call_circle' },
    ])
  })
})

describe('a call that is canceled before its process has started', () => {
  it('starts nothing, whatever a server that dies has left', async () => {
    const store = createMemoryStore(runtimeCollections)
    const first = testRuntime({ store }).runtime
    valueOf(await first.publish([twoCalls, child, grandchild], 'admin'))
    const request = { processId: 'parent', processInstanceId: 'case-1', variables: { n: 1 }, businessKey: null }
    await first.start({ ...request, initiator: 'li' })
    valueOf(await first.cancel('case-1', 'admin', null))
    expect(await store.count('errands')).toBe(4)

    await testRuntime({ store }).runtime.settle()

    expect(await store.count('instances', { state: 'active' })).toBe(0)
    expect(await store.count('errands')).toBe(0)
    expect(await findLeftovers(store)).toEqual([])
  })
})
