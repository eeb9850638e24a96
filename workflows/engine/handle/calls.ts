import type { Refusal } from '../../model/problem.ts'
import { elementOf } from '../apply.ts'
import { broughtBack, calledIdOf } from '../calls.ts'
import type { AnswerCallCommand, CalledOutcome, FailCallCommand } from '../commands.ts'
import type { Visit } from '../element.ts'
import { catcherOf, catchesError, handOver, throwError } from '../errors.ts'
import { failure } from '../incidents.ts'
import type { ElementInstance } from '../instance.ts'
import { limits } from '../limits.ts'
import { escalateOutward } from '../outward.ts'
import { refusals } from '../refusals.ts'
import { emit, visitOf } from '../run.ts'
import type { Run } from '../run.ts'
import { hasRoomFor } from '../size.ts'
import { endCase } from '../steps.ts'
import { finish, stop } from '../tokens.ts'

/** The element instance that waits for this very called instance. */
function waitingFor(run: Run, key: number, calledId: string): ElementInstance | undefined {
  const element = elementOf(run.instance, key)
  return element?.call !== undefined && calledIdOf(run.instance.id, key, element.call) === calledId
    ? element
    : undefined
}

/** The called instance has ended, or throws something that the caller catches. */
export function answerCall(run: Run, command: AnswerCallCommand): Refusal | null {
  const { elementInstanceKey: key, calledId, outcome } = command
  const element = waitingFor(run, key, calledId)
  if (!element) return refusals.noCall()
  const visit = visitOf(run, element)
  if (!hasRoomFor(run.instance, outcome.variables)) {
    if (!element.incident)
      stop(run, visit, 'activated', failure('variables.too_large', { limit: limits.variableBytes }))
    return null
  }
  const ended = { type: 'callEnded', key, elementId: element.at, calledId } as const
  if (outcome.kind === 'completed') {
    emit(run, { ...ended, outcome: 'completed' })
    finish(run, { ...visit, result: broughtBack(visit, outcome) })
    return null
  }
  if (outcome.kind === 'escalation') return escalated(run, visit, calledId, outcome)
  if (outcome.kind === 'caseEnded') {
    emit(run, { ...ended, outcome: 'caseEnded' })
    endCase(run, outcome.by, outcome.reason, outcome.action)
    return null
  }
  const { code, message, variables } = outcome
  emit(run, { ...ended, outcome: 'error', code })
  if (catchesError(run, visit, code) !== null) throwError(run, visit, code, message, variables)
  else stop(run, visit, 'activated', failure('error.uncaught', { errorCode: code, message }))
  return null
}

/** The called instance throws an escalation that is taken here, or further outward; it may go on beside. */
function escalated(
  run: Run,
  visit: Visit,
  calledId: string,
  { code, ended }: Extract<CalledOutcome, { kind: 'escalation' }>,
): null {
  const { key, node } = visit
  const elementId = node.id
  if (ended) emit(run, { type: 'callEnded', key, elementId, calledId, outcome: 'escalation', code })
  const catcher = catcherOf(run, visit, 'escalation', code)
  const outside = catcher ? null : escalateOutward(run, code)
  const beyond = outside ? { outside: true as const } : {}
  emit(run, { type: 'escalationThrown', key, elementId, code, caughtBy: catcher?.event.id ?? null, ...beyond })
  if (catcher) handOver(run, catcher, null)
  else outside?.act()
  return null
}

/** The called process could not be started: the element keeps its place with an incident. */
export function failCall(
  run: Run,
  { elementInstanceKey: key, calledId, processId, reason }: FailCallCommand,
): Refusal | null {
  const element = waitingFor(run, key, calledId)
  if (!element) return refusals.noCall()
  emit(run, { type: 'callEnded', key, elementId: element.at, calledId, outcome: 'refused' })
  const values = { processId, reason: reason.en, reasonZh: reason.zh }
  stop(run, visitOf(run, element), 'activated', failure('call.not_found', values))
  return null
}
