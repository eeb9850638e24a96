import type { CompiledNode } from './compiled.ts'
import type { Visit } from './element.ts'
import { evaluate, read, readText } from './evaluate.ts'
import { failure } from './incidents.ts'
import type { Failure } from './incidents.ts'
import type { ElementInstance, TimerState } from './instance.ts'
import { emit, subscriptionIdOf, timerIdOf } from './run.ts'
import type { Run } from './run.ts'
import { dueOf } from './timers.ts'

/** A timer or a message that an element is about to wait for: everything that could fail is behind it. */
export type Wait =
  | { kind: 'timer'; at: string; due: string; left: number | null; every: string | null; boundary: boolean }
  | { kind: 'message'; at: string; name: string; key: string; once: boolean }

type Prepared = { ok: true; wait: Wait } | { ok: false; failure: Failure }

function prepareTimer(run: Run, visit: Visit, at: CompiledNode): Prepared {
  const { timer } = at
  if (!timer) throw new Error(`${at.id} has no timer`)
  const value = read(run, visit, timer.value)
  if (!value.ok) return value
  const due = dueOf(timer.kind, value.value, run.now, run.host.timeZone)
  if (!due) return { ok: false, failure: failure('timer.invalid', { value: value.value }) }
  return { ok: true, wait: { kind: 'timer', at: at.id, ...due, boundary: at.attachedTo !== null } }
}

/** Reads a message's name and correlation key where they stand; a key without a value is an incident. */
export function readMessage(
  run: Run,
  visit: Visit,
  node: CompiledNode,
): { ok: true; name: string; key: string | null } | { ok: false; failure: Failure } {
  const { message } = node
  if (!message) throw new Error(`${node.id} has no message`)
  const name = readText(run, visit, message.name)
  if (!name.ok) return name
  if (name.value === null) return { ok: false, failure: failure('expression.failed', { expression: node.id }) }
  if (message.correlationKey === null) return { ok: true, name: name.value, key: null }
  const key = evaluate(run, visit, message.correlationKey)
  if (!key.ok) return key
  const missing =
    key.value === null || key.value === '' || typeof key.value === 'object' || typeof key.value === 'boolean'
  if (missing) return { ok: false, failure: failure('message.key_missing', { message: name.value }) }
  return { ok: true, name: name.value, key: String(key.value) }
}

function prepareMessage(run: Run, visit: Visit, at: CompiledNode): Prepared {
  const message = readMessage(run, visit, at)
  if (!message.ok) return message
  // Without a subscription of its own a catcher takes the message whatever its key, which is written as the empty key.
  const key = message.key ?? ''
  const once = at.attachedTo === null || at.interrupting
  return { ok: true, wait: { kind: 'message', at: at.id, name: message.name, key, once } }
}

/** Prepares what a catching node waits for; null when it is not one that waits for a timer or a message. */
export function prepareWait(run: Run, visit: Visit, at: CompiledNode): Prepared | null {
  if (at.timer) return prepareTimer(run, visit, at)
  if (at.message) return prepareMessage(run, visit, at)
  return null
}

export function armTimer(run: Run, key: number, timer: TimerState): void {
  const timerId = timerIdOf(run.instance.id, key, timer)
  emit(run, { type: 'timerArmed', key, timerId, timer })
  run.requests.push({ type: 'armTimer', timerId, elementId: timer.at, dueAt: timer.due, what: timer.what })
}

/** Begins to wait, for the element instance with this key. */
export function beginWait(run: Run, key: number, wait: Wait): void {
  if (wait.kind === 'timer') {
    const timer: TimerState = { id: wait.at, at: wait.at, due: wait.due, what: wait.boundary ? 'boundary' : 'catch' }
    if (wait.every !== null) {
      timer.left = wait.left
      timer.every = wait.every
    }
    return armTimer(run, key, timer)
  }
  const subscriptionId = subscriptionIdOf(run.instance.id, key, wait)
  const said = { subscriptionId, elementId: wait.at, messageName: wait.name, correlationKey: wait.key, once: wait.once }
  emit(run, { type: 'subscriptionOpened', key, ...said })
  run.requests.push({ type: 'openSubscription', ...said })
}

/** Ends timers, subscriptions and an incident that an element still has outside. */
export function dropWaits(run: Run, element: ElementInstance): void {
  const { id } = run.instance
  if (element.timers)
    for (const timer of element.timers)
      run.requests.push({ type: 'disarmTimer', timerId: timerIdOf(id, element.key, timer) })
  if (element.subscriptions)
    for (const open of element.subscriptions)
      run.requests.push({ type: 'closeSubscription', subscriptionId: subscriptionIdOf(id, element.key, open) })
  if (element.incident) run.requests.push({ type: 'closeIncident', incidentId: element.incident.id })
}
