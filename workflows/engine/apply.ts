import type { JsonObject } from '../model/json.ts'
import type { EngineEvent } from './events.ts'
import type { StepRecord } from './approval/task.ts'
import { subscriptionIdOf } from './ids.ts'
import type {
  AdHocState,
  Corrections,
  Detour,
  ElementInstance,
  ProcessInstance,
  SubscriptionState,
  TaskState,
  WorkItem,
} from './instance.ts'
import { mayMove } from './lifecycle.ts'
import { limits } from './limits.ts'
import { bytesOf, sizeOf } from './size.ts'
import { descendantsOf, entryOf } from './trail.ts'
import type { Undoable } from './undoable.ts'
import { keepUndoable, takeUndoable } from './undoable.ts'

type EventOf<T extends EngineEvent['type']> = Extract<EngineEvent, { type: T }>

/** Place of the element instance with this key, or of the first one after it. Keys only grow. */
function placeOf(elements: readonly ElementInstance[], key: number): number {
  let low = 0
  let high = elements.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((elements[middle] as ElementInstance).key < key) low = middle + 1
    else high = middle
  }
  return low
}

/** The active element instance with this key. */
export function elementOf(instance: ProcessInstance, key: number): ElementInstance | undefined {
  if (key === 1) return instance.root
  const found = instance.elements[placeOf(instance.elements, key)]
  return found !== undefined && found.key === key ? found : undefined
}

function held(instance: ProcessInstance, key: number): ElementInstance {
  const element = elementOf(instance, key)
  if (!element) throw new Error(`no active element instance ${key} in ${instance.id}`)
  return element
}

function write(target: JsonObject, variables: JsonObject): void {
  for (const name in variables) target[name] = variables[name] as JsonObject
}

function move(instance: ProcessInstance, event: EventOf<'elementMoved'>): void {
  const { elements } = instance
  const place = placeOf(elements, event.key)
  let element = elements[place]
  if (element !== undefined && element.key !== event.key) element = undefined
  const from = element === undefined ? 'entered' : (element.state ?? 'activated')
  trace(instance, event)
  if (!mayMove(from, event.to)) throw new Error(`${event.elementId} cannot move from ${from} to ${event.to}`)
  if (event.to === 'completed' || event.to === 'terminated') {
    if (element) {
      if (place === elements.length - 1) elements.pop()
      else elements.splice(place, 1)
    }
    leaveLoop(instance, event, element)
    if (instance.undoable !== undefined || event.undo !== undefined) {
      const { key, elementId: at, scopeKey, undo } = event
      keepUndoable(instance, { key, at, scopeKey, completed: event.to === 'completed', undo }, element)
    }
    return
  }
  if (!element) {
    element = { key: event.key, at: event.elementId }
    if (event.scopeKey !== null) element.scope = event.scopeKey
    if (event.via !== undefined) element.via = event.via
    if (event.index !== undefined) element.index = event.index
    if (event.arrived !== undefined) element.arrived = { ...event.arrived }
    if (event.detour !== undefined) element.detour = event.detour
    if (event.entered !== undefined) element.entered = { ...event.entered }
    if (place === elements.length) elements.push(element)
    else elements.splice(place, 0, element)
  }
  if (event.locals !== undefined) element.locals = { ...element.locals, ...event.locals }
  if (event.loop !== undefined) element.loop = structuredLoop(event.loop)
  if (event.adHoc !== undefined) element.adHoc = structuredAdHoc(event.adHoc)
  if (event.mapped) element.mapped = true
  if (element.state === 'activating' && event.to !== 'activating') delete element.entered
  if (event.to === 'activated') {
    // Tokens that it took to begin are used up; a join has its first one from the start.
    if (element.state === 'activating' && event.arrived === undefined) delete element.arrived
    if (element.state !== undefined) delete element.state
  } else if (event.to !== 'terminating') element.state = event.to
}

/** Writes down where an element was entered from, and how it ended. */
function trace(instance: ProcessInstance, event: EventOf<'elementMoved'>): void {
  const ends = event.to === 'completed' || event.to === 'terminated' ? event.to : null
  if (event.from !== undefined) {
    const trail = (instance.trail ??= [])
    trail.push({
      key: event.key,
      at: event.elementId,
      from: [...event.from],
      ...(event.flows && { flows: [...event.flows] }),
      ...(event.scopeKey !== null && { scope: event.scopeKey }),
      ...(event.via !== undefined && { via: event.via }),
      ...(ends && { ended: ends }),
    })
    return
  }
  const entry = ends && instance.trail && entryOf(instance.trail, event.key)
  if (!entry) return
  entry.ended = ends
  if (!entry.flows) return
  // What was over at a join has gone on to its next pass.
  const first = entry.flows.map((flow, index) => entry.flows!.indexOf(flow) === index)
  entry.from = entry.from.filter((_, index) => first[index])
  entry.flows = entry.flows.filter((_, index) => first[index])
}

const structuredAdHoc = (state: AdHocState): AdHocState => ({
  ...state,
  ...(state.queue && { queue: [...state.queue] }),
  ...(state.output && { output: [...state.output] }),
})

function adHocOf(instance: ProcessInstance, key: number): AdHocState {
  const { adHoc } = held(instance, key)
  if (!adHoc) throw new Error(`element instance ${key} of ${instance.id} is no ad-hoc sub-process`)
  return adHoc
}

const structuredLoop = (loop: NonNullable<ElementInstance['loop']>) => ({
  ...loop,
  ...(loop.items && { items: [...loop.items] }),
  ...(loop.output && { output: [...loop.output] }),
})

function leaveLoop(
  instance: ProcessInstance,
  event: EventOf<'elementMoved'>,
  element: ElementInstance | undefined,
): void {
  const index = element?.index ?? event.index
  if (index === undefined || event.scopeKey === null || event.again) return
  const body = elementOf(instance, event.scopeKey)
  if (!body?.loop) return
  if (event.to === 'completed') {
    body.loop.completed += 1
    if (body.loop.output !== undefined && event.output !== undefined) body.loop.output[index - 1] = event.output
  } else body.loop.terminated += 1
}

type Appliers = { [T in EngineEvent['type']]: (instance: ProcessInstance, event: EventOf<T>) => void }

const tellsOnly = () => undefined

/** A task without the change that was asked about, and with what was corrected; what is empty says nothing. */
function corrected({ change: _change, ...task }: TaskState, corrects: Corrections = {}): TaskState {
  const entries = Object.entries({ ...task, ...corrects })
  const isSaid = (value: unknown) => value !== null && !(Array.isArray(value) && value.length === 0)
  return Object.fromEntries(entries.filter(([, value]) => isSaid(value))) as TaskState
}

const appliers: Appliers = {
  instanceStarted: tellsOnly,
  instanceModified: tellsOnly,
  instanceMigrated: migrated,
  instanceEnded(instance, event) {
    instance.state = event.state
    instance.endedAt = event.at
    // Deleting is slow even where there is nothing.
    if (instance.undoable !== undefined) delete instance.undoable
    if (instance.root !== undefined) delete instance.root
  },
  elementMoved: move,
  tokenArrived(instance, event) {
    const arrived = (held(instance, event.key).arrived ??= {})
    arrived[event.flowId] = (arrived[event.flowId] ?? 0) + 1
    const entry = event.from === undefined ? undefined : entryOf(instance.trail ?? [], event.key)
    if (!entry) return
    entry.from.push(event.from as number)
    ;(entry.flows ??= []).push(event.flowId)
  },
  innerActivated(instance, event) {
    const state = adHocOf(instance, event.key)
    state.activated += 1
    if (state.queue?.[0] === event.inner) state.queue.shift()
    if (state.queue?.length === 0) delete state.queue
  },
  innerCollected(instance, event) {
    adHocOf(instance, event.key).output?.push(event.output)
  },
  adHocFulfilled(instance, event) {
    const state = adHocOf(instance, event.key)
    state.over = true
    if (event.cancels !== undefined) state.cancels = event.cancels
  },
  gatewayActivated(instance, event) {
    const join = held(instance, event.key)
    join.taken = [...event.flows]
    const left = Object.entries(join.arrived ?? {}).map(([flowId, count]) => [flowId, count - 1] as const)
    join.arrived = Object.fromEntries(left.filter(([, count]) => count > 0))
  },
  flowTaken: tellsOnly,
  elementCounted(instance, event) {
    const visits = (instance.visits ??= {})
    visits[event.elementId] = event.count
  },
  variablesSet(instance, event) {
    if (event.scopeKey === null) write(instance.variables, event.variables)
    else write((held(instance, event.scopeKey).locals ??= {}), event.variables)
    const size = sizeOf(event.variables)
    instance.bytes = (instance.bytes ?? 0) + size
    if (size > limits.largeWrite) instance.written = (instance.written ?? 0) + size
    // Overwritten values are counted until the sum looks too large; then it is taken anew.
    if (instance.bytes > limits.variableBytes) instance.bytes = bytesOf(instance)
  },
  dataStoreWritten: tellsOnly,
  decisionEvaluated: tellsOnly,
  jobCreated(instance, event) {
    const element = held(instance, event.key)
    element.job = event.occurrence
    if (event.asked !== undefined && element.adHoc) element.adHoc.asked = event.asked
  },
  listenerAsked(instance, { key, on, turn, next, occurrence }) {
    held(instance, key).listening = { on, ...(turn !== undefined && { turn }), next, job: occurrence }
  },
  listenerAnswered(instance, { key, done, corrects }) {
    const element = held(instance, key)
    const { on, turn, next, job = 1 } = element.listening ?? { on: 'start', next: 0 }
    const asked = turn === undefined ? { on } : { on, turn }
    element.listening = done ? { ...asked, next: next + 1 } : { ...asked, next, tries: job }
    const change = element.task?.change
    if (corrects && change) change.corrects = { ...change.corrects, ...corrects }
  },
  taskChanging(instance, { key, change }) {
    const { task } = held(instance, key)
    if (!task) return
    task.turns = (task.turns ?? 0) + 1
    task.change = { ...change }
  },
  taskChanged(instance, { key, corrects }) {
    const element = held(instance, key)
    if (element.task) element.task = corrected(element.task, corrects)
    delete element.listening
  },
  taskChangeDenied(instance, { key }) {
    const element = held(instance, key)
    if (element.task) element.task = corrected(element.task)
    delete element.listening
  },
  jobCompleted: closeJob,
  jobExhausted: closeJob,
  jobWithdrawn: closeJob,
  callStarted(instance, event) {
    held(instance, event.key).call = event.occurrence
  },
  callEnded(instance, event) {
    const element = held(instance, event.key)
    element.calls = element.call ?? 1
    element.call = undefined
  },
  undoingStarted(instance, event) {
    const { key, elementId, scopeKey, left, handler, cancels, returns, revives, locals, kept } = event
    if (revives !== undefined) held(instance, scopeKey as number).undoing?.left.pop()
    else takeUndoable(instance, new Set(left.map((one) => one.key)))
    const element: ElementInstance = { key, at: elementId }
    if (scopeKey !== null) element.scope = scopeKey
    if (locals) element.locals = { ...locals }
    element.undoing = { left: [...left] }
    if (handler) element.undoing.handler = { ...handler }
    if (cancels) element.undoing.cancels = true
    if (returns) element.undoing.returns = returns
    instance.elements.push(element)
    if (kept?.length) (instance.undoable ??= []).push(...kept)
  },
  activityUndone(instance, event) {
    const undoing = held(instance, event.key).undoing
    if (!undoing) throw new Error(`${event.key} of ${instance.id} undoes nothing`)
    if (event.undone !== null) {
      undoing.left.pop()
      return
    }
    const { scopeKey } = undoing.handler!
    if (scopeKey === null) instance.undone = true
    else held(instance, scopeKey).undone = true
    delete undoing.handler
  },
  undoingEnded(instance, { key }) {
    const { elements } = instance
    elements.splice(placeOf(elements, key), 1)
    if (instance.undoable)
      takeUndoable(instance, new Set(instance.undoable.flatMap((one) => (one.scope === key ? [one.key] : []))))
  },
  taskOpened(instance, event) {
    held(instance, event.key).task = { ...event.task }
  },
  taskAssigned(instance, event) {
    const { step, task } = held(instance, event.key)
    if (step) step.assignee = event.assignee
    if (!task) return
    if (event.assignee === null) delete task.assignee
    else task.assignee = event.assignee
  },
  timerArmed(instance, event) {
    const timers = (held(instance, event.key).timers ??= [])
    timers.push({ ...event.timer })
  },
  timerFired: removeTimer,
  timerDisarmed: removeTimer,
  subscriptionOpened(instance, event) {
    const subscriptions = (held(instance, event.key).subscriptions ??= [])
    const { elementId: at, index, kind, once } = event
    const opened: SubscriptionState = { at, name: event.messageName, key: event.correlationKey, once }
    if (kind !== undefined) opened.kind = kind
    if (index !== undefined) opened.index = index
    subscriptions.push(opened)
  },
  messageCorrelated: closeSubscription,
  signalCaught: closeSubscription,
  signalThrown: tellsOnly,
  conditionWatched(instance, event) {
    const conditions = (held(instance, event.key).conditions ??= [])
    conditions.push(event.index === undefined ? { at: event.elementId } : { at: event.elementId, index: event.index })
  },
  conditionChanged(instance, event) {
    const condition = held(instance, event.key).conditions?.find(
      ({ at, index }) => at === event.elementId && index === event.index,
    )
    if (!condition) return
    if (event.holds) condition.held = true
    else delete condition.held
  },
  triggerMet(instance, event) {
    const element = held(instance, event.key)
    const { [event.elementId]: before, ...others } = element.met ?? {}
    const indexes = [...(before?.indexes ?? []), event.index]
    const met = { ...others, [event.elementId]: { indexes, variables: { ...before?.variables, ...event.variables } } }
    if (!event.all) element.met = met
    else if (Object.keys(others).length > 0) element.met = others
    else delete element.met
  },
  waitsDropped(instance, event) {
    const element = held(instance, event.key)
    keep(element, 'timers', ({ at }) => !event.elementIds.includes(at))
    keep(element, 'subscriptions', ({ at }) => !event.elementIds.includes(at))
    keep(element, 'conditions', ({ at }) => !event.elementIds.includes(at))
    const met = Object.entries(element.met ?? {}).filter(([at]) => !event.elementIds.includes(at))
    if (met.length > 0) element.met = Object.fromEntries(met)
    else delete element.met
  },
  messagePublished: tellsOnly,
  taskActed(instance, event) {
    if (event.choose) instance.choose = { ...instance.choose, ...event.choose }
    closesTask(instance, event)
  },
  itemsChanged(instance, event) {
    const element = held(instance, event.key)
    const before = element.step
    const items = event.partial && before ? replaced(before.items, event.items) : [...event.items]
    element.step = { ...event.step, items, drafts: keptDrafts(before?.drafts, items) }
  },
  draftSaved(instance, event) {
    const { step } = held(instance, event.key)
    if (step) step.drafts = { ...step.drafts, [event.by]: event.variables }
  },
  stepEnded(instance, event) {
    const { key, elementId, approval, items, asked, result } = event
    const handled = (instance.handled ??= [])
    handled.push({ key, elementId, approval, items: [...items], asked: [...asked], ...result, void: false })
    const element = elementOf(instance, key)
    if (element) delete element.step
  },
  caseReturned(instance, event) {
    const voided = new Set(event.voided)
    for (const step of instance.handled ?? []) {
      if (!voided.has(step.key)) continue
      step.void = true
      if (event.affected && step.key !== event.target) step.again = true
      else delete step.again
    }
    if (event.target === undefined || !instance.trail) return
    const ended = descendantsOf(instance.trail, event.target)
    for (const entry of instance.trail) if (ended.has(entry.key)) entry.void = true
  },
  errorThrown: tellsOnly,
  escalationThrown: tellsOnly,
  incidentRaised(instance, event) {
    const { incidentId: id, code, listener } = event
    held(instance, event.key).incident = listener === undefined ? { id, code } : { id, code, listener }
  },
  incidentResolved(instance, event) {
    delete held(instance, event.key).incident
  },
}

/** Puts items in the places of those with their ids; they are told in the order of the list. */
function replaced(items: readonly WorkItem[], changed: readonly WorkItem[]): WorkItem[] {
  const next = [...items]
  let told = 0
  for (let place = 0; place < next.length && told < changed.length; place += 1)
    if (next[place]?.id === changed[told]?.id) next[place] = changed[told++] as WorkItem
  return next
}

/** What was typed is kept as long as its holder has not answered. */
function keptDrafts(drafts: StepRecord['drafts'] | undefined, items: readonly WorkItem[]): StepRecord['drafts'] {
  if (drafts === undefined || Object.keys(drafts).length === 0) return {}
  const holders = new Set(
    items.flatMap(({ who, back, state }) => (state === 'open' || state === 'waiting' ? [who, back?.who] : [])),
  )
  return Object.fromEntries(Object.entries(drafts).filter(([who]) => holders.has(who)))
}

/** Everything that names an element or a flow takes the names of the new version. */
function migrated(instance: ProcessInstance, event: EventOf<'instanceMigrated'>): void {
  const { elements, flows } = event
  const element = (id: string) => (Object.hasOwn(elements, id) ? (elements[id] as string) : id)
  const flow = (id: string) => (Object.hasOwn(flows, id) ? (flows[id] as string) : id)
  const byElement = <T>(record: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).map(([id, value]) => [element(id), value]))
  instance.definitionVersion = event.to
  instance.pinned = event.pinned
  if (event.listens && !instance.root) instance.root = { key: 1, at: instance.processId }
  // Somebody is still asked for the process as it was; then it goes on without.
  if (!event.listens && instance.root?.listening?.job === undefined) delete instance.root
  if (instance.visits) instance.visits = byElement(instance.visits)
  if (instance.choose) instance.choose = byElement(instance.choose)
  for (const step of instance.handled ?? []) step.elementId = element(step.elementId)
  for (const entry of instance.trail ?? []) {
    entry.at = element(entry.at)
    if (entry.flows) entry.flows = entry.flows.map(flow)
  }
  const undoable = (one: Undoable): Undoable => ({
    ...one,
    at: element(one.at),
    ...(one.inside && { inside: one.inside.map(undoable) }),
  })
  const detour = (one: Detour): Detour => ({
    ...one,
    at: element(one.at),
    ...(one.onward && { onward: detour(one.onward) }),
  })
  if (instance.undoable) instance.undoable = instance.undoable.map(undoable)
  for (const held of [...(instance.root ? [instance.root] : []), ...instance.elements]) {
    held.at = element(held.at)
    if (held.detour) held.detour = detour(held.detour)
    if (held.adHoc?.queue) held.adHoc = { ...held.adHoc, queue: held.adHoc.queue.map(element) }
    if (held.undoing) {
      const { handler, left } = held.undoing
      held.undoing = { ...held.undoing, left: left.map(undoable) }
      if (handler) held.undoing.handler = { ...handler, id: element(handler.id) }
    }
    for (const timer of held.timers ?? []) timer.at = element(timer.at)
    if (held.arrived)
      held.arrived = Object.fromEntries(Object.entries(held.arrived).map(([id, count]) => [flow(id), count]))
    if (held.taken) held.taken = held.taken.map(flow)
  }
}

/** A completed task is nobody's to act on any more, also while an incident keeps its element. */
function closesTask(instance: ProcessInstance, event: EventOf<'taskActed'>): void {
  if (event.action === 'complete') held(instance, event.key).task = undefined
}

function closeJob(instance: ProcessInstance, event: EventOf<'jobCompleted' | 'jobExhausted' | 'jobWithdrawn'>): void {
  const element = held(instance, event.key)
  const { job = 1 } = element
  if (job > 1 || event.type === 'jobExhausted') element.jobs = job
  // Setting is much cheaper than deleting, and is not written to disk either.
  element.job = undefined
}

/** Keeps of what an element waits for only what a test says. */
function keep<K extends 'timers' | 'subscriptions' | 'conditions'>(
  element: ElementInstance,
  what: K,
  isKept: (one: NonNullable<ElementInstance[K]>[number]) => boolean,
): void {
  const list = element[what] as NonNullable<ElementInstance[K]>[number][] | undefined
  if (!list) return
  const left = list.filter(isKept)
  if (left.length > 0) element[what] = left as ElementInstance[K]
  else delete element[what]
}

function removeTimer(instance: ProcessInstance, event: EventOf<'timerFired' | 'timerDisarmed'>): void {
  keep(held(instance, event.key), 'timers', (timer) => timer.id !== event.id)
}

/** What was to come once is not waited for any more. */
function closeSubscription(instance: ProcessInstance, event: EventOf<'messageCorrelated' | 'signalCaught'>): void {
  const { id } = instance
  const { key, subscriptionId } = event
  keep(held(instance, key), 'subscriptions', (open) => !open.once || subscriptionIdOf(id, key, open) !== subscriptionId)
}

/** Applies one event. The only thing that changes an instance (reliability R2). */
export function apply(instance: ProcessInstance, event: EngineEvent): void {
  if (event.seq !== instance.lastEvent + 1)
    throw new Error(`event ${event.seq} of ${instance.id} does not follow ${instance.lastEvent}`)
  instance.lastEvent = event.seq
  // Two events in three are one of these, and a look into the table costs more than they do.
  if (event.type === 'flowTaken') return
  if (event.type === 'elementMoved') return move(instance, event)
  ;(appliers[event.type] as (instance: ProcessInstance, event: EngineEvent) => void)(instance, event)
}

/** The instance as it stands after its first event. */
export function begun(event: EventOf<'instanceStarted'>): ProcessInstance {
  const { instance } = event
  const begun: ProcessInstance = {
    id: instance.id,
    processId: instance.processId,
    definitionVersion: instance.definitionVersion,
    businessKey: instance.businessKey,
    state: 'active',
    initiator: instance.initiator,
    startedAt: instance.startedAt,
    endedAt: null,
    lastEvent: 1,
    variables: { ...instance.variables },
    parent: instance.parent,
    pinned: instance.pinned,
    elements: [],
    bytes: sizeOf(instance.variables),
  }
  if (instance.choose) begun.choose = instance.choose
  if (instance.correlationKey !== undefined) begun.correlationKey = instance.correlationKey
  if (instance.root) begun.root = { ...instance.root }
  return begun
}

/** Rebuilds an instance from all its events, the first one included. */
export function replay(events: readonly EngineEvent[]): ProcessInstance {
  const [first, ...rest] = events
  if (first?.type !== 'instanceStarted') throw new Error('the first event is instanceStarted')
  const instance = begun(first)
  for (const event of rest) apply(instance, event)
  return instance
}
