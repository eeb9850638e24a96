import type { JsonValue } from '../model/json.ts'
import type { Sentence } from '../model/problem.ts'

/** Why an element cannot go on. An expected failure: it becomes an incident, never an exception. */
export interface Failure {
  code: IncidentCode
  values: Record<string, JsonValue>
}

type Values = Record<string, JsonValue>

const said = (value: JsonValue | undefined) => String(value ?? '')

/** Every incident of the engine with its sentence; `bpmn-coverage.md` (d). */
const sentences = {
  'gateway.no_flow': (v: Values) => ({
    zh: `「${said(v.name)}」没有一个出口的条件成立,也没有默认出口。`,
    en: `Expected one way on from "${said(v.name)}", but no condition holds and there is no default flow.`,
  }),
  'condition.not_boolean': (v: Values) => ({
    zh: `条件「${said(v.expression)}」的结果应为是或否,实际为 ${said(v.result)}。`,
    en: `Expected the condition "${said(v.expression)}" to be true or false, but it gave ${said(v.result)}.`,
  }),
  'expression.failed': (v: Values) => ({
    zh: `表达式「${said(v.expression)}」无法得出结果:${said(v.reasonZh)}`,
    en: `Expected a result of "${said(v.expression)}", but ${said(v.reason)}`,
  }),
  'job.no_retries': (v: Values) => ({
    zh: `自动任务「${said(v.jobType)}」多次尝试后仍失败:${said(v.message)}`,
    en: `Expected the work "${said(v.jobType)}" to succeed, but all attempts failed: ${said(v.message)}`,
  }),
  'error.uncaught': (v: Values) => ({
    zh: `错误「${said(v.errorCode)}」没有任何边界事件处理:${said(v.message)}`,
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
    zh: `多实例需要一个列表或非负整数,实际为 ${said(v.result)}。`,
    en: `Expected a list or a whole number for the multi-instance, but got ${said(v.result)}.`,
  }),
  'mi.limit': (v: Values) => ({
    zh: `多实例最多 ${said(v.limit)} 个,实际为 ${said(v.count)} 个。`,
    en: `Expected at most ${said(v.limit)} instances, but there would be ${said(v.count)}.`,
  }),
  'loop.budget': (v: Values) => ({
    zh: `流程在「${said(v.name)}」处循环过多(上限 ${said(v.limit)} 次)。`,
    en: `Expected the process to come to rest, but it entered "${said(v.name)}" beyond the limit of ${said(v.limit)}.`,
  }),
  'decision.failed': (v: Values) => ({
    zh: `决策「${said(v.decisionId)}」无法得出结果:${said(v.reasonZh)}`,
    en: `Expected a result of the decision "${said(v.decisionId)}", but ${said(v.reason)}`,
  }),
  'call.not_found': (v: Values) => ({
    zh: `「${said(v.name)}」要调用的流程「${said(v['processId'])}」无法启动:${said(v.reasonZh ?? '没有已发布的版本')}`,
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
  'join.stuck': (v: Values) => ({
    zh: `「${said(v.name)}」还在等待其他分支,但已没有分支能到达。`,
    en: `Expected "${said(v.name)}" to get the tokens it waits for, but nothing that runs can bring them.`,
  }),
  'participants.nobody': (v: Values) => ({
    zh: `「${said(v.name)}」找不到办理人。`,
    en: `Expected somebody to do "${said(v.name)}", but nobody was found.`,
  }),
  'participants.expression_failed': (v: Values) => ({
    zh: `「${said(v.name)}」的办理人表达式没有给出有效的人员:${said(v.reason)}`,
    en: `Expected the participants of "${said(v.name)}" to be known users, but ${said(v.reason)}`,
  }),
  'deadline.invalid': (v: Values) => ({
    zh: `「${said(v.name)}」的时限无效:${said(v.value)}`,
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
