import type { Refusal } from '../../model/problem.ts'
import { elementOf } from '../apply.ts'
import type { CatchSignalCommand, CorrelateMessageCommand, FireTimerCommand } from '../commands.ts'
import type { ElementInstance, TimerState } from '../instance.ts'
import { partsOf, timerIdOf, waitIdOf } from '../ids.ts'
import { refusals } from '../refusals.ts'
import { emit } from '../run.ts'
import type { Run } from '../run.ts'
import { catchSignal, listenersOf } from '../signals.ts'
import { fireStepTimer } from '../steps.ts'
import { compareInstants, nextDue } from '../timers.ts'
import { happen } from '../triggers.ts'
import { armTimer } from '../waits.ts'

/** Arms the next firing of a cycle, with an id of its own. */
function rearm(run: Run, element: ElementInstance, timer: TimerState): void {
  const next = nextDue(timer, run.now, run.host.timeZone)
  if (!next) return
  const [name, count] = timer.id.split('#')
  const id = `${name ?? timer.at}#${Number(count ?? 1) + 1}`
  const { due, left, round } = next
  armTimer(run, element.key, { ...timer, id, due, left, ...(round !== undefined && { round }) })
}

/**
 * Of timers that one element has for the same instant the first in the file fires first; an interrupting one drops the
 * others (coverage (c)12).
 */
function firstOf(run: Run, element: ElementInstance, timer: TimerState): TimerState {
  const order = ({ at }: TimerState) => run.definition.node(at)?.index ?? 0
  const together = (element.timers ?? []).filter(
    ({ what, due }) => (what === 'boundary' || what === 'catch') && compareInstants(due, timer.due) === 0,
  )
  return together.reduce((first, other) => (order(other) < order(first) ? other : first), timer)
}

function fire(run: Run, element: ElementInstance, timer: TimerState): void {
  const timerId = timerIdOf(run.instance.id, element.key, timer)
  emit(run, { type: 'timerFired', key: element.key, timerId, id: timer.id, elementId: timer.at })
  const event = run.definition.node(timer.at)
  if (event && timer.at !== element.at && !event.interrupting) rearm(run, element, timer)
  happen(run, element, timer.at, timer.index ?? 0, null)
}

/** Fires a timer, never early and never twice. */
export function fireTimer(run: Run, { timerId }: FireTimerCommand): Refusal | null {
  const { instance } = run
  const parts = partsOf(instance.id, timerId)
  const element = parts ? elementOf(instance, parts.key) : undefined
  const timer = element?.timers?.find((candidate) => candidate.id === parts?.rest)
  if (!element || !timer) return refusals.noTimer()
  if (compareInstants(run.now, timer.due) < 0) return refusals.notDue(timer.due)
  if (timer.what === 'deadline' || timer.what === 'reminder') {
    emit(run, { type: 'timerFired', key: element.key, timerId, id: timer.id, elementId: timer.at })
    fireStepTimer(run, element, timer.id)
    return null
  }
  for (let next = firstOf(run, element, timer); next !== timer; next = firstOf(run, element, timer)) {
    run.requests.push({ type: 'disarmTimer', timerId: timerIdOf(instance.id, element.key, next) })
    fire(run, element, next)
    if (elementOf(instance, element.key) !== element || !element.timers?.includes(timer)) return null
  }
  fire(run, element, timer)
  return null
}

/** Hands a message to the one who waits for it. */
export function correlateMessage(run: Run, command: CorrelateMessageCommand): Refusal | null {
  const { subscriptionId, messageId, variables } = command
  const { instance } = run
  const parts = partsOf(instance.id, subscriptionId)
  const element = parts ? elementOf(instance, parts.key) : undefined
  const open = element?.subscriptions?.find((candidate) => waitIdOf(candidate.at, candidate.index) === parts?.rest)
  if (!element || !open) return refusals.noSubscription()
  const refused = refusals.variables(variables, instance)
  if (refused) return refused
  emit(run, { type: 'messageCorrelated', key: element.key, subscriptionId, elementId: open.at, messageId })
  if (open.once) run.requests.push({ type: 'closeSubscription', subscriptionId })
  happen(run, element, open.at, open.index ?? 0, variables)
  return null
}

/** A signal from outside: all that wait for it here have it in one step. */
export function receiveSignal(run: Run, command: CatchSignalCommand): Refusal | null {
  const { signalId, name, variables } = command
  if (listenersOf(run, name).length === 0) return refusals.noSubscription()
  const refused = refusals.variables(variables, run.instance)
  if (refused) return refused
  catchSignal(run, signalId, name, variables)
  return null
}
