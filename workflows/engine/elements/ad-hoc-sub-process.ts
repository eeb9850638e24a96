import type { JsonValue } from '../../model/json.ts'
import { begin, isOffered } from '../ad-hoc.ts'
import { answerWhatNext, askWhatNext, withdrawQuestion } from '../choosing-worker.ts'
import type { CompiledAdHoc, CompiledNode } from '../compiled.ts'
import { waits } from '../element.ts'
import type { Element, Outcome, Visit } from '../element.ts'
import { evaluate, holds } from '../evaluate.ts'
import { failure } from '../incidents.ts'
import type { Failure } from '../incidents.ts'
import type { AdHocState, ElementInstance } from '../instance.ts'
import { cancelJob, workOf } from '../jobs.ts'
import { open } from '../opening.ts'
import { emit, visitOf } from '../run.ts'
import type { Run } from '../run.ts'
import { isBusy, terminateInside } from '../scopes.ts'
import { finish, stop } from '../tokens.ts'

const settingsOf = (node: CompiledNode): CompiledAdHoc => {
  if (!node.adHoc) throw new Error(`${node.id} is no ad-hoc sub-process`)
  return node.adHoc
}

/** What is active from the beginning: ids of what it offers. */
function firstOf(run: Run, visit: Visit): { ok: true; ids: string[] } | { ok: false; failure: Failure } {
  const { elements } = settingsOf(visit.node)
  if (!elements) return { ok: true, ids: [] }
  const result = evaluate(run, visit, elements)
  if (!result.ok) return result
  const list: JsonValue = result.value
  const isList = Array.isArray(list) && list.every((id) => typeof id === 'string' && isOffered(visit.node, id))
  if (isList) return { ok: true, ids: list as string[] }
  return { ok: false, failure: failure('collection.invalid', { result: JSON.stringify(list).slice(0, 100) }) }
}

function activate(run: Run, visit: Visit): Outcome {
  const first = firstOf(run, visit)
  if (!first.ok) return first.failure
  const { job } = visit.node
  const work = job ? workOf(run, visit, job) : null
  if (work && 'code' in work) return work
  const { sequential, outputCollection } = settingsOf(visit.node)
  const [at, ...later] = first.ids
  const state: AdHocState = { activated: 0 }
  if (sequential && later.length > 0) state.queue = later
  if (outputCollection !== null) state.output = []
  const failed = open(run, visit, { adHoc: state })
  if (failed) return failed
  begin(run, visit.element as ElementInstance, sequential ? (at === undefined ? [] : [at]) : first.ids)
  return job ? (askWhatNext(run, visit) ?? waits) : waits
}

/** What counts as a completion inside: activities and events on their way, not what only leads tokens. */
const isWork = ({ parsed: { bpmnType, triggeredByEvent, forCompensation } }: CompiledNode) =>
  !/(?:Gateway|boundaryEvent)$/.test(bpmnType) && triggeredByEvent !== true && forCompensation !== true

/**
 * An element inside is done: its output is collected where its way ends, and the completion condition is looked at;
 * when it holds nothing inside goes on (BPMN 13.3.5).
 */
function leave(run: Run, scope: ElementInstance, visit: Visit, ends: boolean): boolean | Failure {
  const node = run.definition.node(scope.at)
  const state = scope.adHoc
  if (!node || !state || !isWork(visit.node)) return state?.over ?? false
  const { condition, outputElement } = settingsOf(node)
  let over: boolean | Failure = state.over ?? false
  if (!over && condition) over = holds(run, visitOf(run, scope), condition)
  if (typeof over !== 'boolean') return over
  if (state.output && outputElement && (ends || over)) {
    const result = evaluate(run, visit, outputElement)
    if (!result.ok) return result.failure
    emit(run, { type: 'innerCollected', key: scope.key, elementId: scope.at, output: result.value })
  }
  if (over && !state.over) emit(run, { type: 'adHocFulfilled', key: scope.key, elementId: scope.at })
  return over
}

/** A way inside has ended: what was over is ended, the next one begins, or the whole completes ((c)8). */
function close(run: Run, scope: ElementInstance): void {
  const visit = visitOf(run, scope)
  const settings = settingsOf(visit.node)
  const { condition, outputCollection } = settings
  const { over, activated, queue = [], output, cancels = settings.cancels } = scope.adHoc ?? { activated: 0 }
  const [next] = queue
  if (over) withdrawQuestion(run, scope)
  if (over && cancels) terminateInside(run, scope.key)
  // Whoever chooses is asked each time that a way inside has ended, also while others go on.
  if (!over && visit.node.job && next === undefined) {
    const failed = askWhatNext(run, visit)
    if (failed && !scope.incident) stop(run, visit, 'activated', failed)
    return
  }
  if (isBusy(run, scope.key)) return
  if (!over && next !== undefined) begin(run, scope, [next])
  else if (over || (condition === null && activated > 0)) {
    const result = outputCollection === null ? null : { [outputCollection]: [...(output ?? [])] }
    finish(run, { ...visit, result })
  }
}

/** BPMN 13.3.5: what it offers is activated at entry or on request, in any order and as often as people want. */
export const adHocSubProcess: Element = {
  name: { zh: '自由子流程', en: 'ad-hoc sub-process' },
  activate,
  leave,
  close,
  answer: (run, scope, command) => answerWhatNext(run, scope, command, close),
  retry: (run, visit) => (visit.node.job ? (askWhatNext(run, visit, true) ?? waits) : waits),
  terminate: cancelJob,
}
