import { named } from '../../model/json.ts'
import { done } from '../element.ts'
import type { Element, Outcome, Visit } from '../element.ts'
import { evaluate } from '../evaluate.ts'
import { cancelJob, retryJob, waitForJob } from '../jobs.ts'
import type { Run } from '../run.ts'

function activate(run: Run, visit: Visit): Outcome {
  const { script, job } = visit.node
  if (job) return waitForJob(run, visit, job)
  if (!script) throw new Error(`${visit.node.id} has no script`)
  const result = evaluate(run, visit, script.expression)
  if (!result.ok) return result.failure
  if (script.resultVariable !== null) visit.result = named(script.resultVariable, result.value)
  return done
}

/** BPMN 10.3.3: computes inside the step, in FEEL; with a task definition it is a job, as in Camunda 8. */
export const scriptTask: Element = {
  name: { zh: '脚本任务', en: 'script task' },
  activate,
  retry: (run, visit) => (visit.node.job ? retryJob(run, visit, visit.node.job) : activate(run, visit)),
  terminate: cancelJob,
}
