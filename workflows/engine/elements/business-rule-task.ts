import { entryOf } from '../../model/json.ts'
import { done } from '../element.ts'
import type { Element, Outcome, Visit } from '../element.ts'
import { readText } from '../evaluate.ts'
import { failure } from '../incidents.ts'
import { cancelJob, retryJob, waitForJob } from '../jobs.ts'
import { pinOf } from '../pins.ts'
import { emit, scopeAt } from '../run.ts'
import type { Run } from '../run.ts'

function activate(run: Run, visit: Visit): Outcome {
  const { decision, job } = visit.node
  if (job) return waitForJob(run, visit, job)
  if (!decision) throw new Error(`${visit.node.id} has no decision`)
  const id = readText(run, visit, decision.decisionId)
  if (!id.ok) return id.failure
  const decisionId = id.value ?? ''
  const version = entryOf(run.instance.pinned.decisions, pinOf(decisionId, decision.binding)) ?? null
  const answer = run.host.evaluateDecision(decisionId, version, scopeAt(run, visit.locals, visit.scopeKey))
  if (!answer.ok)
    return failure('decision.failed', {
      decisionId,
      reason: answer.message.en,
      reasonZh: answer.message.zh,
      cause: answer.code,
    })
  emit(run, {
    type: 'decisionEvaluated',
    key: visit.key,
    decisionId,
    elementId: visit.node.id,
    output: answer.output,
    rules: answer.matched.map(({ ruleIndex, ruleId, annotation }) => ({ index: ruleIndex, id: ruleId, annotation })),
  })
  // For output mapping and output element only: locals of a task do not leak.
  visit.locals = {
    ...visit.locals,
    matchedRules: answer.matched.map(({ decisionId: of, ruleIndex, ruleId, annotation }) => ({
      decisionId: of,
      index: ruleIndex,
      id: ruleId,
      annotation,
    })),
  }
  if (decision.resultVariable !== null) visit.result = { [decision.resultVariable]: answer.output }
  return done
}

/** BPMN 10.3.3: evaluates a decision (DMN) in the version that the instance is pinned to, inside the step. */
export const businessRuleTask: Element = {
  name: { zh: '业务规则任务', en: 'business rule task' },
  activate,
  retry: (run, visit) => (visit.node.job ? retryJob(run, visit, visit.node.job) : activate(run, visit)),
  terminate: cancelJob,
}
