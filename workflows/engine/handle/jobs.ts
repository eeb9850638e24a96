import type { Refusal } from '../../model/problem.ts'
import { elementOf } from '../apply.ts'
import type { CompleteJobCommand, ExhaustJobCommand, ThrowErrorCommand } from '../commands.ts'
import { catchesError, throwError } from '../errors.ts'
import { failure } from '../incidents.ts'
import type { ElementInstance } from '../instance.ts'
import { jobIdOf } from '../jobs.ts'
import { refusals } from '../refusals.ts'
import { partsOf } from '../ids.ts'
import { emit, visitOf } from '../run.ts'
import type { Run } from '../run.ts'
import { finish, stop } from '../tokens.ts'

/** The element instance that waits for this very job. */
function waitingFor(run: Run, jobId: string): ElementInstance | undefined {
  const { instance } = run
  const parts = partsOf(instance.id, jobId)
  const element = parts ? elementOf(instance, parts.key) : undefined
  return element?.job !== undefined && jobIdOf(instance.id, element.key, element.job) === jobId ? element : undefined
}

export function completeJob(run: Run, { jobId, variables }: CompleteJobCommand): Refusal | null {
  const element = waitingFor(run, jobId)
  if (!element) return refusals.noJob()
  const refused = refusals.variables(variables, run.instance.bytes ?? 0)
  if (refused) return refused
  emit(run, { type: 'jobCompleted', key: element.key, jobId })
  finish(run, { ...visitOf(run, element), result: variables })
  return null
}

/** The worker's attempts are used up: the element keeps its place with an incident. */
export function exhaustJob(run: Run, { jobId, message }: ExhaustJobCommand): Refusal | null {
  const element = waitingFor(run, jobId)
  if (!element) return refusals.noJob()
  const visit = visitOf(run, element)
  const jobType = visit.node.job?.type.text ?? visit.node.job?.type.expression?.source ?? ''
  emit(run, { type: 'jobExhausted', key: element.key, jobId })
  stop(run, visit, 'activated', failure('job.no_retries', { jobType, message }))
  return null
}

/** The worker threw a BPMN error: the nearest catcher takes it, without one it is an incident at the element. */
export function throwJobError(run: Run, command: ThrowErrorCommand): Refusal | null {
  const { jobId, code, message, variables } = command
  const element = waitingFor(run, jobId)
  if (!element) return refusals.noJob()
  const refused = refusals.variables(variables, run.instance.bytes ?? 0)
  if (refused) return refused
  const visit = visitOf(run, element)
  emit(run, { type: 'jobCompleted', key: element.key, jobId })
  if (catchesError(run, visit, code) !== null) throwError(run, visit, code, message, variables)
  else stop(run, visit, 'activated', failure('error.uncaught', { errorCode: code, message }))
  return null
}
