import { entryOf } from '../model/json.ts'
import type { JsonValue } from '../model/json.ts'
import type { Sentence } from '../model/problem.ts'

/** Why an element cannot go on. An expected failure: it becomes an incident, never an exception. */
export interface Failure {
  code: IncidentCode
  values: Record<string, JsonValue>
}

type Values = Record<string, JsonValue>

const said = (value: JsonValue | undefined) => String(value ?? '')

const entered = (v: Values) => ({
  zh: `流程在「${said(v['name'])}」处循环过多(上限 ${said(v['limit'])} 次)。`,
  en: `Expected the process to come to rest, but it entered "${said(v['name'])}" beyond the limit of ${said(v['limit'])}.`,
})

/** The budgets that are no number of entries (reliability R12). */
const budgets: Record<string, (v: Values) => Sentence> = {
  events: (v) => ({
    zh: `流程已经记下 ${said(v['limit'])} 条经过，在「${said(v['name'])}」处停下。`,
    en: `Expected at most ${said(v['limit'])} events in one case, but "${said(v['name'])}" would add to them.`,
  }),
  bytes: (v) => ({
    zh: `流程的经过超过 ${said(v['limit'])} 字节，在「${said(v['name'])}」处停下。`,
    en: `Expected the history to stay below ${said(v['limit'])} bytes, but it has come beyond them before "${said(v['name'])}".`,
  }),
  milliseconds: (v) => ({
    zh: `流程走了超过 ${said(v['limit'])} 毫秒还没有停，在「${said(v['name'])}」处停下。`,
    en: `Expected the process to come to rest within ${said(v['limit'])} ms, but it was still on its way at "${said(v['name'])}".`,
  }),
}

/** Every incident of the engine with its sentence; `bpmn-coverage.md` (d). */
const sentences = {
  'gateway.no_flow': (v: Values) => ({
    zh: `「${said(v.name)}」没有一个出口的条件成立，也没有默认出口。`,
    en: `Expected one way on from "${said(v.name)}", but no condition holds and there is no default flow.`,
  }),
  'condition.not_boolean': (v: Values) => ({
    zh: `条件「${said(v.expression)}」的结果应为是或否，实际为 ${said(v.result)}。`,
    en: `Expected the condition "${said(v.expression)}" to be true or false, but it gave ${said(v.result)}.`,
  }),
  'expression.failed': (v: Values) => ({
    zh: `表达式「${said(v.expression)}」无法得出结果：${said(v.reasonZh)}`,
    en: `Expected a result of "${said(v.expression)}", but ${said(v.reason)}`,
  }),
  'job.no_retries': (v: Values) => ({
    zh: `自动任务「${said(v.jobType)}」多次尝试后仍失败：${said(v['messageZh'] ?? v.message)}`,
    en: `Expected the work "${said(v.jobType)}" to succeed, but all attempts failed: ${said(v.message)}`,
  }),
  'error.uncaught': (v: Values) => ({
    zh: `错误「${said(v.errorCode)}」没有任何边界事件处理：${said(v.message)}`,
    en: `Expected somebody to catch the error "${said(v.errorCode)}", but nobody does: ${said(v.message)}`,
  }),
  'timer.invalid': (v: Values) => ({
    zh: `「${said(v.value)}」不是有效的时间。`,
    en: `Expected a date, duration or cycle, but got "${said(v.value)}".`,
  }),
  'message.key_missing': (v: Values) => ({
    zh: `消息「${said(v.message)}」的关联键没有值。`,
    en: `Expected a correlation key for the message "${said(v.message)}", but it has no value.`,
  }),
  'collection.invalid': (v: Values) => ({
    zh: `多实例需要一个列表，实际为 ${said(v.result)}。`,
    en: `Expected a list for the multi-instance, but got ${said(v.result)}.`,
  }),
  'mi.limit': (v: Values) => ({
    zh: `多实例的数量应为 0 至 ${said(v.limit)} 的整数，实际为 ${said(v.count)}。`,
    en: `Expected a whole number from 0 to ${said(v.limit)} of instances, but got ${said(v.count)}.`,
  }),
  'loop.budget': (v: Values) => (entryOf(budgets, said(v['of'])) ?? entered)(v),
  'decision.failed': (v: Values) => ({
    zh: `决策「${said(v.decisionId)}」无法得出结果：${said(v.reasonZh)}`,
    en: `Expected a result of the decision "${said(v.decisionId)}", but ${said(v.reason)}`,
  }),
  'call.not_found': (v: Values) => ({
    zh: `「${said(v.name)}」要调用的流程「${said(v['processId'])}」无法启动：${said(v.reasonZh ?? '没有已发布的版本')}`,
    en: `Expected a process "${said(v['processId'])}" that "${said(v.name)}" can call, but ${said(v.reason ?? 'none is published.')}`,
  }),
  'call.depth': (v: Values) => ({
    zh: `流程相互调用过深(上限 ${said(v.limit)} 层)。`,
    en: `Expected processes to call each other less than ${said(v.limit)} deep, but they go on.`,
  }),
  'variables.too_large': (v: Values) => ({
    zh: `流程数据超过 ${said(v.limit)} 字节。`,
    en: `Expected the data of the case to stay below ${said(v.limit)} bytes, but they do not.`,
  }),
  'form.not_found': (v: Values) => ({
    zh: `「${said(v.name)}」要用的表单「${said(v['formId'])}」没有已发布的版本。`,
    en: `Expected a form "${said(v['formId'])}" that "${said(v.name)}" can show, but none is published.`,
  }),
  'join.stuck': (v: Values) => ({
    zh: `「${said(v.name)}」还在等待其他分支，但已没有分支能到达。`,
    en: `Expected "${said(v.name)}" to get the tokens it waits for, but nothing that runs can bring them.`,
  }),
  'participants.nobody': (v: Values) => ({
    zh: `「${said(v.name)}」找不到办理人。`,
    en: `Expected somebody to do "${said(v.name)}", but nobody was found.`,
  }),
  'participants.expression_failed': (v: Values) => ({
    zh: `「${said(v.name)}」的办理人表达式没有给出有效的人员：${said(v.reason)}`,
    en: `Expected the participants of "${said(v.name)}" to be known users, but ${said(v.reason)}`,
  }),
  'deadline.invalid': (v: Values) => ({
    zh: `「${said(v.name)}」的时限无效：${said(v.value)}`,
    en: `Expected a deadline for "${said(v.name)}", but got "${said(v.value)}".`,
  }),
  'approval.stale': (v: Values) => ({
    zh: `「${said(v['step'])}」同意以后「${said(v['fields'])}」改了，而后面已经对外执行，不能退回重批。`,
    en: `Expected "${said(v['fields'])}" to be as "${said(v['step'])}" approved it, but it has changed and what followed cannot be undone.`,
  }),
} satisfies Record<string, (values: Values) => Sentence>

export type IncidentCode = keyof typeof sentences

export const failure = (code: IncidentCode, values: Values = {}): Failure => ({ code, values })

/** The sentence of an incident, for people. */
export const incidentSentence = (code: IncidentCode, values: Values): Sentence => sentences[code](values)

/** What a person can do about an incident, before it is resolved: its element is then tried again. */
const advices: Record<IncidentCode, Sentence> = {
  'gateway.no_flow': {
    zh: '补上条件要用的数据，或者给网关加一个默认出口、发布后迁移，再让它重试。',
    en: 'Set the data that the conditions read, or add a default flow and migrate the case; then try again.',
  },
  'condition.not_boolean': {
    zh: '补上条件要用的数据，让它得出是或否；或者改条件、发布后迁移，再让它重试。',
    en: 'Set the data that the condition reads so that it is true or false, or correct it and migrate the case; then try again.',
  },
  'expression.failed': {
    zh: '补上或改正表达式要用的数据；或者改表达式、发布后迁移，再让它重试。',
    en: 'Set or correct the data that the expression reads, or correct it and migrate the case; then try again.',
  },
  'job.no_retries': {
    zh: '先看外部系统是否已恢复，确认之前没有做成，再让它重试。',
    en: 'See whether the outside system works again and that nothing was done before; then try again.',
  },
  'error.uncaught': {
    zh: '给这个错误加一个边界事件、发布后迁移；或者消除原因，再让它重试。',
    en: 'Catch this error by a boundary event and migrate the case, or remove its cause; then try again.',
  },
  'timer.invalid': {
    zh: '把时间改成日期（2026-01-31T09:00:00Z）、时长（PT2H）或周期（R3/PT1H），再让它重试。',
    en: 'Give a date (2026-01-31T09:00:00Z), a duration (PT2H) or a cycle (R3/PT1H); then try again.',
  },
  'message.key_missing': {
    zh: '补上关联键用的数据（例如订单号），再让它重试。',
    en: 'Set the data that the correlation key reads, an order number for example; then try again.',
  },
  'collection.invalid': {
    zh: '把要重复的数据改成列表，再让它重试。',
    en: 'Give a list to repeat over; then try again.',
  },
  'mi.limit': {
    zh: '把次数改成不小于 0 的整数，减少列表里的内容，或者把它分批处理，再让它重试。',
    en: 'Give a whole number that is not negative, make the list shorter, or split the work; then try again.',
  },
  'loop.budget': {
    zh: '看看为什么总是回到这里：条件用的数据可能不会变。改好数据再让它重试，或者终止。',
    en: 'See why the process comes back here each time: what its condition reads may never change. Correct it and try again, or cancel.',
  },
  'decision.failed': {
    zh: '补上决策表要用的数据，或者补上没有覆盖的规则、重新发布，再让它重试。',
    en: 'Set the data that the decision reads, or publish it with the rule that is missing; then try again.',
  },
  'call.not_found': {
    zh: '先发布要调用的流程（编号、版本标签要一致），再让它重试。',
    en: 'Publish the process that is called, with that id and version tag; then try again.',
  },
  'call.depth': {
    zh: '流程之间循环调用了：改好调用的条件、发布后迁移，或者终止。',
    en: 'The processes call each other in a circle: correct when they do and migrate the case, or cancel it.',
  },
  'variables.too_large': {
    zh: '清空不再需要的大数据，文件请作为附件上传，再让它重试。',
    en: 'Empty large data that is no longer needed, keep files as attachments; then try again.',
  },
  'form.not_found': {
    zh: '把流程和表单一起发布(或给表单加上版本标签)、迁移到新版本,再让它重试。',
    en: 'Publish the process together with the form, or the form with that version tag, and migrate the case; then try again.',
  },
  'join.stuck': {
    zh: '有分支不会再来：由管理员把流程移到汇合之后，或者终止。',
    en: 'A branch will never arrive: let an admin move the case behind the join, or cancel it.',
  },
  'participants.nobody': {
    zh: '给角色或部门安排人员，再让它重试；或者把这一步改派给具体的人。',
    en: 'Give the role or department a person and try again, or reassign the step.',
  },
  'participants.expression_failed': {
    zh: '补上办理人表达式要用的数据，确认人员仍在职，再让它重试。',
    en: 'Set the data that names the participants, and see that they are still there; then try again.',
  },
  'deadline.invalid': {
    zh: '改正时限要用的数据，再让它重试。',
    en: 'Correct the data that the deadline reads; then try again.',
  },
  'approval.stale': {
    zh: '核对改动后的数据：确认无误再让它重试，否则终止。',
    en: 'Compare the data that has changed: try again when it is right, cancel when it is not.',
  },
}

/** What to do about an incident; null for a code that this version does not know. */
export const incidentAdvice = (code: string): Sentence | null =>
  Object.hasOwn(advices, code) ? advices[code as IncidentCode] : null

/** Incidents that the data of the process can mend: what their element reads is missing or of another kind. */
const mended = new Set<string>([
  'gateway.no_flow',
  'condition.not_boolean',
  'expression.failed',
  'timer.invalid',
  'message.key_missing',
  'collection.invalid',
  'mi.limit',
  'loop.budget',
  'decision.failed',
  'variables.too_large',
  'participants.expression_failed',
  'deadline.invalid',
  'approval.stale',
] satisfies IncidentCode[])

/** Whether other data can help before the element is tried again. */
export const isMendedByData = (code: string): boolean => mended.has(code)
