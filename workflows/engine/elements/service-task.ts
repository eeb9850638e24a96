import type { CompiledJob } from '../compiled.ts'
import type { Element } from '../element.ts'
import { cancelJob, retryJob, waitForJob } from '../jobs.ts'
import { checkApprovals } from '../stale.ts'

/** BPMN 10.3.3: automatic work outside; a job that a worker completes, fails, or ends with a BPMN error. */
export const serviceTask: Element = {
  name: { zh: '服务任务', en: 'service task' },
  admit: checkApprovals,
  activate: (run, visit) => waitForJob(run, visit, visit.node.job as CompiledJob),
  retry: (run, visit) => retryJob(run, visit, visit.node.job as CompiledJob),
  terminate: cancelJob,
}
