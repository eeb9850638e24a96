import { refuse } from '../model/problem.ts'

/** What the runtime refuses by itself; the engine has its own. */
export const refusals = {
  processUnknown: (processId: string, version?: number) =>
    refuse(
      'process.not_found',
      {
        zh: `没有已发布的流程「${processId}」${version === undefined ? '' : `第 ${version} 版`}。`,
        en: `Expected a published process "${processId}"${version === undefined ? '' : `, version ${version}`}, but there is none.`,
      },
      { params: { processId, ...(version === undefined ? {} : { version }) } },
    ),
  instanceUnknown: (processInstanceId: string) =>
    refuse(
      'instance.not_found',
      { zh: '没有这个流程实例。', en: 'There is no such process instance.' },
      {
        params: { processInstanceId },
      },
    ),
  instanceBusy: () =>
    refuse('instance.busy', {
      zh: '很多人同时在处理这个流程，请稍后再试。',
      en: 'Many are acting on this process at the same moment. Please try again.',
    }),
  taskUnknown: () => refuse('task.not_found', { zh: '没有这个任务。', en: 'There is no such task.' }),
  taskClosed: () => refuse('task.closed', { zh: '这个任务已经处理完了。', en: 'This task has been closed already.' }),
  taskNotYours: () => refuse('task.not_yours', { zh: '这个任务不在您手上。', en: 'This task is not yours.' }),
  jobUnknown: () => refuse('job.not_found', { zh: '没有等待处理的这个任务。', en: 'No such job waits for an answer.' }),
  incidentUnknown: () =>
    refuse('incident.not_found', { zh: '没有这个未解决的异常。', en: 'There is no such open incident.' }),
  commandReused: () =>
    refuse('command.reused', {
      zh: '这个命令编号已用于另一项操作。',
      en: 'This command id was used for another act already.',
    }),
  durationInvalid: (value: string) =>
    refuse(
      'message.time_to_live',
      { zh: `「${value}」不是有效的时长。`, en: `Expected an ISO 8601 duration, but got "${value}".` },
      { params: { value } },
    ),
  hasProblems: (problems: unknown[]) =>
    refuse(
      'resource.has_problems',
      { zh: '有错误，不能发布。', en: 'There are errors; it cannot be published.' },
      { params: { problems } },
    ),
  publishBusy: () =>
    refuse('publish.busy', { zh: '有人正在发布，请再试一次。', en: 'Somebody else is publishing. Please try again.' }),
}
