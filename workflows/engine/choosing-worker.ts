import type { JsonObject, JsonValue } from '../model/json.ts'
import type { Refusal } from '../model/problem.ts'
import { beginInner, isOffered } from './ad-hoc.ts'
import type { CompleteJobCommand } from './commands.ts'
import type { CompiledJob, CompiledNode } from './compiled.ts'
import type { Visit } from './element.ts'
import type { Failure } from './incidents.ts'
import type { ElementInstance } from './instance.ts'
import { jobIdOf, requestJob, visibleVariables, workOf } from './jobs.ts'
import { refusals } from './refusals.ts'
import { emit, visitOf } from './run.ts'
import type { Run } from './run.ts'
import { isBusy } from './scopes.ts'
import { setVariables } from './variables.ts'

/** What the worker chooses from, and what has come of it so far, beside what an element always sees. */
function toldOf(run: Run, visit: Visit): JsonObject {
  const { node, element } = visit
  const offers = (node.adHoc?.offers ?? []).filter(({ elementId }) => isOffered(node, elementId))
  const { outputCollection = null } = node.adHoc ?? {}
  return {
    ...visibleVariables(run, visit),
    ...(outputCollection !== null && { [outputCollection]: [...(element?.adHoc?.output ?? [])] }),
    adHocSubProcessElements: offers as unknown as JsonValue,
  }
}

/**
 * Asks the worker of an ad-hoc sub-process what comes next (as in Camunda 8). `again`: the same question, whose answer
 * failed. One question is open at a time: a new one takes the place of the one before.
 */
export function askWhatNext(run: Run, visit: Visit, again = false): Failure | null {
  const { node, key, element } = visit
  const work = workOf(run, visit, node.job as CompiledJob)
  if ('code' in work) return work
  if (!element?.adHoc) throw new Error(`${node.id} is no ad-hoc sub-process at work`)
  withdrawQuestion(run, element)
  const { id } = run.instance
  const { asked: before = 0 } = element.adHoc
  const occurrence = before === 0 ? 1 : (element.jobs ?? 1) + 1
  const jobId = jobIdOf(id, key, occurrence)
  const asked = before + (again ? 0 : 1)
  emit(run, { type: 'jobCreated', key, jobId, jobType: work.jobType, occurrence, asked })
  const { headers } = node.job as CompiledJob
  const variables = toldOf(run, visit)
  requestJob(run, visit, work, { jobId, effectKey: `${id}:${key}:ask-${asked}`, headers, variables })
  return null
}

/** Nobody needs the answer any more. */
export function withdrawQuestion(run: Run, element: ElementInstance): void {
  if (element.job === undefined) return
  const jobId = jobIdOf(run.instance.id, element.key, element.job)
  emit(run, { type: 'jobWithdrawn', key: element.key, jobId })
  run.requests.push({ type: 'cancelJob', jobId })
}

function refuse(run: Run, node: CompiledNode, scope: ElementInstance, command: CompleteJobCommand): Refusal | null {
  const { activate = [], fulfilled = false } = command.result ?? {}
  const name = node.name || node.id
  const foreign = activate.find(({ element }) => !isOffered(node, element))
  if (foreign) return refusals.notOffered(foreign.element, name)
  if (fulfilled && activate.length > 0) return refusals.adHocBoth(name)
  if (node.adHoc?.sequential && (activate.length > 1 || (activate.length > 0 && isBusy(run, scope.key))))
    return refusals.oneAtATime(name)
  const brought = Object.assign({}, ...activate.map(({ variables }) => variables ?? {})) as JsonObject
  return refusals.variables({ ...brought, ...command.variables }, run.instance)
}

/** The worker says what begins next, or that it is enough; refused before anything happened. */
export function answerWhatNext(
  run: Run,
  scope: ElementInstance,
  command: CompleteJobCommand,
  close: (run: Run, scope: ElementInstance) => void,
): Refusal | null {
  const visit = visitOf(run, scope)
  const refused = refuse(run, visit.node, scope, command)
  if (refused) return refused
  const { activate = [], fulfilled = false, cancelRemaining = false } = command.result ?? {}
  emit(run, { type: 'jobCompleted', key: scope.key, jobId: command.jobId })
  setVariables(run, scope.key, command.variables)
  for (const { element, variables } of activate) beginInner(run, scope, element, variables)
  if (!fulfilled) return null
  emit(run, { type: 'adHocFulfilled', key: scope.key, elementId: scope.at, cancels: cancelRemaining })
  close(run, scope)
  return null
}
