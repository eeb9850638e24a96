import type { JsonObject } from '../model/json.ts'
import type { Refusal, Sentence } from '../model/problem.ts'
import type { ActorId, ProcessInstance } from './instance.ts'
import { limits } from './limits.ts'
import { hasRoomFor, sizeOf } from './size.ts'

const refusal = (code: string, zh: string, en: string, params?: Record<string, unknown>): Refusal => {
  const message: Sentence = { zh, en }
  return params ? { code, message, params } : { code, message }
}

/** Why a command is not carried out. Each leaves the instance as it was. */
export const refusals = {
  exists: () =>
    refusal('instance.exists', '该流程实例已存在。', 'Expected a new case, but this one has already started.'),
  noInstance: () =>
    refusal('instance.not_found', '找不到该流程实例。', 'Expected a case that has started, but there is none.'),
  ended: (state: string) =>
    refusal('instance.ended', '流程已经结束。', `Expected a case that runs, but it is ${state}.`, { state }),
  noSuchStart: (id: string) =>
    refusal('start.not_found', `流程没有开始事件「${id}」。`, `Expected a start event, but "${id}" is none.`, { id }),
  noPlainStart: () =>
    refusal(
      'start.not_plain',
      '该流程只能由消息或定时启动。',
      'Expected a start event for people, but this process is started by messages or timers only.',
    ),
  startUnclear: (ids: string[]) =>
    refusal(
      'start.ambiguous',
      `流程有多个开始事件,请指明其一:${ids.join('、')}。`,
      `Expected the start event to be named, because there are several: ${ids.join(', ')}.`,
      { ids },
    ),
  startCondition: (expression: string) =>
    refusal(
      'condition.not_boolean',
      `开始条件「${expression}」的结果应为是或否。`,
      `Expected the condition "${expression}" at the start to be true or false, but it is neither.`,
      { expression },
    ),
  startConditionFails: (expression: string) =>
    refusal(
      'start.condition',
      `开始条件「${expression}」不成立。`,
      `Expected the condition "${expression}" at the start to hold, but it does not.`,
      { expression },
    ),
  noTask: () => refusal('task.not_found', '找不到该任务。', 'Expected an open task, but there is none.'),
  taskClosed: () => refusal('task.closed', '该任务已经结束。', 'Expected an open task, but it is closed.'),
  taskChanging: () =>
    refusal(
      'task.changing',
      '该任务正在处理中,请稍候。',
      'Expected a task that can be acted on, but a change of it is being looked at.',
    ),
  listenerVariables: () =>
    refusal(
      'listener.variables',
      '任务监听器不能写入流程数据。',
      'Expected no variables from a listener of a task, but there are some.',
    ),
  listenerError: () =>
    refusal(
      'listener.error',
      '任务监听器不能抛出流程错误。',
      'Expected a listener of a task to answer or fail, but it threw an error of the process.',
    ),
  cannotDeny: (time: string) =>
    refusal(
      'listener.cannot_deny',
      `监听器不能拒绝「${time}」。`,
      `Expected a change that can be denied, but "${time}" cannot.`,
      { time },
    ),
  cannotCorrect: (what: string) =>
    refusal(
      'listener.correction',
      `监听器对任务的更正无效：${what}。`,
      `Expected a correction that fits a task, but got ${what}.`,
      { what },
    ),
  notYours: (assignee: ActorId | null) =>
    refusal('task.not_yours', '这不是您的任务。', 'Expected somebody whom the task was given to, but you are not.', {
      assignee,
    }),
  noAction: (action: string) =>
    refusal(
      'task.action_not_offered',
      `该任务没有操作「${action}」。`,
      `Expected an action that the task offers, but "${action}" is none.`,
      { action },
    ),
  withdrawTooLate: () =>
    refusal('withdraw.too_late', '现在已不能撤回。', 'Expected to be early enough to withdraw, but it is too late.'),
  noJob: () =>
    refusal('job.not_found', '该任务已不再等待结果。', 'Expected a job that is waited for, but there is none.'),
  noCall: () =>
    refusal('call.not_waiting', '流程已不再等待该调用。', 'Expected a call that is waited for, but there is none.'),
  called: () =>
    refusal(
      'instance.called',
      '该流程由另一个流程调用,请在调用它的流程上操作。',
      'Expected the case that called this process to be ended, because this one is only a part of it.',
    ),
  noTimer: () => refusal('timer.not_found', '该定时器已不存在。', 'Expected an armed timer, but there is none.'),
  notDue: (dueAt: string) =>
    refusal('timer.not_due', `定时器要到 ${dueAt} 才到期。`, `Expected to fire at ${dueAt}, but it is earlier.`, {
      dueAt,
    }),
  noSubscription: () =>
    refusal(
      'subscription.not_found',
      '流程已不再等待该消息。',
      'Expected somebody to wait for the message, but nobody does.',
    ),
  noScope: (id: string) =>
    refusal('scope.not_found', `「${id}」当前没有运行。`, `Expected "${id}" to be active, but it is not.`, { id }),
  otherProcess: (id: string) =>
    refusal(
      'migrate.other_process',
      `「${id}」是另一个流程。`,
      `Expected a version of the same process, but "${id}" is another.`,
      {
        id,
      },
    ),
  sameVersion: (version: number) =>
    refusal(
      'migrate.same_version',
      `流程已经是第 ${version} 版。`,
      `Expected another version, but the case is on ${version} already.`,
      {
        version,
      },
    ),
  noChanges: () =>
    refusal('modify.no_changes', '没有要改动的内容。', 'Expected tokens to move, add or remove, but there are none.'),
  noElement: (id: string) =>
    refusal(
      'modify.element_unknown',
      `流程没有元素「${id}」。`,
      `Expected an element of the process, but "${id}" is none.`,
      {
        id,
      },
    ),
  notActive: (id: string) =>
    refusal('modify.not_active', `「${id}」当前没有运行。`, `Expected a token at "${id}", but there is none.`, { id }),
  insideLoop: (id: string) =>
    refusal(
      'modify.inside_loop',
      `「${id}」的多个实例只能整体改动。`,
      `Expected "${id}" to be changed as a whole, because its instances belong together.`,
      { id },
    ),
  cannotHold: (id: string) =>
    refusal(
      'modify.not_allowed_here',
      `不能直接进入「${id}」，它只能由自己的事件触发。`,
      `Expected an element that a token can be put to, but "${id}" is only begun by its own event.`,
      { id },
    ),
  cannotEnter: (id: string) =>
    refusal(
      'modify.cannot_enter',
      `「${id}」没有运行，且不能从中间进入。`,
      `Expected "${id}" to run, because it can only be entered at its beginning.`,
      { id },
    ),
  cannotOpen: (id: string, why: Sentence) =>
    refusal('modify.cannot_enter', `无法进入「${id}」：${why.zh}`, `Expected to enter "${id}". ${why.en}`, { id }),
  scopeUnclear: (id: string, keys: number[]) =>
    refusal(
      'modify.scope_ambiguous',
      `「${id}」有多个正在运行，请指明其一：${keys.join('、')}。`,
      `Expected the scope to be named, because "${id}" runs several times: ${keys.join(', ')}.`,
      { id, keys },
    ),
  mappingFailed: (target: string, why: Sentence) =>
    refusal(
      'modify.mapping_failed',
      `变量「${target}」没有得到值：${why.zh}`,
      `Expected a value for "${target}". ${why.en}`,
      {
        target,
      },
    ),
  contradiction: () =>
    refusal(
      'modify.contradiction',
      '要进入的范围同时也被移除了。',
      'Expected the new place to stay, but the scope around it is removed at the same time.',
    ),
  nothingLeft: () =>
    refusal(
      'modify.nothing_left',
      '改动之后流程里什么也不剩，请改用取消。',
      'Expected something to go on, but nothing would be left; cancel the case instead.',
    ),
  noAdHoc: (id: string) =>
    refusal(
      'adhoc.not_found',
      `自由子流程「${id}」当前没有运行。`,
      `Expected an ad-hoc sub-process that runs, but "${id}" is none.`,
      { id },
    ),
  notOffered: (id: string, name: string) =>
    refusal(
      'adhoc.not_offered',
      `「${name}」不提供「${id}」。`,
      `Expected something that "${name}" offers, but "${id}" is not offered.`,
      { id },
    ),
  oneAtATime: (name: string) =>
    refusal(
      'adhoc.one_at_a_time',
      `「${name}」一次只能进行一项。`,
      `Expected one thing at a time in "${name}", but there would be several.`,
    ),
  adHocFulfilled: (name: string) =>
    refusal(
      'adhoc.completed',
      `「${name}」已满足完成条件,不能再开始新的内容。`,
      `Expected "${name}" to go on, but what completes it has already happened.`,
    ),
  adHocBoth: (name: string) =>
    refusal(
      'adhoc.contradiction',
      `「${name}」不能既结束又开始新的内容。`,
      `Expected "${name}" to be over or to begin something, but there is both.`,
    ),
  noIncident: () => refusal('incident.not_found', '该异常已不存在。', 'Expected an open incident, but there is none.'),
  reservedName: (name: string) =>
    refusal(
      'variables.reserved_name',
      `变量名「${name}」不可用。`,
      `Expected another name for a variable than "${name}".`,
      { name },
    ),
  /** Names that no variable may have, and the limit of their size. */
  variables(variables: JsonObject, instance: ProcessInstance | null): Refusal | null {
    for (const name in variables) if (name === '__proto__' || name === '') return refusals.reservedName(name)
    const fits = instance ? hasRoomFor(instance, variables) : sizeOf(variables) <= limits.variableBytes
    if (fits) return null
    const limit = limits.variableBytes
    return refusal(
      'variables.too_large',
      `流程数据超过 ${limit} 字节。`,
      `Expected the data to stay below ${limit} bytes, but they do not.`,
      { limit },
    )
  },
}
