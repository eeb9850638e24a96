import type { EngineEvent } from '../../engine/events.ts'
import type { ElementInstance, ProcessInstance } from '../../engine/instance.ts'
import { normalInstant } from '../../engine/instants.ts'
import type { JsonObject, JsonValue } from '../../model/json.ts'
import type { SubscriptionDocument, TimerDocument } from '../documents.ts'
import type { JobDocument, TaskDocument } from '../face.ts'
import type { Expectation } from './format.ts'
import { difference, sameBag } from './matching.ts'
import type { World } from './world.ts'

interface Seen {
  world: World
  id: string
  instance: ProcessInstance
  events: readonly EngineEvent[]
}

type Key = Exclude<keyof Expectation, 'instance'>
type Checks = {
  [K in Key]: (seen: Seen, expected: NonNullable<Expectation[K]>) => string | null | Promise<string | null>
}

const list = (ids: readonly string[]) => (ids.length === 0 ? 'nothing' : ids.join(', '))

type Moved = Extract<EngineEvent, { type: 'elementMoved' }>
const moves = (events: readonly EngineEvent[]) =>
  events.filter((event): event is Moved => event.type === 'elementMoved')

/**
 * Ends of element instances, without the bodies that hold the instances of a multi-instance activity. A complex gateway
 * has done its work when it is activated; what it waits for afterwards is only its reset.
 */
function ended(events: readonly EngineEvent[], to: 'completed' | 'terminated'): string[] {
  const left = new Set(moves(events).flatMap((event) => (event.loop ? [event.key] : [])))
  return events.flatMap((event) => {
    if (event.type === 'gatewayActivated') {
      left.add(event.key)
      return to === 'completed' ? [event.elementId] : []
    }
    return event.type === 'elementMoved' && event.to === to && !left.has(event.key) ? [event.elementId] : []
  })
}

function counted(ids: readonly string[], expected: string[] | Record<string, number>, what: string): string | null {
  if (Array.isArray(expected)) {
    const missing = expected.filter((id) => !ids.includes(id))
    return missing.length === 0 ? null : `expected ${missing.join(', ')} to be ${what}, but ${list(ids)} was`
  }
  for (const [id, times] of Object.entries(expected)) {
    const count = ids.filter((one) => one === id).length
    if (count !== times) return `expected ${id} to be ${what} ${times} times, but it was ${count} times`
  }
  return null
}

interface Waiting {
  ids: string[]
  /**
   * May be listed as well: a join once more for each further token, a complex gateway for its reset, what waits until
   * everything that it undoes is undone, a call whose called process waits, and what only an incident holds.
   */
  besides: string[]
}

const tokensOf = ({ arrived }: ElementInstance) => Object.values(arrived ?? {}).reduce((sum, count) => sum + count, 0)

/** Where something waits: everything but the scopes around it, and gateways that hold no token. */
function activeIds({ elements }: ProcessInstance): Waiting {
  const scopes = new Set(elements.flatMap((element) => (element.loop ? [element.key] : [])))
  for (const { scope, detour } of elements) {
    if (scope !== undefined) scopes.add(scope)
    // A scope that a case comes back to waits for that.
    for (let at = detour; at; at = at.onward) if (at.scope !== undefined) scopes.add(at.scope)
  }
  const holds = (element: ElementInstance) => element.taken === undefined || tokensOf(element) > 0
  const isHeld = ({ incident }: ElementInstance) => incident !== undefined && incident.listener === undefined
  const isMust = (element: ElementInstance) => holds(element) && element.call === undefined && !isHeld(element)
  const spare = (element: ElementInstance) =>
    element.undoing || !isMust(element) ? 1 : Math.max(0, tokensOf(element) - 1)
  return {
    ids: elements.filter((one) => !scopes.has(one.key) && one.adHoc === undefined && isMust(one)).map(({ at }) => at),
    besides: elements.flatMap((one) => Array.from({ length: spare(one) }, () => one.at)),
  }
}

/** What is expected without what may be listed besides and is listed more often than it must. */
function needed(expected: readonly string[], { ids, besides }: Waiting): string[] {
  const must = [...ids]
  const may = [...besides]
  const isSpare = (id: string) => {
    const left = must.includes(id) ? must : may
    const place = left.indexOf(id)
    if (place >= 0) left.splice(place, 1)
    return place >= 0 && left === may
  }
  return expected.filter((id) => !isSpare(id))
}

async function subset(
  expected: readonly JsonObject[],
  actual: readonly JsonObject[],
  what: string,
): Promise<string | null> {
  const left = [...actual]
  for (const one of expected) {
    const place = left.findIndex((candidate) => difference(one, candidate) === null)
    if (place < 0)
      return Promise.resolve(`expected the ${what} ${JSON.stringify(one)}, but there are ${JSON.stringify(actual)}`)
    left.splice(place, 1)
  }
  return null
}

const instantOr = (due: string | undefined) => (due === undefined ? {} : { due: normalInstant(due) ?? due })

const checks: Checks = {
  state: ({ instance }, expected) =>
    instance.state === expected ? null : `expected the state ${expected}, but it is ${instance.state}`,
  active({ instance }, expected) {
    const active = instance.state === 'active' ? activeIds(instance) : { ids: [], besides: [] }
    const isSo = sameBag(active.ids, needed(expected, active))
    return isSo ? null : `expected ${list(expected)} to be active, but ${list(active.ids)} is`
  },
  completed: ({ events }, expected) => counted(ended(events, 'completed'), expected, 'completed'),
  terminated: ({ events }, expected) => counted(ended(events, 'terminated'), expected, 'terminated'),
  never({ events }, expected) {
    const entered = expected.filter((id) =>
      moves(events).some((event) => event.elementId === id && event.to !== 'activating'),
    )
    return entered.length === 0 ? null : `expected ${list(entered)} never to be activated, but it was`
  },
  flows({ events }, expected) {
    const taken = events.flatMap((event) => (event.type === 'flowTaken' ? [event.flowId] : []))
    return counted(taken, expected, 'taken')
  },
  order({ events }, expected) {
    const first = [...new Set(ended(events, 'completed'))]
    let at = 0
    for (const id of first) if (id === expected[at]) at += 1
    return at === expected.length ? null : `expected the order ${expected.join(', ')}, but it was ${list(first)}`
  },
  variables({ instance }, expected) {
    const found = difference(expected, instance.variables)
    return found === null ? null : `variable ${found}`
  },
  incidents({ instance }, expected) {
    const held = instance.root ? [instance.root, ...instance.elements] : instance.elements
    const actual = held.flatMap(({ at, incident }) => (incident ? [{ element: at, code: incident.code }] : []))
    // That a join can never open is told beyond what the standard asks, so it need not be listed.
    const must = actual.filter(({ code }) => code !== 'join.stuck')
    const isListed = (one: JsonObject) =>
      expected.some((listed) => difference(listed as unknown as JsonObject, one) === null)
    const isFull = expected.length <= actual.length && expected.length >= must.length && must.every(isListed)
    const told = `expected the incidents ${JSON.stringify(expected)}, but there are ${JSON.stringify(actual)}`
    if (!isFull) return told
    return subset(expected as unknown as JsonObject[], actual, 'incident').then((found) =>
      found === null ? null : told,
    )
  },
  async timers({ world, id }, expected) {
    const timers = await world.all<TimerDocument>('timers', { processInstanceId: id })
    const actual = timers.map(({ elementId, dueAt }) => ({ element: elementId, due: dueAt }))
    return subset(
      expected.map(({ element, due }) => ({ element, ...instantOr(due) })),
      actual,
      'timer',
    )
  },
  async messages({ world, id, instance, events }, expected) {
    const open = (await world.all<SubscriptionDocument>('subscriptions', { processInstanceId: id })).filter(
      ({ kind }) => kind !== 'signal',
    )
    const opened = events.flatMap((event) => (event.type === 'subscriptionOpened' ? [event] : []))
    const actual = open.map((one) => ({
      element: opened.find((event) => event.subscriptionId === one.subscriptionId)?.elementId ?? instance.processId,
      name: one.messageName,
      correlationKey: one.correlationKey,
    }))
    return subset(expected as unknown as JsonObject[], actual, 'message subscription')
  },
  async waitingFor({ world, id }, expected) {
    for (const [element, users] of Object.entries(expected)) {
      const tasks = await world.tasks({ processInstanceId: id, elementId: element, state: 'open' })
      const actual = tasks.flatMap(({ waitingFor, candidateRoles }) =>
        waitingFor.length > 0
          ? waitingFor
          : candidateRoles.flatMap((role) => world.people.inRole(role).map((one) => one.id)),
      )
      if (!sameBag([...new Set(actual)], users))
        return `expected ${element} to wait for ${list(users)}, but it waits for ${list(actual)}`
    }
    return null
  },
  async items({ world, id }, expected) {
    for (const [element, wanted] of Object.entries(expected)) {
      const task = (await world.tasks({ processInstanceId: id, elementId: element })).at(-1)
      const ended = (await world.instance(id))?.handled?.findLast((step) => step.elementId === element)
      const newest = task && (!ended || task.elementInstanceKey >= ended.key) ? task.items : ended?.items
      const actual = (newest ?? []).map(({ who, state }, index) => ({ who, state, position: index + 1 }))
      const found = difference(wanted as unknown as JsonValue, actual as unknown as JsonValue, `items of ${element}`)
      if (found !== null) return found
    }
    return null
  },
  async drafts({ world, id }, expected) {
    for (const [element, wanted] of Object.entries(expected)) {
      const task = (await world.tasks({ processInstanceId: id, elementId: element, state: 'open' })).at(-1)
      const found = difference(wanted, task?.drafts ?? {}, `drafts of ${element}`)
      if (found !== null) return found
    }
    return null
  },
  instances({ world }, expected) {
    return counted(world.processes(), expected, 'started')
  },
  async orphans({ world }, expected) {
    const orphans = await orphansOf(world)
    return orphans.length === expected ? null : `expected ${expected} orphans, but there are ${list(orphans)}`
  },
}

/** Tasks, jobs, timers and subscriptions that belong to no active element instance. */
export async function orphansOf(world: World): Promise<string[]> {
  const running = new Map<string, Set<number>>()
  for (const id of world.instanceIds()) {
    const instance = await world.instance(id)
    const held = instance?.root ? [instance.root, ...instance.elements] : (instance?.elements ?? [])
    running.set(id, new Set(instance?.state === 'active' ? held.map((element) => element.key) : []))
  }
  const outside = await Promise.all([
    world.all<TaskDocument>('tasks', { state: 'open' }).then((all) => all.map((one) => ({ ...one, id: one.taskId }))),
    world.all<JobDocument>('jobs', { processInstanceId: { $ne: null } }),
    world
      .all<TimerDocument>('timers', { processInstanceId: { $ne: null } })
      .then((all) => all.map((one) => ({ ...one, id: one.timerId }))),
    world
      .all<SubscriptionDocument>('subscriptions', {})
      .then((all) => all.map((one) => ({ ...one, id: one.subscriptionId }))),
  ])
  const left = outside.flat().filter(({ id, processInstanceId: owner }) => {
    const key = Number(id.slice((owner?.length ?? 0) + 1).split(':')[0])
    return owner === null || !running.get(owner)?.has(key)
  })
  return [...left.map(({ id }) => id), ...(await lostCalls(world))]
}

/** Called instances that run although nobody waits for them any more. */
async function lostCalls(world: World): Promise<string[]> {
  const lost: string[] = []
  for (const id of world.instanceIds()) {
    const instance = await world.instance(id)
    if (instance?.state !== 'active' || !instance.parent) continue
    const { processInstanceId, elementInstanceKey } = instance.parent
    const caller = await world.instance(processInstanceId)
    const waits = caller?.elements.some(({ key, call }) => key === elementInstanceKey && call !== undefined)
    if (!waits) lost.push(id)
  }
  return lost
}

const naming = [
  'active',
  'completed',
  'terminated',
  'never',
  'flows',
  'order',
  'waitingFor',
  'items',
  'drafts',
] as const

/** Ids of elements, flows and processes that an expectation names: one that no file has could never be wrong. */
export function elementsNamed(expectation: Expectation): string[] {
  const told = naming.flatMap((key) => {
    const ids = expectation[key] ?? []
    return Array.isArray(ids) ? ids : Object.keys(ids)
  })
  const { incidents = [], timers = [], messages = [], instances = {} } = expectation
  const places = [...incidents, ...timers, ...messages].flatMap(({ element }) =>
    element === undefined ? [] : [element],
  )
  return [...told, ...places, ...Object.keys(instances)]
}

/** The first key of an expectation that does not hold, as a sentence; null when all hold. */
export async function expectationFails(world: World, expectation: Expectation): Promise<string | null> {
  const { instance: name, ...wanted } = expectation
  const id = world.idOf(name)
  const instance = id === undefined ? null : await world.instance(id)
  for (const [key, expected] of Object.entries(wanted)) {
    if (key === 'instances') {
      const found = counted(world.processes(), expected as Record<string, number>, 'started')
      if (found !== null) return found
      continue
    }
    if (id === undefined || !instance) return `there is no instance ${name ?? 'main'} so far`
    const check = checks[key as Key] as (seen: Seen, expected: unknown) => string | null | Promise<string | null>
    const found = await check({ world, id, instance, events: world.events(id) }, expected)
    if (found !== null) return found
  }
  return null
}
