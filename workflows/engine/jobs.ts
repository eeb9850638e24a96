import type { JsonObject } from '../model/json.ts'
import { elementOf } from './apply.ts'
import type { CompiledJob } from './compiled.ts'
import { waits } from './element.ts'
import type { Outcome, Visit } from './element.ts'
import { readText } from './evaluate.ts'
import { failure } from './incidents.ts'
import type { Failure } from './incidents.ts'
import type { ElementInstance } from './instance.ts'
import { open } from './opening.ts'
import type { CreateJob } from './requests.ts'
import { emit } from './run.ts'
import type { Run } from './run.ts'

/** A job's id; the first of an element instance is named by it alone. */
export const jobIdOf = (instanceId: string, key: number, occurrence: number) =>
  occurrence === 1 ? `${instanceId}:${key}` : `${instanceId}:${key}:job-${occurrence}`

/** Own variables after input mappings, or without any all that the element can see. */
const payload = (run: Run, visit: Visit): JsonObject =>
  visit.node.inputs.length > 0 ? { ...visit.locals } : visibleVariables(run, visit)

/** All variables that an element can see, its own first. */
export function visibleVariables(run: Run, visit: Visit): JsonObject {
  const variables: JsonObject = { ...run.instance.variables }
  const around: JsonObject[] = []
  for (let key = visit.scopeKey; key !== null;) {
    const scope = elementOf(run.instance, key)
    if (!scope) break
    if (scope.locals) around.push(scope.locals)
    key = scope.scope ?? null
  }
  for (const locals of around.reverse()) Object.assign(variables, locals)
  return Object.assign(variables, visit.locals)
}

interface JobWork {
  jobType: string
  retries: number
  /** Absent is 0. */
  priority?: number
}

/** Any whole number of 32 bits, as Camunda 8 has it; 0 where nothing is said. */
function priorityOfJob(run: Run, visit: Visit, { priority }: CompiledJob): number | Failure {
  if (!priority) return 0
  const said = readText(run, visit, priority)
  if (!said.ok) return said.failure
  const number = said.value === null || said.value.trim() === '' ? NaN : Number(said.value)
  if ((number | 0) === number) return number
  const reason = `the priority of a job must be a whole number, but it is "${said.value ?? ''}".`
  const reasonZh = `任务的优先级应为整数,实际为「${said.value ?? ''}」。`
  return failure('expression.failed', { expression: 'zeebe:jobPriorityDefinition', reason, reasonZh })
}

export function workOf(run: Run, visit: Visit, job: CompiledJob): JobWork | Failure {
  const type = readText(run, visit, job.type)
  if (!type.ok) return type.failure
  const retries = readText(run, visit, job.retries)
  if (!retries.ok) return retries.failure
  const attempts = Number(retries.value)
  if (!type.value || !Number.isInteger(attempts) || attempts < 1) {
    const reason = `the job's type is "${type.value ?? ''}" and its retries are "${retries.value ?? ''}".`
    return failure('expression.failed', { expression: 'zeebe:taskDefinition', reason, reasonZh: reason })
  }
  const priority = priorityOfJob(run, visit, job)
  if (typeof priority === 'object') return priority
  const work: JobWork = { jobType: type.value, retries: attempts }
  if (priority !== 0) work.priority = priority
  return work
}

function create(run: Run, visit: Visit, job: CompiledJob, work: JobWork, occurrence: number): void {
  const { id } = run.instance
  const { key } = visit
  const jobId = jobIdOf(id, key, occurrence)
  emit(run, { type: 'jobCreated', key, jobId, jobType: work.jobType, occurrence })
  requestJob(run, visit, work, { jobId, effectKey: `${id}:${key}`, headers: job.headers })
}

interface AskedJob {
  jobId: string
  effectKey: string
  headers: Record<string, string>
  /** Else what the element sees. */
  variables?: JsonObject
  /** Nobody waits for the answer. */
  detached?: true
}

/** Asks the world for the work of an element. */
export function requestJob(
  run: Run,
  visit: Visit,
  { jobType, retries, priority }: JobWork,
  { jobId, effectKey, headers, variables, detached }: AskedJob,
): void {
  const request: CreateJob = {
    type: 'createJob',
    elementId: visit.node.id,
    elementInstanceKey: visit.key,
    variables: variables ?? payload(run, visit),
    jobId,
    effectKey,
    headers,
    jobType,
    retries,
  }
  if (priority !== undefined) request.priority = priority
  if (detached) request.detached = detached
  run.requests.push(request)
}

/** Opens the element and creates its job. */
export function waitForJob(run: Run, visit: Visit, job: CompiledJob): Outcome {
  const work = workOf(run, visit, job)
  if ('code' in work) return work
  const failed = open(run, visit)
  if (failed) return failed
  create(run, visit, job, work, 1)
  return waits
}

/** After an incident: a further job with the same effect key. */
export function retryJob(run: Run, visit: Visit, job: CompiledJob): Outcome {
  const work = workOf(run, visit, job)
  if ('code' in work) return work
  create(run, visit, job, work, (visit.element?.jobs ?? 1) + 1)
  return waits
}

/** Takes the job of an element that ends early back. */
export function cancelJob(run: Run, element: ElementInstance): void {
  if (element.job !== undefined)
    run.requests.push({ type: 'cancelJob', jobId: jobIdOf(run.instance.id, element.key, element.job) })
}
