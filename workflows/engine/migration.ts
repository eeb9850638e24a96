import type { Refusal, Sentence } from '../model/problem.ts'
import type { CompiledNode, CompiledProcess, CompiledTrigger, Source } from './compiled.ts'
import type { Carried } from './events.ts'
import type { ElementInstance, ProcessInstance } from './instance.ts'
import { waysInto } from './arriving.ts'
import type { Undoable } from './undoable.ts'
import { isStep } from './steps.ts'

/** Ids of elements of one version, and of what stands for them in the other. */
export type ElementMapping = Readonly<Record<string, string>>

/** Why an instance cannot go to a version, at an element of the version that it leaves. */
export interface MigrationReason {
  elementId: string
  code: string
  message: Sentence
}

/** What a migration would do, or why it cannot be done. */
export interface MigrationPlan {
  /** Of every element that the instance stands at or waits by. */
  mapping: Record<string, string>
  carried: Carried[]
  reasons: MigrationReason[]
}

const label = ({ id, name }: { id: string; name: string }) => (name === '' ? id : name)

const said = (node: CompiledNode, kind: string, zh: string, en: string): MigrationReason => ({
  elementId: node.id,
  code: `migrate.${kind}`,
  message: { zh: `「${label(node)}」${zh}`, en: `Expected ${en.replace('%', `"${label(node)}"`)}` },
})

const reasons = {
  unmapped: (node: CompiledNode) =>
    said(node, 'unmapped', '在新版本中没有对应的元素。', 'an element of the new version for %, but there is none.'),
  kindChanged: (node: CompiledNode, to: CompiledNode) =>
    said(
      node,
      'kind_changed',
      `和「${label(to)}」不是同一种元素。`,
      `% and "${label(to)}" to be of one kind, but they are not.`,
    ),
  scopeChanged: (node: CompiledNode) =>
    said(
      node,
      'scope_changed',
      '在新版本中不在对应的子流程里。',
      '% to stay in the same sub-process, but it does not.',
    ),
  loopChanged: (node: CompiledNode) =>
    said(node, 'loop_changed', '的循环或多实例方式变了。', 'the loop of % to stay as it is, but it changes.'),
  stepChanged: (node: CompiledNode) =>
    said(node, 'step_changed', '的审批设置被添加或去掉了。', '% to stay an approval step, or none, but it changes.'),
  flowLost: (node: CompiledNode) =>
    said(
      node,
      'flow_lost',
      '已到达的分支在新版本中没有对应的连线。',
      'a flow into % for every token that waits there, but one is missing.',
    ),
  undoLost: (node: CompiledNode) =>
    said(
      node,
      'compensation_lost',
      '已经完成，在新版本中没有对应的撤销办法。',
      'a way to undo % in the new version, too, because it is done, but there is none.',
    ),
  waitLost: (node: CompiledNode) =>
    said(
      node,
      'wait_lost',
      '等待的事件在新版本中没有了。',
      'what % waits for in the new version, too, but it is not there.',
    ),
}

/**
 * The element of the new version for one of the old: as told, else the one with its id, else the only one of its kind
 * with its name.
 */
export function proposalsOf(source: CompiledProcess, target: CompiledProcess, told: ElementMapping) {
  const byName = (node: CompiledNode): CompiledNode | undefined => {
    const same = target.nodes.filter(({ name, kind }) => name !== '' && name === node.name && kind === node.kind)
    return same.length === 1 ? same[0] : undefined
  }
  return (id: string): CompiledNode | undefined => {
    if (id === source.id) return target.root
    const node = source.node(id)
    if (Object.hasOwn(told, id)) return target.node(told[id] as string)
    return target.node(id) ?? (node && byName(node))
  }
}

/** The flow of the new version on which a token that waits at a join has come. */
export function flowFor(
  flowId: string,
  join: CompiledNode,
  to: CompiledNode,
  proposed: (id: string) => CompiledNode | undefined,
): string | undefined {
  if (to.incoming.some(({ id }) => id === flowId)) return flowId
  const before = join.incoming.find(({ id }) => id === flowId)?.from
  const from = before && proposed(before.id)
  if (!from) return undefined
  const same = to.incoming.filter((flow) => flow.from === from)
  if (same.length === 1) return same[0]?.id
  // Something new stands between: the token has passed it, if there is only one way from there.
  const [place, ...others] = waysInto(to).get(from) ?? []
  return place !== undefined && others.length === 0 ? to.incoming[place]?.id : undefined
}

/** Every event that an element waits by: its own, those at its border, those of the event sub-processes inside. */
export const eventsOf = ({ awaits, boundaries, listeners }: CompiledNode): CompiledNode[] => [
  ...awaits,
  ...boundaries,
  ...listeners,
]

const textOf = (source: Source | null) => source?.text ?? source?.expression?.source ?? null

/** What a trigger says by which a subscription is made; a change of it makes the subscription anew. */
function saysOf(trigger: CompiledTrigger | undefined): string {
  if (trigger?.kind === 'message') {
    const { message } = trigger
    return JSON.stringify([textOf(message?.name ?? null), message?.correlationKey?.source ?? null])
  }
  return trigger?.kind === 'signal' ? (textOf(trigger.name) ?? '') : ''
}

type WaitKind = 'timer' | 'message' | 'signal' | 'condition'

/** Kinds of what an element instance waits for by an event. */
export function waitedBy(element: ElementInstance, eventId: string): WaitKind[] {
  const kinds: WaitKind[] = []
  for (const { at, what } of element.timers ?? [])
    if (at === eventId && (what === 'catch' || what === 'boundary')) kinds.push('timer')
  for (const { at, kind } of element.subscriptions ?? []) if (at === eventId) kinds.push(kind ?? 'message')
  for (const { at } of element.conditions ?? []) if (at === eventId) kinds.push('condition')
  if (kinds.length === 0 && element.met?.[eventId]) kinds.push('message')
  return kinds
}

/** What becomes of an event that is waited for. Timers keep their due time; a message that is said anew is asked anew. */
export function outcomeOf(event: CompiledNode, to: CompiledNode): Carried['outcome'] {
  const same = event.triggers.every((trigger, index) => saysOf(trigger) === saysOf(to.triggers[index]))
  return same && event.interrupting === to.interrupting ? 'carried' : 'renewed'
}

/** The same events with the same definitions, in their order. */
const alike = (from: CompiledNode, to: CompiledNode) =>
  from.kind === to.kind && from.triggers.map(({ kind }) => kind).join() === to.triggers.map(({ kind }) => kind).join()

/** Plans what one element instance and all that it waits for becomes. */
function planElement(
  element: ElementInstance,
  node: CompiledNode,
  proposed: (id: string) => CompiledNode | undefined,
  plan: MigrationPlan,
): void {
  const { key } = element
  const to = proposed(node.id)
  if (!to) return void plan.reasons.push(reasons.unmapped(node))
  plan.mapping[node.id] = to.id
  const wrong: MigrationReason[] = []
  if (to.kind !== node.kind) wrong.push(reasons.kindChanged(node, to))
  const scope = node.parent && proposed(node.parent.id)
  if (node.parent && scope !== to.parent) wrong.push(reasons.scopeChanged(node))
  if (!node.parent && to.parent) wrong.push(reasons.scopeChanged(node))
  if (node.loop?.kind !== to.loop?.kind) wrong.push(reasons.loopChanged(node))
  if (isStep(node) !== isStep(to)) wrong.push(reasons.stepChanged(node))
  const flows = Object.keys({ ...element.arrived, ...Object.fromEntries((element.taken ?? []).map((id) => [id, 1])) })
  if (flows.some((flowId) => flowFor(flowId, node, to, proposed) === undefined)) wrong.push(reasons.flowLost(node))
  plan.reasons.push(...wrong)
  if (wrong.length > 0) return
  const carry = (what: Carried['what'], outcome: Carried['outcome'] = 'carried') =>
    plan.carried.push({ what, key, from: node.id, to: to.id, outcome })
  if (element.job !== undefined || element.listening?.job !== undefined) carry('job')
  if (element.call !== undefined) carry('call')
  if (element.task !== undefined || element.step !== undefined) carry('task', 'renewed')
  if (flows.length > 0) carry('tokens')
  if (plan.carried.at(-1)?.key !== key) carry('element')
  planEvents(element, node, to, proposed, plan)
}

function planEvents(
  element: ElementInstance,
  node: CompiledNode,
  to: CompiledNode,
  proposed: (id: string) => CompiledNode | undefined,
  plan: MigrationPlan,
): void {
  const { key } = element
  const there = eventsOf(to)
  const known = new Set<CompiledNode>()
  for (const event of eventsOf(node)) {
    const counterpart = proposed(event.id)
    const stays = counterpart !== undefined && there.includes(counterpart)
    if (stays) known.add(counterpart)
    const kinds = waitedBy(element, event.id)
    if (kinds.length === 0) continue
    if (stays && !alike(event, counterpart)) plan.reasons.push(reasons.kindChanged(event, counterpart))
    // An element that waits for nothing any more would stand still; at a border nothing is missed.
    else if (!stays && node.awaits.includes(event)) plan.reasons.push(reasons.waitLost(event))
    else if (stays) {
      plan.mapping[event.id] = counterpart.id
      const outcome = outcomeOf(event, counterpart)
      for (const what of kinds) plan.carried.push({ what, key, from: event.id, to: counterpart.id, outcome })
    } else for (const what of kinds) plan.carried.push({ what, key, from: event.id, to: null, outcome: 'closed' })
  }
  if (element.state === 'activating') return
  // A body has the events at its border, and the instances in it all the others (coverage (c)21).
  const isBody = element.loop !== undefined
  const isInner = element.index !== undefined
  const mine = [...(isBody ? [] : [...to.awaits, ...to.listeners]), ...(isInner ? [] : to.boundaries)]
  for (const event of mine) {
    if (known.has(event)) continue
    for (const { kind } of event.triggers)
      if (kind === 'timer' || kind === 'message' || kind === 'signal' || kind === 'conditional')
        plan.carried.push({
          what: kind === 'conditional' ? 'condition' : kind,
          key,
          from: null,
          to: event.id,
          outcome: 'opened',
        })
  }
}

/** Everything done so far that may have to be undone, also inside of scopes that are done. */
function undoableOf(instance: ProcessInstance): Undoable[] {
  const flat = (some: readonly Undoable[]): Undoable[] => some.flatMap((one) => [one, ...flat(one.inside ?? [])])
  return flat([...(instance.undoable ?? []), ...instance.elements.flatMap(({ undoing }) => undoing?.left ?? [])])
}

/** What stands in a mapping that is told, and is no element of its version. */
function wrongWords(source: CompiledProcess, target: CompiledProcess, told: ElementMapping): MigrationReason[] {
  return Object.entries(told).flatMap(([from, to]) => {
    const unknown = source.node(from) ? (target.node(to) ? null : to) : from
    if (unknown === null) return []
    return [
      {
        elementId: from,
        code: 'migrate.element_unknown',
        message: {
          zh: `对应关系中的「${unknown}」不存在。`,
          en: `Expected elements of both versions in the mapping, but "${unknown}" is none.`,
        },
      },
    ]
  })
}

/**
 * Plans the way of an instance from its version to another one: which element stands for which (as told, else by id,
 * else by name), what is carried over, read anew, opened and closed, and everything that forbids it. Changes nothing.
 */
export function planMigration(
  source: CompiledProcess,
  target: CompiledProcess,
  instance: ProcessInstance,
  told: ElementMapping = {},
): MigrationPlan {
  const plan: MigrationPlan = { mapping: {}, carried: [], reasons: wrongWords(source, target, told) }
  const proposed = proposalsOf(source, target, told)
  for (const element of instance.elements) {
    const node = source.node(element.at)
    if (!node) throw new Error(`the definition of ${instance.processId} has no element ${element.at}`)
    planElement(element, node, proposed, plan)
  }
  for (const one of undoableOf(instance)) {
    const node = source.node(one.at)
    const to = proposed(one.at)
    if (!node) continue
    if (!to || (to.undo === null && node.undo !== null)) plan.reasons.push(reasons.undoLost(node))
    else plan.mapping[node.id] = to.id
  }
  for (const { detour } of instance.elements)
    for (let at = detour; at; at = at.onward) {
      const node = source.node(at.at)
      if (node && !proposed(at.at)) plan.reasons.push(reasons.unmapped(node))
    }
  const listening: ElementInstance = instance.root ?? { key: 1, at: source.id }
  if (listening.listening?.job !== undefined)
    plan.carried.push({ what: 'job', key: 1, from: source.id, to: target.id, outcome: 'carried' })
  planEvents(listening, source.root, target.root, proposed, plan)
  return plan
}

/** The refusal that carries the reasons of a plan. */
export function refuseMigration(version: number, plan: MigrationPlan): Refusal {
  return {
    code: 'migrate.not_possible',
    message: {
      zh: `不能转到第 ${version} 版，有 ${plan.reasons.length} 处不符。`,
      en: `Expected the case to fit version ${version}, but ${plan.reasons.length} places do not.`,
    },
    params: { version },
    fields: plan.reasons.map(({ elementId, code, message }) => ({ path: elementId, code, message })),
  }
}
