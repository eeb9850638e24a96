import type { JsonObject } from '../model/json.ts'
import { waits } from './element.ts'
import type { Visit } from './element.ts'
import type { Failure } from './incidents.ts'
import type { ElementInstance } from './instance.ts'
import { requestJob, workOf } from './jobs.ts'
import { emit, move, visitOf } from './run.ts'
import type { Run } from './run.ts'
import { propagate, setVariables } from './variables.ts'
import { dropSome } from './waits.ts'

type Time = 'start' | 'end'

const listenerJobId = (
  instanceId: string,
  key: number,
  { on, next, job = 1 }: NonNullable<ElementInstance['listening']>,
) => `${instanceId}:${key}:${on}-${next}-${job}`

/**
 * Asks the next listener of an element, by a job that a worker completes: at the start before its work begins, at the
 * end after its output mappings. Null when all have been asked.
 */
export function listen(run: Run, visit: Visit, on: Time): typeof waits | Failure | null {
  const jobs = visit.node.executionListeners?.[on]
  const before = visit.element?.listening
  const next = before?.on === on ? before.next : 0
  const job = jobs?.[next]
  if (!job) return null
  const work = workOf(run, visit, job)
  if ('code' in work) return work
  const state = on === 'start' ? 'activating' : 'completing'
  if (visit.element?.state !== state) move(run, visit, state, on === 'end' ? { mapped: true } : undefined)
  // Nothing runs in the scope any more, so its event sub-processes listen no longer (coverage (c)20).
  if (on === 'end' && visit.element) dropSome(run, visit.element, visit.node.listeners)
  const tries = before?.on === on ? (before.tries ?? 0) : 0
  const { id } = run.instance
  const jobId = listenerJobId(id, visit.key, { on, next, job: tries + 1 })
  const { key, node } = visit
  const said = { key, elementId: node.id, jobId, jobType: work.jobType }
  emit(run, { type: 'listenerAsked', ...said, on, next, occurrence: tries + 1 })
  requestJob(run, visit, work, { jobId, effectKey: `${id}:${key}:${on}-${next}`, headers: job.headers })
  return waits
}

/** Whether a job is that of the listener that an element waits for. */
export const isListenerJob = (run: Run, { key, listening }: ElementInstance, jobId: string): boolean =>
  listening?.job !== undefined && listenerJobId(run.instance.id, key, listening) === jobId

/** A listener has answered; what it brings is the element's own at the start, and goes up at the end. */
export function answerListener(run: Run, element: ElementInstance, jobId: string, variables: JsonObject): Time {
  const on = element.listening?.on ?? 'start'
  emit(run, { type: 'listenerAnswered', key: element.key, jobId, done: true })
  const visit = visitOf(run, element)
  if (Object.keys(variables).length === 0) return on
  if (on === 'start') propagate(run, visit, variables)
  else setVariables(run, visit.scopeKey, variables)
  return on
}

/** Takes the job of a listener back, when its element ends early. */
export function dismissListener(run: Run, element: ElementInstance): void {
  if (element.listening?.job === undefined) return
  run.requests.push({ type: 'cancelJob', jobId: listenerJobId(run.instance.id, element.key, element.listening) })
}
