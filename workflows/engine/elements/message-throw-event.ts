import type { Element } from '../element.ts'
import { waits } from '../element.ts'
import { cancelJob, retryJob } from '../jobs.ts'
import { send } from '../messages.ts'

/** BPMN 10.5.4: publishes its message and goes on; a job where it has a task definition. */
export const messageThrowEvent: Element = {
  name: { zh: '消息抛出事件', en: 'message throw event' },
  activate: send,
  retry: (run, visit) => (visit.node.job ? retryJob(run, visit, visit.node.job) : waits),
  terminate: cancelJob,
}
