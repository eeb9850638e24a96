import type { ParsedNode, ParsedProcess, Trigger } from '../../model/definition.ts'
import type { Sentence } from '../../model/problem.ts'
import type { ElementInstance, ProcessInstance } from '../instance.ts'
import { toldText } from '../told-values.ts'
import { nextOf } from './next.ts'
import { both, instantOf, listed, nameIn, nameOf, messageIn } from './words.ts'
import type { Words } from './words.ts'

/** Something that an instance waits for, and what will happen then. */
export interface Explained {
  elementId: string
  /** What it waits for, and whom. */
  what: Sentence
  /** What happens when that is done; null where the way on is not this element's. */
  next: Sentence | null
  /** What may happen before: reminders, limits, messages. */
  meanwhile: Sentence[]
}

interface Seen {
  process: ParsedProcess
  instance: Readonly<ProcessInstance>
  words: Words
}

type Tell = (seen: Seen, element: ElementInstance, node: ParsedNode) => Sentence | null

const said = (zh: string, en: string): Sentence => ({ zh, en })

const stuck: Tell = (_, { incident }, node) =>
  incident
    ? said(
        `${nameOf(node).zh}卡住了（${incident.code}），要管理员处理`,
        `${nameOf(node).en} is stuck (${incident.code}) and needs an admin`,
      )
    : null

const people: Tell = ({ words }, { task, step }, node) => {
  if ((!task && !step) || task?.change) return null
  const asked = (step?.items ?? []).filter(({ state }) => state === 'open').map(({ who }) => who)
  const holder = step?.assignee ?? task?.assignee
  const named = holder ? [holder] : asked.length > 0 ? asked : (task?.candidateUsers ?? [])
  const roles = step?.candidateRoles ?? task?.candidateRoles ?? []
  const who = named.length > 0 ? named.map(words.person) : roles
  const due = step?.dueAt ?? task?.dueAt ?? null
  const until = due === null ? null : instantOf(due, words)
  return said(
    `${nameOf(node).zh}等${who.length > 0 ? who.join('、') : '人'}办理${until ? `，${until.zh} 前` : ''}`,
    `${nameOf(node).en} waits for ${who.length > 0 ? who.join(', ') : 'somebody'}${until ? `, until ${until.en}` : ''}`,
  )
}

const job: Tell = (_, { job: occurrence, listening }, node) =>
  occurrence === undefined && listening?.job === undefined
    ? null
    : said(`${nameOf(node).zh}等系统执行完`, `${nameOf(node).en} waits for the system to do it`)

const call: Tell = (_, { call: occurrence }, node) => {
  if (occurrence === undefined) return null
  const id = node.call && 'text' in node.call.processId ? `「${node.call.processId.text}」` : ''
  return said(
    `${nameOf(node).zh}等它调用的流程${id}结束`,
    `${nameOf(node).en} waits for the process that it calls to end`,
  )
}

/** Tokens that a join still waits for, by where they come from. */
const join: Tell = ({ process }, { arrived }, node) => {
  if (!arrived) return null
  const missing = process.flows.filter(({ to, id }) => to === node.id && !((arrived[id] ?? 0) > 0))
  const from = listed(missing.map((flow) => nameIn(process, flow.from)))
  const { zh, en } = nameOf(node)
  if (missing.length === 0) return said(`${zh}等其他分支`, `${en} waits for other branches`)
  return said(`${zh}还在等：${from.zh}`, `${en} still waits for ${from.en}`)
}

const undoing: Tell = ({ process }, { undoing: work }, node) => {
  if (!work) return null
  const left = work.left.map(({ at }) => nameIn(process, at)).toReversed()
  const { zh, en } = nameOf(node)
  if (left.length === 0) return said(`${zh}正在撤销已做完的步骤`, `${en}: what was done is being undone`)
  return said(
    `${zh}正在撤销已做完的步骤，还有${listed(left).zh}`,
    `${en}: what was done is being undone, ${listed(left).en} still to come`,
  )
}

/** What makes one trigger happen, as the end of a sentence. */
function triggerWords(trigger: Trigger | undefined): Sentence {
  switch (trigger?.kind) {
    case 'conditional':
      return said(`「${trigger.condition ?? ''}」成立`, `"${trigger.condition ?? ''}" to hold`)
    default:
      return said('发生', 'it to happen')
  }
}

/** Each thing that is waited for on an element instance, with the event that it triggers. */
function triggersOf({ process, words }: Seen, element: ElementInstance): { at: string; what: Sentence }[] {
  const found: { at: string; what: Sentence }[] = []
  for (const { at, due, what } of element.timers ?? []) {
    if (what !== 'catch' && what !== 'boundary') continue
    const { zh, en } = instantOf(due, words)
    found.push({ at, what: said(`到 ${zh}`, `${en}`) })
  }
  for (const { at, name, key, kind } of element.subscriptions ?? []) {
    const called = messageIn(words, name)
    const of = key === '' ? both('') : said(`（${toldText(key)}）`, ` (${toldText(key)})`)
    found.push(
      kind === 'signal'
        ? { at, what: said(`信号「${called.zh}」`, `the signal "${called.en}"`) }
        : { at, what: said(`消息「${called.zh}」${of.zh}`, `the message "${called.en}"${of.en}`) },
    )
  }
  for (const { at, index } of element.conditions ?? []) {
    const node = process.nodes.find(({ id }) => id === at)
    found.push({ at, what: triggerWords(node?.triggers[index ?? 0]) })
  }
  return found
}

/** What people may choose in an ad-hoc sub-process; nothing more once its condition held. */
const choosing: Tell = ({ process }, { adHoc }, node) => {
  if (!adHoc || adHoc.over) return null
  const isOffered = ({ parentId, incoming, attachedTo, triggeredByEvent, forCompensation }: ParsedNode) =>
    parentId === node.id && incoming.length === 0 && attachedTo === undefined && !triggeredByEvent && !forCompensation
  const offered = listed(process.nodes.filter(isOffered).map((one) => nameOf(one)))
  const { zh, en } = nameOf(node)
  return said(`${zh}里可以开始：${offered.zh}`, `In ${en} people may begin ${offered.en}`)
}

const tells: readonly Tell[] = [stuck, undoing, people, job, call, join, choosing]

/** An event beside an element: what it does when it happens. */
function besideWords({ process }: Seen, event: ParsedNode, what: Sentence): Sentence {
  const handler = event.bpmnType === 'startEvent' ? process.nodes.find(({ id }) => id === event.parentId) : null
  const { zh, en } = handler
    ? said(`开始${nameOf(handler).zh}`, `${nameOf(handler).en} begins`)
    : said(nextOf(process, event).zh.replace(/^然后：?/, '转到'), nextOf(process, event).en.replace(/^Then:? /, ''))
  const until = what.zh.startsWith('到') ? what.zh : `等到${what.zh}`
  return event.interrupting === false
    ? said(`${until}，另外${zh}`, `On ${what.en}, besides: ${en}`)
    : said(`${until}，就停下并${zh}`, `On ${what.en} it stops: ${en}`)
}

function explain(seen: Seen, element: ElementInstance, scopes: ReadonlySet<number>): Explained | null {
  const { process } = seen
  const node = process.nodes.find(({ id }) => id === element.at)
  const isRoot = element.at === process.id
  if (!node && !isRoot) return null
  const own: Sentence[] = []
  const meanwhile: Sentence[] = []
  for (const { at, what } of triggersOf(seen, element)) {
    const event = process.nodes.find(({ id }) => id === at)
    const isBeside = event && (event.attachedTo !== undefined || event.bpmnType === 'startEvent')
    if (isBeside) meanwhile.push(besideWords(seen, event, what))
    else own.push(what)
  }
  if (!node) {
    const isAsked = element.listening?.job !== undefined
    const what = isAsked
      ? said('流程等系统执行完', 'The process waits for the system to do its part')
      : said('流程在进行', 'The process runs')
    return { elementId: element.at, what, next: null, meanwhile }
  }
  const told = tells.map((tell) => tell(seen, element, node)).find((one) => one !== null)
  const { zh, en } = nameOf(node)
  const isScope = scopes.has(element.key) || element.loop !== undefined
  if (!told && own.length === 0 && isScope && meanwhile.length === 0) return null
  const waited = said(`${zh}等${listed(own).zh}`, `${en} waits for ${listed(own).en}`)
  const running = said(`${zh}在进行`, `${en} runs`)
  const what = told ?? (own.length > 0 ? waited : running)
  const goesOn = element.index === undefined && !element.undoing && !node.forCompensation
  return { elementId: node.id, what, next: goesOn ? nextOf(process, node) : null, meanwhile }
}

/**
 * What an instance waits for and what will happen then, in plain words: one entry for each place where something waits,
 * and for each scope around that may be left before.
 */
export function explainWaits(process: ParsedProcess, instance: Readonly<ProcessInstance>, words: Words): Explained[] {
  if (instance.state !== 'active') return []
  const seen: Seen = { process, instance, words }
  const scopes = new Set(instance.elements.flatMap(({ scope }) => scope ?? []))
  const all = [...(instance.root ? [instance.root] : []), ...instance.elements]
  return all.flatMap((element) => {
    const explained = explain(seen, element, scopes)
    const tellsNothing = explained?.meanwhile.length === 0 && element.listening?.job === undefined
    const isSilent = explained?.elementId === process.id && tellsNothing
    return explained && !isSilent ? [explained] : []
  })
}
