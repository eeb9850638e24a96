import type { Refusal, Sentence } from '../../model/problem.ts'
import { elementOf } from '../apply.ts'
import type { CompleteJobCommand, ExhaustJobCommand, ThrowErrorCommand } from '../commands.ts'
import { catchesError, throwError } from '../errors.ts'
import { failure } from '../incidents.ts'
import type { ElementInstance } from '../instance.ts'
import { jobIdOf } from '../jobs.ts'
import { limits } from '../limits.ts'
import { answerListener, isListenerJob } from '../listeners.ts'
import { resumeProcess } from '../process.ts'
import { refusals } from '../refusals.ts'
import { partsOf } from '../ids.ts'
import { emit, visitOf } from '../run.ts'
import { answerTaskListener } from '../task-changes.ts'
import type { Run } from '../run.ts'
import { begin, finish, stop } from '../tokens.ts'

/** The element instance that waits for this very job. */
function waitingFor(run: Run, jobId: string): ElementInstance | undefined {
  const { instance } = run
  const parts = partsOf(instance.id, jobId)
  const element = parts ? elementOf(instance, parts.key) : undefined
  if (element && isListenerJob(run, element, jobId)) return element
  return element?.job !== undefined && jobIdOf(instance.id, element.key, element.job) === jobId ? element : undefined
}

/** The worker has answered, whatever becomes of it: no job of this id is waited for any more. */
function tellAnswered(run: Run, element: ElementInstance, jobId: string): void {
  if (isListenerJob(run, element, jobId)) emit(run, { type: 'listenerAnswered', key: element.key, jobId, done: false })
  else emit(run, { type: 'jobCompleted', key: element.key, jobId })
}

/** What the worker brings does not fit: trying again would bring the same, so a person must make room first. */
function holdTooLarge(run: Run, element: ElementInstance, jobId: string): null {
  tellAnswered(run, element, jobId)
  stop(run, visitOf(run, element), 'activated', failure('variables.too_large', { limit: limits.variableBytes }))
  return null
}

const asksAboutTask = ({ listening }: ElementInstance) => listening?.turn !== undefined

export function completeJob(run: Run, command: CompleteJobCommand): Refusal | null {
  const { jobId, variables, result = {} } = command
  const element = waitingFor(run, jobId)
  if (!element) return refusals.noJob()
  const refused = refusals.variables(variables, run.instance)
  if (refused) return refused.code === 'variables.too_large' ? holdTooLarge(run, element, jobId) : refused
  if (isListenerJob(run, element, jobId)) {
    if (asksAboutTask(element)) return answerTaskListener(run, element, jobId, variables, result)
    answerListener(run, element, jobId, variables)
    if (element === run.instance.root) resumeProcess(run)
    else if (element.state === 'activating') begin(run, visitOf(run, element))
    else finish(run, visitOf(run, element))
    return null
  }
  const { answer } = run.definition.node(element.at)?.element ?? {}
  if (answer) return answer(run, element, command)
  emit(run, { type: 'jobCompleted', key: element.key, jobId })
  finish(run, visitOf(run, element, variables))
  return null
}

/** What the job is made of: a listener's or the element's own. */
const jobAskedOf = (run: Run, element: ElementInstance, jobId: string) => {
  const node = run.definition.node(element.at)
  const { on, next } = element.listening ?? { on: 'start', next: 0 }
  if (!isListenerJob(run, element, jobId)) return node?.job
  return on === 'start' || on === 'end' ? node?.executionListeners?.[on][next] : node?.taskListeners?.[on][next]
}

/** As an incident keeps it: `reasonZh` only where the worker speaks Chinese too. */
const reasonOf = (message: string | Sentence) =>
  typeof message === 'string' ? { message } : { message: message.en, messageZh: message.zh }

/** The worker's attempts are used up: the element keeps its place with an incident. */
export function exhaustJob(run: Run, { jobId, message }: ExhaustJobCommand): Refusal | null {
  const element = waitingFor(run, jobId)
  if (!element) return refusals.noJob()
  const visit = visitOf(run, element)
  const job = jobAskedOf(run, element, jobId)
  const jobType = job?.type.text ?? job?.type.expression?.source ?? ''
  if (isListenerJob(run, element, jobId)) emit(run, { type: 'listenerAnswered', key: element.key, jobId, done: false })
  else emit(run, { type: 'jobExhausted', key: element.key, jobId })
  stop(run, visit, 'activated', failure('job.no_retries', { jobType, ...reasonOf(message) }))
  return null
}

/** The worker threw a BPMN error: the nearest catcher takes it, without one it is an incident at the element. */
export function throwJobError(run: Run, command: ThrowErrorCommand): Refusal | null {
  const { jobId, code, message, variables } = command
  const element = waitingFor(run, jobId)
  if (!element) return refusals.noJob()
  const refused = refusals.variables(variables, run.instance)
  if (refused) return refused.code === 'variables.too_large' ? holdTooLarge(run, element, jobId) : refused
  if (isListenerJob(run, element, jobId) && asksAboutTask(element)) return refusals.listenerError()
  const visit = visitOf(run, element)
  tellAnswered(run, element, jobId)
  if (catchesError(run, visit, code) !== null) throwError(run, visit, code, message, variables)
  else stop(run, visit, 'activated', failure('error.uncaught', { errorCode: code, message }))
  return null
}
