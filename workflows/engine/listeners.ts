import type { JsonObject } from '../model/json.ts'
import { waits } from './element.ts'
import type { Visit } from './element.ts'
import type { Failure } from './incidents.ts'
import type { ElementInstance, EnteredState } from './instance.ts'
import { requestJob, workOf } from './jobs.ts'
import { emit, move, setOwn, visitOf } from './run.ts'
import type { Run } from './run.ts'
import { setVariables } from './variables.ts'
import { dropSome } from './waits.ts'

type Time = 'start' | 'end'

/** The id of a listener's job: of the element, the time, and the how manieth it is and is tried. */
export const listenerJobId = (
  instanceId: string,
  key: number,
  { on, turn, next, job = 1 }: NonNullable<ElementInstance['listening']>,
) => `${instanceId}:${key}:${on}${turn === undefined ? '' : `~${turn}`}-${next}-${job}`

/** What would be lost of a visit while somebody is asked before it begins. */
function enteredBy({ trigger, result, fresh, back }: Visit): EnteredState | null {
  if (trigger === null && result === null && !fresh && back === null) return null
  return {
    ...(trigger && { trigger: trigger.id }),
    ...(result && { result }),
    ...(fresh && { fresh }),
    ...(back && { back }),
  }
}

/** Holds an element where it is asked about; the process itself stands nowhere. */
function hold(run: Run, visit: Visit, on: Time): void {
  if (visit.node === run.definition.root) return
  const late = visit.node.executionListeners?.late ?? false
  const state = on === 'start' && !late ? 'activating' : 'completing'
  if (visit.element?.state === state) return
  const entered = visit.element === null && state === 'activating' ? enteredBy(visit) : null
  move(run, visit, state, state === 'completing' ? { mapped: true } : entered ? { entered } : undefined)
}

/**
 * Asks the next listener of an element, by a job that a worker completes: at the start before its work begins, at the
 * end after its output mappings. Null when all have been asked.
 */
export function listen(run: Run, visit: Visit, on: Time): typeof waits | Failure | null {
  const before = visit.element?.listening
  // Whoever is asked at the end has been asked at the start.
  if (on === 'start' && before?.on === 'end') return null
  const next = before?.on === on ? before.next : 0
  const job = visit.node.executionListeners?.[on][next]
  if (!job) return null
  const work = workOf(run, visit, job)
  if ('code' in work) return work
  hold(run, visit, on)
  // Nothing runs in the scope any more, so its event sub-processes listen no longer (coverage (c)20).
  if (on === 'end' && visit.element) dropSome(run, visit.element, visit.node.listeners)
  const tries = before?.on === on ? (before.tries ?? 0) : 0
  const { id } = run.instance
  const { key, node } = visit
  const jobId = listenerJobId(id, key, { on, next, job: tries + 1 })
  const said = { key, elementId: node.id, jobId, jobType: work.jobType }
  emit(run, { type: 'listenerAsked', ...said, on, next, occurrence: tries + 1 })
  requestJob(run, visit, work, { jobId, effectKey: `${id}:${key}:${on}-${next}`, headers: job.headers })
  return waits
}

/** Whether a job is that of the listener that an element waits for. */
export const isListenerJob = (run: Run, { key, listening }: ElementInstance, jobId: string): boolean =>
  listening?.job !== undefined && listenerJobId(run.instance.id, key, listening) === jobId

/** A listener has answered; what it brings is the element's own at the start, and goes up at the end. */
export function answerListener(run: Run, element: ElementInstance, jobId: string, variables: JsonObject): void {
  const isStart = element.listening?.on === 'start'
  emit(run, { type: 'listenerAnswered', key: element.key, jobId, done: true })
  if (Object.keys(variables).length === 0) return
  const visit = visitOf(run, element)
  if (isStart && element !== run.instance.root) setOwn(run, visit, variables)
  else setVariables(run, visit.scopeKey, variables)
}

/** Takes the job of a listener back, when its element ends early. */
export function dismissListener(run: Run, element: ElementInstance): void {
  if (element.listening?.job === undefined) return
  run.requests.push({ type: 'cancelJob', jobId: listenerJobId(run.instance.id, element.key, element.listening) })
}
