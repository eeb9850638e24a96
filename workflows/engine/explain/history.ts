import type { JsonValue } from '../../model/json.ts'
import type { ParsedProcess, TaskTime } from '../../model/definition.ts'
import type { Sentence } from '../../model/problem.ts'
import type { EngineEvent } from '../events.ts'
import { incidentSentence } from '../incidents.ts'
import type { IncidentCode } from '../incidents.ts'
import { hidden, toldText } from '../told-values.ts'
import { both, instantOf, listed, nameIn, messageIn } from './words.ts'
import type { Words } from './words.ts'

type Of<T extends EngineEvent['type']> = Extract<EngineEvent, { type: T }>

interface Reading {
  process: ParsedProcess
  words: Words
  /** Names of jobs, timers and messages that later events know by their id alone. */
  known: Map<string, string>
}

type Tellers = { [T in EngineEvent['type']]: (reading: Reading, event: Of<T>) => Sentence | null }

const said = (zh: string, en: string): Sentence => ({ zh, en })

/** Only what the engine keeps for itself, or what another event of the same moment tells. */
const nothing = () => null

const quoted = (text: string) => said(`「${text}」`, `"${text}"`)

function valuesIn({ shows = () => true }: Words, values: Record<string, JsonValue>): Sentence {
  const told = ([path, value]: [string, JsonValue]) => both(`${path} = ${shows(path) ? String(value) : hidden}`)
  return listed(Object.entries(values).map(told))
}

const acts: Readonly<Record<string, Sentence>> = {
  approve: said('同意了', 'approved'),
  reject: said('驳回了', 'rejected'),
  return: said('退回了', 'returned'),
  transfer: said('转交了', 'transferred'),
  delegate: said('委托了', 'delegated'),
  reassign: said('改派了', 'reassigned'),
  ask: said('问了', 'asked about'),
  answer: said('回答了', 'answered'),
  complete: said('办完了', 'completed'),
  cc: said('抄送了', 'sent a copy of'),
  urge: said('催办了', 'urged'),
}

const taskDeeds: Readonly<Record<TaskTime, Sentence>> = {
  creating: said('交给人', 'is given to people'),
  assigning: said('换人办理', 'changes hands'),
  updating: said('改动', 'is changed'),
  completing: said('办完', 'is completed'),
  canceling: said('取消', 'is canceled'),
}

const flow: Tellers['flowTaken'] = ({ process, words }, { flowId, because }) => {
  const taken = process.flows.find(({ id }) => id === flowId)
  if (!taken || because === undefined) return null
  const to = nameIn(process, taken.to)
  if (because === 'default')
    return said(`没有条件成立，走默认出口到${to.zh}`, `No condition holds, so the default flow leads to ${to.en}`)
  const values = valuesIn(words, because.values)
  const read = values.zh === '' ? both('') : said(`（${values.zh}）`, ` (${values.en})`)
  return said(
    `「${because.expression}」成立${read.zh}，走向${to.zh}`,
    `"${because.expression}" holds${read.en}, so it goes on to ${to.en}`,
  )
}

const moved: Tellers['elementMoved'] = ({ process }, { elementId, to, loop }) => {
  if (loop !== undefined) return null
  const { zh, en } = nameIn(process, elementId)
  if (to === 'activated') return said(`开始${zh}`, `${en} begins`)
  if (to === 'completed') return said(`${zh}完成`, `${en} is done`)
  if (to === 'terminated') return said(`${zh}被中止`, `${en} is ended early`)
  return null
}

const thrown =
  (zhKind: string, enKind: string) =>
  (
    { process }: Reading,
    {
      elementId,
      code,
      caughtBy,
      ...more
    }: { elementId: string; code: string; caughtBy: string | null; outside?: true },
  ): Sentence => {
    const from = nameIn(process, elementId)
    const to = caughtBy === null ? null : nameIn(process, caughtBy)
    const where = to
      ? said(`，由${to.zh}处理`, `, taken by ${to.en}`)
      : more.outside
        ? said('，由调用它的流程处理', ', taken by the process that called this one')
        : said('，没有人处理', ', taken by nobody')
    return said(`${from.zh}抛出${zhKind}「${code}」${where.zh}`, `${from.en} throws the ${enKind} "${code}"${where.en}`)
  }

const tellers: Tellers = {
  instanceStarted: ({ words }, { instance }) =>
    instance.parent
      ? said('被另一个流程调用，开始', 'Begun by the process that calls it')
      : said(`${words.person(instance.initiator)} 发起`, `Begun by ${words.person(instance.initiator)}`),
  instanceModified: ({ words }, { by, reason }) =>
    said(
      `${words.person(by)} 手工移动了流程${reason === null ? '' : `：${reason}`}`,
      `${words.person(by)} moved the case by hand${reason === null ? '' : `: ${reason}`}`,
    ),
  instanceMigrated: ({ words }, { by, to }) =>
    said(`${words.person(by)} 把流程换到第 ${to} 版`, `${words.person(by)} moved the case to version ${to}`),
  instanceEnded: ({ words }, { state, by, reason }) => {
    const why = reason === null ? both('') : said(`：${reason}`, `: ${reason}`)
    if (state === 'completed') return said('流程结束', 'The process is over')
    const who = by === null ? both('') : said(`${words.person(by)} `, ` by ${words.person(by)}`)
    return said(`${who.zh}终止了流程${why.zh}`, `The process was ended early${who.en}${why.en}`)
  },
  elementMoved: moved,
  tokenArrived: ({ process }, { flowId }) => {
    const from = process.flows.find(({ id }) => id === flowId)
    if (!from) return null
    const [one, join] = [nameIn(process, from.from), nameIn(process, from.to)]
    return said(`${one.zh}这一支到了${join.zh}`, `The branch of ${one.en} has arrived at ${join.en}`)
  },
  gatewayActivated: ({ process }, { elementId }) => {
    const { zh, en } = nameIn(process, elementId)
    return said(`${zh}的条件成立`, `The condition of ${en} holds`)
  },
  innerActivated: ({ process }, { elementId, inner }) => {
    const [scope, one] = [nameIn(process, elementId), nameIn(process, inner)]
    return said(`${scope.zh}里启动${one.zh}`, `In ${scope.en}, ${one.en} is activated`)
  },
  innerCollected: nothing,
  adHocFulfilled: ({ process }, { elementId }) => {
    const { zh, en } = nameIn(process, elementId)
    return said(`${zh}的完成条件成立`, `The completion condition of ${en} holds`)
  },
  flowTaken: flow,
  elementCounted: nothing,
  dataStoreWritten: (_, { store }) => said(`写入共享数据「${store}」`, `The shared value "${store}" is written`),
  variablesSet: ({ words }, { variables, by }) => {
    const names = Object.keys(variables).join('、')
    return by === null
      ? null
      : said(`${words.person(by)} 改了数据：${names}`, `${words.person(by)} set data: ${names.replaceAll('、', ', ')}`)
  },
  decisionEvaluated: ({ process }, { elementId, decisionId, rules }) => {
    const { zh, en } = nameIn(process, elementId)
    const hit = rules.map(({ index, annotation }) => {
      const why = annotation ? toldText(annotation) : ''
      return said(`第 ${index + 1} 条${why && `（${why}）`}`, `rule ${index + 1}${why && ` (${why})`}`)
    })
    const { zh: zhRules, en: enRules } = hit.length > 0 ? listed(hit) : said('没有规则', 'no rule')
    return said(`${zh}：决策「${decisionId}」命中${zhRules}`, `${en}: the decision "${decisionId}" fired ${enRules}`)
  },
  jobCreated: ({ known }, { jobId, jobType }) => {
    known.set(jobId, jobType)
    return said(`交给系统执行「${jobType}」`, `Given to the system: "${jobType}"`)
  },
  jobWithdrawn: nothing,
  jobCompleted: ({ known }, { jobId }) => {
    const { zh, en } = quoted(known.get(jobId) ?? jobId)
    return said(`系统做完了${zh}`, `The system has done ${en}`)
  },
  jobExhausted: ({ known }, { jobId }) => {
    const { zh, en } = quoted(known.get(jobId) ?? jobId)
    return said(`系统多次尝试${zh}都没有成功`, `The system has tried ${en} in vain`)
  },
  listenerAsked: ({ known, process }, { jobId, jobType, elementId, on }) => {
    known.set(jobId, jobType)
    const { zh, en } = nameIn(process, elementId)
    const before = (deed: Sentence) =>
      said(`${zh}${deed.zh}之前，先由系统执行「${jobType}」`, `Before ${en} ${deed.en}, the system does "${jobType}"`)
    if (on === 'start') return before(said('开始', 'begins'))
    if (on === 'end')
      return said(`${zh}做完之后，再由系统执行「${jobType}」`, `After ${en} is done, the system does "${jobType}"`)
    return before(taskDeeds[on])
  },
  taskChanging: nothing,
  taskChanged: nothing,
  taskChangeDenied: ({ process, words }, { elementId, to, by, reason }) => {
    const { zh, en } = nameIn(process, elementId)
    const why = reason === null ? said('', '') : said(`：${reason}`, `: ${reason}`)
    const who = words.person(by)
    return said(
      `${zh}没有${taskDeeds[to].zh}：系统没有接受${who}的操作${why.zh}`,
      `The system did not accept from ${who} that ${en} ${taskDeeds[to].en}${why.en}`,
    )
  },
  listenerAnswered: ({ known }, { jobId, done }) => {
    const { zh, en } = quoted(known.get(jobId) ?? jobId)
    return done
      ? said(`系统做完了${zh}`, `The system has done ${en}`)
      : said(`系统没有做成${zh}`, `The system has not got ${en} done`)
  },
  callStarted: ({ process }, { elementId, processId, version }) => {
    const { zh, en } = nameIn(process, elementId)
    return said(
      `${zh}调用流程「${processId}」第 ${version} 版`,
      `${en} calls the process "${processId}", version ${version}`,
    )
  },
  callEnded: ({ process }, { elementId, outcome, code = '' }) => {
    const { zh, en } = nameIn(process, elementId)
    if (outcome === 'completed') return said(`${zh}调用的流程结束`, `The process that ${en} called is over`)
    if (outcome === 'refused') return said(`${zh}调用的流程没能启动`, `The process that ${en} calls could not start`)
    if (outcome === 'caseEnded')
      return said(`在${zh}调用的流程里终止了这个单`, `The case was ended in the process that ${en} called`)
    return said(`${zh}调用的流程抛出「${code}」`, `The process that ${en} called threw "${code}"`)
  },
  undoingStarted: ({ process }, { elementId, revives, cancels }) => {
    const { zh, en } = nameIn(process, elementId)
    if (revives !== undefined) return said(`开始撤销${zh}里做完的步骤`, `What was done in ${en} is being undone`)
    return cancels
      ? said(`${zh}取消了事务，开始撤销做完的步骤`, `${en} cancels the transaction: what was done is being undone`)
      : said(`${zh}开始撤销做完的步骤`, `${en}: what was done is being undone`)
  },
  activityUndone: ({ process }, { elementId, handler }) => {
    const [one, by] = [nameIn(process, elementId), nameIn(process, handler)]
    return said(`用${by.zh}撤销${one.zh}`, `${by.en} undoes ${one.en}`)
  },
  undoingEnded: (_, { stopped }) =>
    stopped ? said('撤销被中止', 'The undoing was ended early') : said('撤销完成', 'The undoing is done'),
  taskOpened: nothing,
  taskAssigned: ({ process, words }, { elementId, assignee, by }) => {
    const { zh, en } = nameIn(process, elementId)
    if (assignee === null) return said(`${words.person(by)} 放回了${zh}`, `${words.person(by)} gave ${en} back`)
    return said(`${words.person(assignee)} 认领了${zh}`, `${words.person(assignee)} took ${en}`)
  },
  timerArmed: ({ process, words }, { timer }) => {
    const [one, due] = [nameIn(process, timer.at), instantOf(timer.due, words)]
    return said(`${one.zh}定在 ${due.zh}`, `${one.en} is set to ${due.en}`)
  },
  timerFired: ({ process }, { elementId }) => {
    const { zh, en } = nameIn(process, elementId)
    return said(`${zh}到时间了`, `The time of ${en} has come`)
  },
  timerDisarmed: nothing,
  subscriptionOpened: ({ process, words, known }, { subscriptionId, elementId, messageName, kind }) => {
    known.set(subscriptionId, messageName)
    const { zh, en } = nameIn(process, elementId)
    const called = messageIn(words, messageName)
    return kind === 'signal'
      ? said(`${zh}开始等信号「${called.zh}」`, `${en} waits for the signal "${called.en}"`)
      : said(`${zh}开始等消息「${called.zh}」`, `${en} waits for the message "${called.en}"`)
  },
  messageCorrelated: ({ process, words, known }, { subscriptionId, elementId }) => {
    const [one, name] = [nameIn(process, elementId), messageIn(words, known.get(subscriptionId) ?? '')]
    return said(`${one.zh}收到消息「${name.zh}」`, `${one.en} gets the message "${name.en}"`)
  },
  signalCaught: ({ process, known }, { subscriptionId, elementId }) => {
    const [one, name] = [nameIn(process, elementId), quoted(known.get(subscriptionId) ?? '')]
    return said(`${one.zh}收到信号${name.zh}`, `${one.en} gets the signal ${name.en}`)
  },
  signalThrown: ({ process }, { elementId, name }) => {
    const one = nameIn(process, elementId)
    return said(`${one.zh}发出信号「${name}」`, `${one.en} throws the signal "${name}"`)
  },
  conditionWatched: nothing,
  conditionChanged: ({ process, words }, { elementId, holds, values }) => {
    const one = nameIn(process, elementId)
    const read = valuesIn(words, values)
    return holds ? said(`${one.zh}的条件成立：${read.zh}`, `The condition of ${one.en} holds: ${read.en}`) : null
  },
  triggerMet: ({ process }, { elementId, all }) => {
    const one = nameIn(process, elementId)
    return all ? null : said(`${one.zh}等的事件来了一个`, `One of the events of ${one.en} has come`)
  },
  waitsDropped: nothing,
  messagePublished: ({ process, words }, { elementId, name }) => {
    const [one, called] = [nameIn(process, elementId), messageIn(words, name)]
    return said(`${one.zh}发出消息「${called.zh}」`, `${one.en} sends the message "${called.en}"`)
  },
  taskActed: ({ process, words }, { elementId, by, action, comment }) => {
    const [one, act] = [nameIn(process, elementId), acts[action] ?? said(`做了「${action}」：`, `did "${action}" at`)]
    const why = comment ? said(`：${comment}`, `: ${comment}`) : both('')
    const who = words.person(by)
    return said(`${who} ${act.zh}${one.zh}${why.zh}`, `${who} ${act.en} ${one.en}${why.en}`)
  },
  itemsChanged: nothing,
  draftSaved: nothing,
  stepEnded: nothing,
  caseReturned: ({ process, words }, { by, to }) => {
    const one = nameIn(process, to)
    return said(`${words.person(by)} 把流程退回到${one.zh}`, `${words.person(by)} sent the case back to ${one.en}`)
  },
  errorThrown: thrown('错误', 'error'),
  escalationThrown: thrown('升级', 'escalation'),
  incidentRaised: (_, { code, values }) => {
    const { zh, en } = incidentSentence(code as IncidentCode, values)
    return said(`卡住了：${zh}`, `Stuck: ${en}`)
  },
  incidentResolved: ({ process, words }, { elementId, by }) => {
    const one = nameIn(process, elementId)
    return said(`${words.person(by)} 让${one.zh}重试`, `${words.person(by)} let ${one.en} try again`)
  },
}

/** One sentence of a history: when, where, and what happened. */
export interface ToldEvent {
  seq: number
  at: string
  elementId: string | null
  text: Sentence
}

/**
 * A history in plain words: why a branch was taken and with which values, which rule fired, who decided, what a timer
 * was set to. What only the engine needs is left out; nothing that was left out is needed to understand the rest.
 */
export function tellHistory(process: ParsedProcess, events: readonly EngineEvent[], words: Words): ToldEvent[] {
  const reading: Reading = { process, words, known: new Map() }
  return events.flatMap((event) => {
    const tell = tellers[event.type] as ((reading: Reading, event: EngineEvent) => Sentence | null) | undefined
    const text = tell?.(reading, event) ?? null
    if (text === null) return []
    const elementId = 'elementId' in event ? event.elementId : 'flowId' in event ? event.flowId : null
    return [{ seq: event.seq, at: event.at, elementId, text }]
  })
}
