import type { JsonObject, JsonValue } from '../model/json.ts'
import { apply, elementOf } from './apply.ts'
import type { Choice, CompiledNode, CompiledProcess } from './compiled.ts'
import type { Visit } from './element.ts'
import type { ElementState, EngineEvent } from './events.ts'
import type { Host } from './host.ts'
import { incidentSentence } from './incidents.ts'
import type { Failure } from './incidents.ts'
import type { ActorId, Detour, ElementInstance, ProcessInstance } from './instance.ts'
import { limits } from './limits.ts'
import type { Request } from './requests.ts'
import { toldValues } from './told-values.ts'

/**
 * What a step has still to do: a token that is on its way to a node, or, without a node, a look whether its scope has
 * come to its end.
 */
export interface Token {
  node: CompiledNode | null
  via: string | null
  /** Keys of the elements that sent it. */
  from: readonly number[]
  scopeKey: number | null
  index: number
  locals: JsonObject | null
  result: JsonObject | null
  /** The event that has happened already and sends it; see `Visit`. */
  trigger: CompiledNode | null
  /** No token but a signal on its way to those who wait for it in this very instance. */
  signal: { signalId: string; name: string; variables: JsonObject } | null
  /** It opens a task of its own at a start event (a return to who has none). */
  fresh: boolean
  /** Its scope ended before it arrived. */
  lost: boolean
  /** It was sent back, and goes straight on from there. */
  detour: Detour | null
  /** It comes back to the step of the one who returned the case. */
  back: Detour | null
}

/** One command at work: what has happened so far, and the tokens that have still to arrive. */
export interface Run {
  readonly definition: CompiledProcess
  readonly instance: ProcessInstance
  readonly host: Host
  readonly now: string
  readonly events: EngineEvent[]
  readonly requests: Request[]
  readonly tokens: Token[]
  /** Place of the next token in `tokens`. */
  next: number
  /** Flow nodes that may still be entered in this step. */
  budget: number
  readonly scope: RunScope
  /** Variables have changed, or a condition is new, since conditions were looked at. */
  changed: boolean
  /** Names of the variables that have changed since, and whether they are new. */
  written: Map<string, 'create' | 'update'>
  /** Conditions that are new since, by element instance key and event. */
  watched: Set<string>
  /** On whose account elements end early, for those who come too late. */
  ending: { by: ActorId; action: string }
  /** When the clock was looked at first; steps of ordinary length never look. */
  lookedAt?: number
  /** The budget that the step has used up, when it is not that of elements. */
  past?: Failure['values']
  /** Values of data stores that this step wrote. */
  stores?: Map<string, JsonValue>
}

/** What expressions read: own variables first, then those of the scopes around, then the process. */
export interface RunScope {
  instance: ProcessInstance
  now: string
  timeZone: string
  locals: JsonObject | null
  scopeKey: number | null
  get(name: string): unknown
}

function readVariable(this: RunScope, name: string): unknown {
  const { locals, instance } = this
  if (locals !== null && Object.hasOwn(locals, name)) return locals[name]
  let key = this.scopeKey
  while (key !== null) {
    const scope = elementOf(instance, key)
    if (scope === undefined) break
    if (scope.locals !== undefined && Object.hasOwn(scope.locals, name)) return scope.locals[name]
    key = scope.scope ?? null
  }
  return Object.hasOwn(instance.variables, name) ? instance.variables[name] : undefined
}

const noWritten = new Map<string, 'create' | 'update'>()
const noWatched = new Set<string>()

/** A condition is new, so it is looked at whatever has changed. */
export function noteWatched(run: Run, key: number, waitId: string): void {
  if (run.watched === noWatched) run.watched = new Set()
  run.watched.add(`${key}:${waitId}`)
  run.changed = true
}

/** What has changed since the last time that somebody asked. */
export function takeChanges(run: Run): Pick<Run, 'written' | 'watched'> {
  const { written, watched } = run
  run.changed = false
  run.written = noWritten
  run.watched = noWatched
  return { written, watched }
}

export function beginRun(definition: CompiledProcess, instance: ProcessInstance, host: Host, now: string): Run {
  return {
    definition,
    instance,
    host,
    now,
    events: [],
    requests: [],
    tokens: [],
    next: 0,
    budget: limits.elementsPerStep,
    scope: { instance, now, timeZone: host.timeZone, locals: null, scopeKey: null, get: readVariable },
    changed: false,
    written: noWritten,
    watched: noWatched,
    ending: { by: 'system', action: 'end' },
  }
}

/** Points the run's scope at where a visit reads its variables. */
export function scopeAt(run: Run, locals: JsonObject | null, scopeKey: number | null): RunScope {
  const { scope } = run
  scope.locals = locals
  scope.scopeKey = scopeKey
  return scope
}

/** What an event says besides its number and its time. */
export type Happening = EngineEvent extends infer Each
  ? Each extends EngineEvent
    ? Omit<Each, 'seq' | 'at'>
    : never
  : never

/** Tells and applies one event; what was passed becomes the event itself. */
export function emit(run: Run, happening: Happening): void {
  const event = happening as EngineEvent
  event.seq = run.instance.lastEvent + 1
  event.at = run.now
  run.events.push(event)
  if (event.type === 'variablesSet' && run.definition.conditional) noteWritten(run, event)
  apply(run.instance, event)
}

/** Keeps which variables change, for the conditions that only look at some. */
function noteWritten(run: Run, { scopeKey, variables }: Extract<EngineEvent, { type: 'variablesSet' }>): void {
  const before = scopeKey === null ? run.instance.variables : (elementOf(run.instance, scopeKey)?.locals ?? {})
  if (run.written === noWritten) run.written = new Map()
  for (const name in variables)
    if (run.written.get(name) !== 'create') run.written.set(name, Object.hasOwn(before, name) ? 'update' : 'create')
  run.changed = true
}

type Moved = Extract<EngineEvent, { type: 'elementMoved' }>

/** Moves an element; with its first event comes what makes it. */
export function move(run: Run, visit: Visit, to: ElementState, more?: Partial<Moved>): void {
  const event: Moved = {
    seq: run.instance.lastEvent + 1,
    at: run.now,
    type: 'elementMoved',
    key: visit.key,
    elementId: visit.node.id,
    scopeKey: visit.scopeKey,
    to,
  }
  if (visit.element === null) {
    if (visit.via !== null) event.via = visit.via
    if (visit.index > 0) event.index = visit.index
    if (run.definition.traced) event.from = [...visit.from]
    if (visit.detour) event.detour = visit.detour
  }
  if (visit.locals !== null && (to === 'activated' || (visit.element === null && to !== 'completed')))
    event.locals = visit.locals
  if (more !== undefined) Object.assign(event, more)
  run.events.push(event)
  apply(run.instance, event)
  if (to !== 'completed' && to !== 'terminated' && visit.element === null)
    visit.element = elementOf(run.instance, visit.key) ?? null
}

type Taken = Extract<EngineEvent, { type: 'flowTaken' }>

/** Takes a sequence flow, with the reason why. */
export function takeFlow(run: Run, flowId: string, because: Choice['because']): void {
  const event: Taken = { seq: run.instance.lastEvent + 1, at: run.now, type: 'flowTaken', flowId }
  if (because !== null) event.because = because
  run.events.push(event)
  apply(run.instance, event)
}

/** Makes variables of the element's own. */
export function setOwn(run: Run, visit: Visit, variables: JsonObject): void {
  if (visit.element) {
    emit(run, { type: 'variablesSet', scopeKey: visit.key, variables, by: null })
    visit.locals = visit.element.locals ?? null
  } else visit.locals = { ...visit.locals, ...variables }
}

const noOrigins: readonly number[] = []

/** A visit to an element that is already there, perhaps with what it brings now; of the same shape as every visit. */
export function visitOf(run: Run, element: ElementInstance, result: JsonObject | null = null): Visit {
  const node = run.definition.node(element.at)
  if (!node) throw new Error(`the definition of ${run.instance.processId} has no element ${element.at}`)
  const entered = element.state === 'activating' ? element.entered : undefined
  return {
    node,
    key: element.key,
    scopeKey: element.scope ?? null,
    via: element.via ?? null,
    from: noOrigins,
    locals: element.locals ?? null,
    index: element.index ?? 0,
    element,
    result: result ?? entered?.result ?? null,
    mapped: element.mapped ?? false,
    trigger: entered?.trigger === undefined ? null : (run.definition.node(entered.trigger) ?? null),
    fresh: entered?.fresh ?? false,
    detour: null,
    back: entered?.back ?? null,
  }
}

export const taskIdOf = (run: Run, element: ElementInstance) => `${run.instance.id}:${element.key}`
/**
 * Holds an element where it is, with an incident that a person resolves; with a listener only the event that it listens
 * by is held.
 */
export function raise(run: Run, visit: Visit, failure: Failure, listener?: string): void {
  const incidentId = `${run.instance.id}:${visit.key}:incident-${run.instance.lastEvent + 1}`
  const values = { ...toldValues(failure.values), name: visit.node.name || visit.node.id }
  emit(run, {
    type: 'incidentRaised',
    incidentId,
    key: visit.key,
    elementId: visit.node.id,
    ...(listener === undefined ? {} : { listener }),
    code: failure.code,
    values,
  })
  run.requests.push({
    type: 'raiseIncident',
    incidentId,
    elementId: visit.node.id,
    elementInstanceKey: visit.key,
    code: failure.code,
    message: incidentSentence(failure.code, values),
    values,
    at: run.now,
  })
}

const noToken: Token = {
  node: null,
  via: null,
  from: noOrigins,
  scopeKey: null,
  index: 0,
  locals: null,
  result: null,
  trigger: null,
  signal: null,
  fresh: false,
  lost: false,
  detour: null,
  back: null,
}

/** Sends a token on its way, with what it brings. */
export function sendToken(
  run: Run,
  node: CompiledNode,
  via: string | null,
  scopeKey: number | null,
  from: readonly number[],
  result: JsonObject | null = null,
  fresh = false,
): void {
  run.tokens.push({
    node,
    via,
    from,
    scopeKey,
    index: 0,
    locals: null,
    result,
    trigger: null,
    signal: null,
    fresh,
    lost: false,
    detour: null,
    back: null,
  })
}

/** Sends a token to what an event begins that has just happened. */
export function sendTriggered(
  run: Run,
  node: CompiledNode,
  trigger: CompiledNode,
  at: { via: string | null; scopeKey: number | null; from: readonly number[] },
  result: JsonObject | null,
): void {
  run.tokens.push({ ...noToken, ...at, node, trigger, result })
}

/** Sends a token to one of the instances in a multi-instance body. */
export function sendInner(run: Run, node: CompiledNode, bodyKey: number, index: number, locals: JsonObject): void {
  run.tokens.push({
    node,
    via: null,
    from: [bodyKey],
    scopeKey: bodyKey,
    index,
    locals,
    result: null,
    trigger: null,
    signal: null,
    fresh: false,
    lost: false,
    detour: null,
    back: null,
  })
}

/** Sends a token to an activity that undoes another, with what was that one's own. */
export function sendUndoing(
  run: Run,
  node: CompiledNode,
  at: { scopeKey: number; from: readonly number[] },
  locals: JsonObject | null,
): void {
  run.tokens.push({ ...noToken, ...at, node, locals: locals && { ...locals } })
}

/** A signal goes to whoever waits for it in this instance when its turn comes. */
export function sendSignal(run: Run, signal: NonNullable<Token['signal']>): void {
  run.tokens.push({ ...noToken, signal })
}

/** A token ended: later in this step its scope looks whether it was the last one. */
export function endToken(run: Run, scopeKey: number | null): void {
  run.tokens.push({
    node: null,
    via: null,
    from: noOrigins,
    scopeKey,
    index: 0,
    locals: null,
    result: null,
    trigger: null,
    signal: null,
    fresh: false,
    lost: false,
    detour: null,
    back: null,
  })
}
