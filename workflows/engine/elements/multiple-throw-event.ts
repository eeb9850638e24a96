import type { Element } from '../element.ts'
import { waits } from '../element.ts'
import { cancelJob, retryJob } from '../jobs.ts'
import { throwTriggers } from '../throws.ts'

/** BPMN 10.5.4: throws all of its triggers; a message by a job where it has a task definition. */
export const multipleThrowEvent: Element = {
  name: { zh: '多重抛出事件', en: 'multiple throw event' },
  activate: throwTriggers,
  retry: (run, visit) => (visit.node.job ? retryJob(run, visit, visit.node.job) : waits),
  terminate: cancelJob,
}
