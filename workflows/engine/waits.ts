import type { JsonValue } from '../model/json.ts'
import type { CompiledMessage, CompiledNode, CompiledTimer, CompiledTrigger } from './compiled.ts'
import type { Visit } from './element.ts'
import { evaluate, holds, read, readText } from './evaluate.ts'
import { subscriptionIdOf, timerIdOf, waitIdOf } from './ids.ts'
import { failure } from './incidents.ts'
import type { Failure } from './incidents.ts'
import type { ElementInstance, TimerState } from './instance.ts'
import { emit, noteWatched } from './run.ts'
import type { Run } from './run.ts'
import { dueOf } from './timers.ts'
import type { Due } from './timers.ts'

/** One trigger that an element is about to wait for: everything that could fail is behind it. */
export type Wait = { at: string; index: number } & (
  | ({ kind: 'timer'; boundary: boolean } & Due)
  | { kind: 'message'; name: string; key: string; once: boolean }
  | { kind: 'signal'; name: string; once: boolean }
  | { kind: 'condition' }
)

type Prepared = { ok: true; wait: Wait } | { ok: false; failure: Failure }

function prepareTimer(run: Run, visit: Visit, at: CompiledNode, index: number, timer: CompiledTimer): Prepared {
  const value = read(run, visit, timer.value)
  if (!value.ok) return value
  const due = dueOf(timer.kind, value.value, run.now, run.host.timeZone)
  if (!due) return { ok: false, failure: failure('timer.invalid', { value: value.value }) }
  return { ok: true, wait: { kind: 'timer', at: at.id, index, ...due, boundary: at.attachedTo !== null } }
}

/**
 * Reads a message's name and correlation key where they stand, to throw it or to catch it; a key without a value is an
 * incident. A key that the conversation has already is taken as it is (coverage (c)4).
 */
export function readMessage(
  run: Run,
  visit: Visit,
  trigger: CompiledTrigger | undefined,
  catching?: { key: string | undefined },
): { ok: true; name: string; key: string | null } | { ok: false; failure: Failure } {
  const message = trigger?.kind === 'message' ? trigger.message : null
  if (!message) throw new Error(`${visit.node.id} has no message`)
  const name = readText(run, visit, message.name)
  if (!name.ok) return name
  if (name.value === null)
    return { ok: false, failure: failure('expression.failed', { expression: message.name.expression?.source ?? '' }) }
  if (catching?.key !== undefined) return { ok: true, name: name.value, key: catching.key }
  if (message.correlationKey === null) return keyOfProperties(run, visit, message, name.value, catching !== undefined)
  const key = evaluate(run, visit, message.correlationKey)
  if (!key.ok) return key
  const text = keyText([key.value])
  if (text === null) return { ok: false, failure: failure('message.key_missing', { message: name.value }) }
  return { ok: true, name: name.value, key: text }
}

/** Values as one key; null when one of them is none. */
export function keyText(values: readonly JsonValue[]): string | null {
  const isKey = (value: JsonValue) => (typeof value === 'string' && value !== '') || typeof value === 'number'
  return values.length > 0 && values.every(isKey) ? values.map(String).join('|') : null
}

/**
 * BPMN's own correlation: by what the process binds its properties to; else by the key of the conversation, which the
 * message that started it has set; else by what the message carries or the process has by that name. Without any value
 * the message has no key, and a catcher takes any (BPMN 8.4.2).
 */
function keyOfProperties(
  run: Run,
  visit: Visit,
  { properties }: CompiledMessage,
  name: string,
  catches: boolean,
): { ok: true; name: string; key: string | null } | { ok: false; failure: Failure } {
  if (properties.length === 0) return { ok: true, name, key: null }
  const isBound = properties.some(({ binding }) => binding !== null)
  const { correlationKey } = run.instance
  if (!isBound && catches && correlationKey !== undefined) return { ok: true, name, key: correlationKey }
  const values: JsonValue[] = []
  for (const { path, binding } of properties) {
    const value = evaluate(run, visit, (catches && binding) || path)
    if (!value.ok) return value
    values.push(value.value)
  }
  const key = keyText(values)
  if (key === null && isBound && catches)
    return { ok: false, failure: failure('message.key_missing', { message: name }) }
  return { ok: true, name, key }
}

function prepareMessage(run: Run, visit: Visit, at: CompiledNode, index: number, trigger: CompiledTrigger): Prepared {
  const { kind, parsed } = visit.node
  const started = kind === 'eventBasedGateway' && parsed.instantiate ? run.instance.correlationKey : undefined
  const message = readMessage(run, visit, trigger, { key: started })
  if (!message.ok) return message
  // Without a subscription of its own a catcher takes the message whatever its key, which is written as the empty key.
  const key = message.key ?? ''
  return { ok: true, wait: { kind: 'message', at: at.id, index, name: message.name, key, once: at.interrupting } }
}

/** Reads a signal's name where it stands. */
export function readSignal(
  run: Run,
  visit: Visit,
  trigger: CompiledTrigger,
): { ok: true; name: string } | { ok: false; failure: Failure } {
  const source = trigger.kind === 'signal' ? trigger.name : null
  if (!source) throw new Error(`${visit.node.id} has no signal`)
  const name = readText(run, visit, source)
  if (!name.ok) return name
  if (name.value === null)
    return { ok: false, failure: failure('expression.failed', { expression: source.expression?.source ?? '' }) }
  return { ok: true, name: name.value }
}

function prepare(run: Run, visit: Visit, at: CompiledNode, index: number, trigger: CompiledTrigger): Prepared | null {
  switch (trigger.kind) {
    case 'timer':
      return trigger.timer ? prepareTimer(run, visit, at, index, trigger.timer) : null
    case 'message':
      return prepareMessage(run, visit, at, index, trigger)
    case 'signal': {
      const signal = readSignal(run, visit, trigger)
      if (!signal.ok) return signal
      return { ok: true, wait: { kind: 'signal', at: at.id, index, name: signal.name, once: at.interrupting } }
    }
    case 'conditional': {
      // What it says now is looked at once more when it is waited for; here it only must be able to say something.
      const holding = trigger.condition ? holds(run, visit, trigger.condition) : false
      if (typeof holding !== 'boolean') return { ok: false, failure: holding }
      return { ok: true, wait: { kind: 'condition', at: at.id, index } }
    }
    default:
      // Errors, escalations, compensation and cancel find their catchers when they are thrown.
      return null
  }
}

/** Prepares what these events wait for, each of their triggers; the failure of the first that cannot. */
export function prepareWaits(run: Run, visit: Visit, events: readonly CompiledNode[], waits: Wait[]): Failure | null {
  for (const at of events)
    for (let index = 0; index < at.triggers.length; index += 1) {
      const prepared = prepare(run, visit, at, index, at.triggers[index] as CompiledTrigger)
      if (prepared === null) continue
      if (!prepared.ok) return prepared.failure
      waits.push(prepared.wait)
    }
  return null
}

export function armTimer(run: Run, key: number, timer: TimerState): void {
  const timerId = timerIdOf(run.instance.id, key, timer)
  emit(run, { type: 'timerArmed', key, timerId, timer })
  run.requests.push({ type: 'armTimer', timerId, elementId: timer.at, dueAt: timer.due, what: timer.what })
}

function beginTimer(run: Run, key: number, wait: Extract<Wait, { kind: 'timer' }>): void {
  const { at, index, due, boundary } = wait
  const timer: TimerState = { id: waitIdOf(at, index), at, due, what: boundary ? 'boundary' : 'catch' }
  if (index > 0) timer.index = index
  if (wait.every !== null) {
    timer.left = wait.left
    timer.every = wait.every
    if (wait.since !== undefined) timer.since = wait.since
    if (wait.round !== undefined) timer.round = wait.round
  }
  armTimer(run, key, timer)
}

/** Begins to wait, for the element instance with this key. */
export function beginWait(run: Run, key: number, wait: Wait): void {
  const { at, index } = wait
  if (wait.kind === 'timer') return beginTimer(run, key, wait)
  const place = index > 0 ? { index } : {}
  if (wait.kind === 'condition') {
    emit(run, { type: 'conditionWatched', key, elementId: at, ...place })
    noteWatched(run, key, waitIdOf(at, index))
    return
  }
  const subscriptionId = subscriptionIdOf(run.instance.id, key, wait)
  const correlationKey = wait.kind === 'message' ? wait.key : ''
  const said = { subscriptionId, elementId: at, messageName: wait.name, correlationKey, once: wait.once }
  const kind = wait.kind === 'signal' ? { kind: 'signal' as const } : {}
  emit(run, { type: 'subscriptionOpened', key, ...said, ...kind, ...place })
  run.requests.push({ type: 'openSubscription', ...said, kind: wait.kind, order: run.definition.node(at)?.index ?? 0 })
}

/** Takes back outside what some events, or all, are waited for. */
function takeBack(run: Run, element: ElementInstance, elementIds: readonly string[] | null): void {
  const { id } = run.instance
  const { key } = element
  const isMeant = ({ at }: { at: string }) => elementIds === null || elementIds.includes(at)
  for (const timer of element.timers ?? [])
    if (isMeant(timer)) run.requests.push({ type: 'disarmTimer', timerId: timerIdOf(id, key, timer) })
  for (const open of element.subscriptions ?? [])
    if (isMeant(open)) run.requests.push({ type: 'closeSubscription', subscriptionId: subscriptionIdOf(id, key, open) })
}

/** Ends timers, subscriptions and an incident that an element still has outside. */
export function dropWaits(run: Run, element: ElementInstance): void {
  if (element.timers !== undefined || element.subscriptions !== undefined) takeBack(run, element, null)
  if (element.incident) run.requests.push({ type: 'closeIncident', incidentId: element.incident.id })
}

/** Stops waiting for some events of an element that itself goes on. */
export function dropSome(run: Run, element: ElementInstance, events: readonly CompiledNode[]): void {
  const waited = [...(element.timers ?? []), ...(element.subscriptions ?? []), ...(element.conditions ?? [])]
  const elementIds = events
    .map(({ id }) => id)
    .filter((id) => waited.some(({ at }) => at === id) || element.met?.[id] !== undefined)
  if (elementIds.length === 0) return
  takeBack(run, element, elementIds)
  emit(run, { type: 'waitsDropped', key: element.key, elementIds })
}
