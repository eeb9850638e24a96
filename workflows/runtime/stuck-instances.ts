import { calledIdOf } from '../engine/calls.ts'
import type { ProcessInstance } from '../engine/instance.ts'
import type { Filter, Page, Store } from './ports.ts'

export interface StuckInstance {
  processInstanceId: string
  processId: string
  businessKey: string | null
  startedAt: string
}

/** What an instance can wait for, and how a live one of it is recognized (reliability R11). */
const waits: [string, Filter][] = [
  ['tasks', { state: 'open' }],
  ['jobs', { state: { $in: ['waiting', 'leased'] } }],
  ['timers', {}],
  ['subscriptions', {}],
  ['incidents', { state: 'open' }],
]

/** Whether a called instance still runs, or is about to start or to answer. */
async function waitsForCall(store: Store, { id, elements }: ProcessInstance): Promise<boolean> {
  for (const { key, call } of elements) {
    if (call === undefined) continue
    const calledId = calledIdOf(id, key, call)
    const called = await store.load<ProcessInstance>('instances', calledId)
    if (called?.data.state === 'active' || (await store.count('errands', { calledId })) > 0) return true
  }
  return false
}

/**
 * Conditions are looked at whenever variables change, so whoever sets one moves the instance; an ad-hoc sub-process
 * waits for people to choose.
 */
const waitsForPeople = ({ root, elements }: ProcessInstance): boolean =>
  [...(root ? [root] : []), ...elements].some(
    ({ conditions, adHoc }) => conditions !== undefined || (adHoc !== undefined && !adHoc.over),
  )

async function waitsForSomething(store: Store, instance: ProcessInstance): Promise<boolean> {
  const { id: processInstanceId } = instance
  for (const [collection, filter] of waits)
    if ((await store.count(collection, { processInstanceId, ...filter })) > 0) return true
  return waitsForCall(store, instance)
}

async function* instancesOf(store: Store, filter: Filter): AsyncGenerator<ProcessInstance> {
  let after: string | null = ''
  while (after !== null) {
    const query = { filter, limit: 500, ...(after === '' ? {} : { after }) }
    const page: Page<ProcessInstance> = await store.find<ProcessInstance>('instances', query)
    for (const { data } of page.items) yield data
    after = page.next
  }
}

const outline = ({ id, processId, businessKey, startedAt }: ProcessInstance): StuckInstance => ({
  processInstanceId: id,
  processId,
  businessKey,
  startedAt,
})

/** Active instances that wait for nothing: nobody and nothing would ever move them again. Must be none (R11, I10). */
export async function findStuckInstances(store: Store): Promise<StuckInstance[]> {
  const stuck: StuckInstance[] = []
  for await (const instance of instancesOf(store, { state: 'active' }))
    if (!waitsForPeople(instance) && !(await waitsForSomething(store, instance))) stuck.push(outline(instance))
  return stuck
}

/** Ended instances that still have a task, job, timer, subscription or open incident. Must be none (I13). */
export async function findLeftovers(store: Store): Promise<StuckInstance[]> {
  const left: StuckInstance[] = []
  for await (const instance of instancesOf(store, { state: { $ne: 'active' } }))
    if (await waitsForSomething(store, instance)) left.push(outline(instance))
  return left
}
