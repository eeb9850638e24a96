import type { Refusal } from '../../model/problem.ts'
import { elementOf } from '../apply.ts'
import type { CorrelateMessageCommand, FireTimerCommand } from '../commands.ts'
import type { ElementInstance, TimerState } from '../instance.ts'
import type { JsonObject } from '../../model/json.ts'
import { refusals } from '../refusals.ts'
import { emit, partsOf, sendToken, visitOf } from '../run.ts'
import type { Run } from '../run.ts'
import { terminate } from '../scopes.ts'
import { fireStepTimer } from '../steps.ts'
import { compareInstants, nextDue } from '../timers.ts'
import { finish } from '../tokens.ts'
import { armTimer } from '../waits.ts'

/** What an element waited for has come: it goes on itself, or its boundary event does. */
function trigger(run: Run, element: ElementInstance, at: string, result: JsonObject | null): void {
  if (at === element.at) return finish(run, { ...visitOf(run, element), result })
  const boundary = run.definition.node(at)
  if (!boundary) throw new Error(`the definition of ${run.instance.processId} has no element ${at}`)
  const scopeKey = element.scope ?? null
  if (boundary.interrupting) terminate(run, element)
  sendToken(run, boundary, null, scopeKey, [element.key], result)
}

/** Arms the next firing of a cycle, with an id of its own. */
function rearm(run: Run, element: ElementInstance, timer: TimerState): void {
  const next = nextDue(timer, run.now, run.host.timeZone)
  if (!next) return
  const [name, count] = timer.id.split('#')
  const id = `${name ?? timer.at}#${Number(count ?? 1) + 1}`
  armTimer(run, element.key, { ...timer, id, due: next.due, left: next.left })
}

/** Fires a timer, never early and never twice. */
export function fireTimer(run: Run, { timerId }: FireTimerCommand): Refusal | null {
  const { instance } = run
  const parts = partsOf(instance.id, timerId)
  const element = parts ? elementOf(instance, parts.key) : undefined
  const timer = element?.timers?.find((candidate) => candidate.id === parts?.rest)
  if (!element || !timer) return refusals.noTimer()
  if (compareInstants(run.now, timer.due) < 0) return refusals.notDue(timer.due)
  const boundary = run.definition.node(timer.at)
  emit(run, { type: 'timerFired', key: element.key, timerId, id: timer.id, elementId: timer.at })
  if (timer.what === 'deadline' || timer.what === 'reminder') {
    fireStepTimer(run, element, timer.id)
    return null
  }
  if (boundary && timer.at !== element.at && !boundary.interrupting) rearm(run, element, timer)
  trigger(run, element, timer.at, null)
  return null
}

/** Hands a message to the one who waits for it. */
export function correlateMessage(run: Run, command: CorrelateMessageCommand): Refusal | null {
  const { subscriptionId, messageId, variables } = command
  const { instance } = run
  const parts = partsOf(instance.id, subscriptionId)
  const element = parts ? elementOf(instance, parts.key) : undefined
  const open = element?.subscriptions?.find((candidate) => candidate.at === parts?.rest)
  if (!element || !open) return refusals.noSubscription()
  const refused = refusals.variables(variables, instance.bytes ?? 0)
  if (refused) return refused
  emit(run, { type: 'messageCorrelated', key: element.key, subscriptionId, elementId: open.at, messageId })
  trigger(run, element, open.at, variables)
  return null
}
