import type { Element } from '../element.ts'
import { cancelJob, retryJob } from '../jobs.ts'
import { send } from '../messages.ts'
import { checkApprovals } from '../stale.ts'
import { waits } from '../element.ts'

/** BPMN 10.3.3: a job where it has a task definition, else publishes its message (coverage (c)3). */
export const sendTask: Element = {
  name: { zh: '发送任务', en: 'send task' },
  admit: checkApprovals,
  activate: (run, visit) => send(run, visit),
  retry: (run, visit) => (visit.node.job ? retryJob(run, visit, visit.node.job) : waits),
  terminate: cancelJob,
}
