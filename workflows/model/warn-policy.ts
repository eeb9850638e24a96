import type { Participant, TaskPolicy } from './approval.ts'
import type { ParsedNode, ParsedProcess } from './definition.ts'
import type { Problem } from './problem.ts'
import { problem } from './problems.ts'

/** Kinds that never name more than one person. */
export const isOnePerson = ({ kind, value, upTo }: Participant) =>
  ['initiator', 'handlerOf', 'departmentHead'].includes(kind) ||
  (kind === 'managerChain' && upTo === '1') ||
  (kind === 'user' && !/\s/.test((value ?? '').trim()))

export const isApprovalStep = ({ approval, actions }: TaskPolicy) => approval !== undefined || actions !== undefined

export const offersReturn = ({ actions, deadline }: TaskPolicy) =>
  (actions?.some(({ name }) => name === 'return') ?? false) || deadline?.atEnd === 'return'

/** Steps that a token can take, by where it stands: over flows, into and out of scopes, past boundary events. */
function waysOf({ nodes, flows }: ParsedProcess): { from: string; to: string }[] {
  const inward = nodes.flatMap(({ id, parentId }) => (parentId === null ? [] : [{ from: parentId, to: id }]))
  const past = nodes.flatMap(({ id, attachedTo }) => (attachedTo === undefined ? [] : [{ from: attachedTo, to: id }]))
  return [...flows, ...inward, ...past]
}

/** Everything that is reached from some ids, they themselves only in a circle; no further than where `isEnd` holds. */
function reached(
  begin: readonly string[],
  ways: readonly { from: string; to: string }[],
  isEnd: (id: string) => boolean = () => false,
): Set<string> {
  const onward = Map.groupBy(ways, ({ from }) => from)
  const found = new Set<string>()
  const open = [...begin]
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (const { to } of onward.get(at) ?? []) {
      if (found.has(to)) continue
      found.add(to)
      if (!isEnd(to)) open.push(to)
    }
  return found
}

/** Nodes from which a token may have come to this one; no further back than where `isEnd` holds. */
export function ancestors(
  process: ParsedProcess,
  node: ParsedNode,
  isEnd: (one: ParsedNode) => boolean = () => false,
): ParsedNode[] {
  const ends = new Set(process.nodes.filter(isEnd).map(({ id }) => id))
  const back = waysOf(process).map(({ from, to }) => ({ from: to, to: from }))
  const found = reached([node.id], back, (id) => ends.has(id))
  return process.nodes.filter(({ id }) => found.has(id))
}

/** The one person whom a step asks for certain, as its diagram names him; null when that may be several. */
function samePerson({ participants }: TaskPolicy): string | null {
  const [only, ...more] = participants?.list ?? []
  if (!only || more.length > 0 || !isOnePerson(only) || only.kind === 'handlerOf') return null
  return JSON.stringify([only.kind, only.value, only.of ?? 'initiator', only.levels ?? 1])
}

/** A step that asks the very person of an earlier one, and does not let him pass. */
function asksTwice(process: ParsedProcess, node: ParsedNode, policy: TaskPolicy): Problem[] {
  const person = samePerson(policy)
  if (person === null || !isApprovalStep(policy) || policy.participants?.whenRepeated !== 'ask') return []
  const before = ancestors(process, node).find(
    (one) => one !== node && one.policy && isApprovalStep(one.policy) && samePerson(one.policy) === person,
  )
  return before ? [problem('approval.same_person', node, before.name || before.id, 'warning')] : []
}

/** A step whose only person did what its four eyes name. */
function barsItsOwn(process: ParsedProcess, node: ParsedNode, policy: TaskPolicy): Problem[] {
  const person = samePerson(policy)
  const [only] = policy.participants?.list ?? []
  if (person === null || (only?.kind === 'initiator' && policy.participants?.whenInitiator === 'manager')) return []
  const bars = process.nodes.find(
    (one) =>
      one !== node &&
      (policy.fourEyes ?? []).includes(one.id) &&
      (one.bpmnType === 'startEvent' ? only?.kind === 'initiator' : one.policy && samePerson(one.policy) === person),
  )
  return bars ? [problem('approval.barred_always', node, bars.name || bars.id, 'warning')] : []
}

/** More approvals than people can never come; the runner takes as many as there are. */
function countsTooFar(node: ParsedNode, { approval, participants }: TaskPolicy): Problem[] {
  const list = participants?.list ?? []
  if (approval?.mode !== 'count' || list.length === 0 || list.some(({ kind }) => kind !== 'user')) return []
  const named = new Set(list.flatMap(({ value }) => (value ?? '').split(/\s+/).filter(Boolean)))
  const isMore = (approval.threshold ?? 0) > named.size
  return isMore ? [problem('approval.count_capped', node, String(named.size), 'warning')] : []
}

/** An approval step that names nobody, not even by its lane. */
function asksNobody(node: ParsedNode, policy: TaskPolicy): Problem[] {
  const names = policy.participants?.list.length ?? 0
  const isNamed = names > 0 || node.lane !== null || node.assignment !== undefined
  return isNamed || !isApprovalStep(policy) ? [] : [problem('approval.nobody_named', node, '', 'warning')]
}

const verdicts = new Set(['approve', 'reject', 'custom', 'return', 'terminate'])
const ends = new Set(['approve', 'reject', 'return'])

/** A step that neither a button nor the clock nor an event ever ends. */
function neverEnds(process: ParsedProcess, node: ParsedNode, { actions, deadline }: TaskPolicy): Problem[] {
  if (actions === undefined || actions.some(({ name }) => verdicts.has(name)) || ends.has(deadline?.atEnd ?? ''))
    return []
  const isLeft = process.nodes.some(({ attachedTo }) => attachedTo === node.id)
  return isLeft ? [] : [problem('approval.no_verdict', node, '', 'warning')]
}

/** Returns that will always be refused: nothing lies before the step, or what is listed never lies on its way. */
function returnsNowhere(process: ParsedProcess, node: ParsedNode, policy: TaskPolicy): Problem[] {
  if (!offersReturn(policy) || policy.return?.to === 'initiator') return []
  const before = new Set(ancestors(process, node).filter(({ kind }) => kind === 'userTask'))
  if (policy.return?.to !== 'listed')
    return before.size > 0 ? [] : [problem('approval.return_nowhere', node, '', 'warning')]
  const ids = new Set([...before].map(({ id }) => id))
  return policy.return.elements
    .filter((id) => !ids.has(id) && process.nodes.some((one) => one.id === id))
    .map((id) => problem('approval.return_never', node, id, 'warning'))
}

const isTask = ({ kind }: ParsedNode) => kind === 'userTask'
const isStart = ({ bpmnType }: ParsedNode) => bpmnType === 'startEvent'

/** Whether something acts outside for good: by a worker or another process, without a handler that undoes it. */
function isForGood(process: ParsedProcess, { id, kind, repeatable }: ParsedNode): boolean {
  if (!['serviceTask', 'sendTask', 'callActivity'].includes(kind) || repeatable === true) return false
  const isUndone = ({ attachedTo, triggers }: ParsedNode) =>
    attachedTo === id && triggers.some((trigger) => trigger.kind === 'compensate')
  return !process.nodes.some(isUndone)
}

/** What has acted outside between a step and where it may return to, so that the return is refused when it comes to it. */
function cannotUndo(process: ParsedProcess, node: ParsedNode, policy: TaskPolicy): Problem[] {
  const { to = 'previous', elements = [], afterwards } = policy.return ?? {}
  if (!offersReturn(policy) || afterwards === 'back') return []
  const way = ancestors(process, node, to === 'previous' ? isTask : undefined)
  const targets = way.filter((one) => {
    if (to === 'listed') return elements.includes(one.id)
    return isTask(one) || (to === 'initiator' && isStart(one))
  })
  const passed = new Set(way.map(({ id }) => id))
  const around = scopesOf(process, node)
  const isPassed = (one: ParsedNode) =>
    passed.has(one.id) || scopesOf(process, one).some((scope) => passed.has(scope) && !around.includes(scope))
  const after = reached(
    targets.map(({ id }) => id),
    waysOf(process),
  )
  return process.nodes
    .filter((one) => isForGood(process, one) && after.has(one.id) && isPassed(one))
    .map((one) => problem('approval.cannot_undo', node, one.name || one.id, 'warning'))
}

/** Ids of the scopes around a node. */
function scopesOf({ nodes }: ParsedProcess, node: ParsedNode): string[] {
  const scopes: string[] = []
  for (let at = node.parentId; at !== null; at = nodes.find(({ id }) => id === at)?.parentId ?? null) scopes.push(at)
  return scopes
}

/** Fields that must be filled in and are hidden: by a second word about them, or with the table that they stand in. */
function hidesRequired(node: ParsedNode, { fields: rights }: TaskPolicy): Problem[] {
  const listed = rights?.fields ?? []
  const hidden = new Set(listed.filter(({ access }) => access === 'hidden').map(({ path }) => path))
  return listed
    .filter(({ path, access }) => {
      const table = path.slice(0, Math.max(0, path.lastIndexOf('.')))
      return access === 'required' && (hidden.has(path) || hidden.has(table))
    })
    .map(({ path }) => problem('approval.hidden_required', node, path, 'warning'))
}

/** Rights for the fields of no form, and people named by a field where the process has no form at all. */
function lacksForm(process: ParsedProcess, node: ParsedNode, { fields, participants }: TaskPolicy): Problem[] {
  const hasFields = (fields?.fields.length ?? 0) > 0 && node.formId === undefined
  const isByField = participants?.list.some(({ kind }) => kind === 'field') ?? false
  const lacks = hasFields || (isByField && process.nodes.every(({ formId }) => formId === undefined))
  return lacks ? [problem('approval.fields_without_form', node, '', 'warning')] : []
}

/** What can be published and is hardly meant; each a warning at its element. */
export const warnPolicy = (process: ParsedProcess, node: ParsedNode, policy: TaskPolicy): Problem[] => [
  ...asksNobody(node, policy),
  ...asksTwice(process, node, policy),
  ...barsItsOwn(process, node, policy),
  ...countsTooFar(node, policy),
  ...neverEnds(process, node, policy),
  ...returnsNowhere(process, node, policy),
  ...cannotUndo(process, node, policy),
  ...hidesRequired(node, policy),
  ...lacksForm(process, node, policy),
]
