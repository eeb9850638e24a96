import type { Participant, TaskPolicy } from './approval.ts'
import type { ParsedNode, ParsedProcess } from './definition.ts'
import type { Problem } from './problem.ts'
import { problem } from './problems.ts'

const mostReminders = 10

/** Kinds that never name more than one person. */
const isOnePerson = ({ kind, value }: Participant) =>
  ['initiator', 'handlerOf', 'departmentHead'].includes(kind) || (kind === 'user' && !/\s/.test((value ?? '').trim()))

/** Everything wrong with the approval vocabulary of a process; each problem names its element. */
export function checkApproval(process: ParsedProcess): Problem[] {
  const ids = new Set(process.nodes.map((node) => node.id))
  const problems = process.nodes.flatMap((node) => (node.policy ? checkPolicy(process, ids, node, node.policy) : []))
  const { withdraw } = process
  if (withdraw?.to === 'draft' && !canBeginAgain(process)) problems.push(problem('approval.return_needs_form', process))
  if (withdraw?.until === 'element' && !ids.has(withdraw.element ?? ''))
    problems.push(problem('approval.unknown_element', process, withdraw.element ?? ''))
  return problems
}

/** Somebody whose case comes back as a draft needs a task or a form to begin again with. */
const canBeginAgain = ({ nodes }: ParsedProcess) =>
  nodes.some((node) => node.kind === 'userTask' || (node.bpmnType === 'startEvent' && node.formId !== undefined))

function checkPolicy(
  process: ParsedProcess,
  ids: ReadonlySet<string>,
  node: ParsedNode,
  policy: TaskPolicy,
): Problem[] {
  const problems: Problem[] = []
  const handlers = policy.participants?.list.filter(({ kind }) => kind === 'handlerOf').map(({ value }) => value ?? '')
  const named = [...(policy.fourEyes ?? []), ...(policy.return?.elements ?? []), ...(handlers ?? [])]
  for (const id of named) if (id !== '' && !ids.has(id)) problems.push(problem('approval.unknown_element', node, id))

  problems.push(
    ...missingParts(node, policy),
    ...checkOffers(node, policy),
    ...checkReminders(node, policy),
    ...checkReturn(process, node, policy),
    ...warnCount(node, policy),
    ...warnSamePerson(process, node, policy),
    ...requiredColumns(node, policy),
  )
  const hasFields = (policy.fields?.fields.length ?? 0) > 0
  if (hasFields && node.formId === undefined)
    problems.push(problem('approval.fields_without_form', node, '', 'warning'))
  return problems
}

const needsValue = new Set(['user', 'role', 'department', 'field', 'handlerOf', 'expression'])

/** Words that say nothing without another. Nobody found and nobody named means the process admins. */
function missingParts(node: ParsedNode, { participants, return: back, deadline }: TaskPolicy): Problem[] {
  const found = (participants?.list ?? []).flatMap(({ kind, value }) =>
    needsValue.has(kind) && !value ? [`retour:participant kind="${kind}" value`] : [],
  )
  if (back?.to === 'listed' && back.elements.length === 0) found.push('retour:return elements')
  if (deadline?.atEnd === 'transfer' && !deadline.transferTo) found.push('retour:deadline transferTo')
  return found.map((what) => problem('bpmn.missing', node, what))
}

function checkOffers(node: ParsedNode, policy: TaskPolicy): Problem[] {
  const { approval, actions, participants } = policy
  const problems: Problem[] = []
  const list = participants?.list ?? []
  const isCustom = actions?.some((offered) => offered.name === 'custom') ?? false
  const chain = approval === undefined && list.some(({ kind }) => kind === 'managerChain')
  const isAny = approval ? approval.mode === 'any' : !chain
  if (isCustom && !isAny && !(list.length === 1 && list.every(isOnePerson)))
    problems.push(problem('approval.custom_needs_one', node))
  const { mode, threshold } = approval ?? {}
  const isShare = threshold !== undefined && threshold > 0 && threshold <= 1
  const isCount = threshold !== undefined && Number.isInteger(threshold) && threshold > 0
  if ((mode === 'ratio' && !isShare) || (mode === 'count' && !isCount))
    problems.push(problem('approval.threshold', node, String(threshold ?? '')))
  return problems
}

/** More approvals than people can never come; the runner takes as many as there are. */
function warnCount(node: ParsedNode, { approval, participants }: TaskPolicy): Problem[] {
  const list = participants?.list ?? []
  if (approval?.mode !== 'count' || list.length === 0 || list.some(({ kind }) => kind !== 'user')) return []
  const named = new Set(list.flatMap(({ value }) => (value ?? '').split(/\s+/).filter(Boolean)))
  const isMore = (approval.threshold ?? 0) > named.size
  return isMore ? [problem('approval.count_capped', node, String(named.size), 'warning')] : []
}

const isApprovalStep = ({ approval, actions }: TaskPolicy) => approval !== undefined || actions !== undefined

/** The one person whom a step asks for certain, as its diagram names him; null when that may be several. */
function samePerson({ participants }: TaskPolicy): string | null {
  const [only, ...more] = participants?.list ?? []
  if (!only || more.length > 0 || !isOnePerson(only) || only.kind === 'handlerOf') return null
  return JSON.stringify([only.kind, only.value, only.of ?? 'initiator', only.levels ?? 1])
}

/** A step that asks the very person of an earlier one, and does not let him pass. */
function warnSamePerson(process: ParsedProcess, node: ParsedNode, policy: TaskPolicy): Problem[] {
  const person = samePerson(policy)
  if (person === null || !isApprovalStep(policy) || policy.participants?.whenRepeated !== 'ask') return []
  const before = ancestors(process, node).find(
    (one) => one !== node && one.policy && isApprovalStep(one.policy) && samePerson(one.policy) === person,
  )
  return before ? [problem('approval.same_person', node, before.name || before.id, 'warning')] : []
}

/** Columns that must be filled in of a table that the step hides. */
function requiredColumns(node: ParsedNode, { fields: rights }: TaskPolicy): Problem[] {
  const listed = rights?.fields ?? []
  const hidden = new Set(listed.filter(({ access }) => access === 'hidden').map(({ path }) => path))
  return listed
    .filter(
      ({ path, access }) => access === 'required' && hidden.has(path.slice(0, Math.max(0, path.lastIndexOf('.')))),
    )
    .map(({ path }) => problem('approval.hidden_required', node, path, 'warning'))
}

/** Fields that the form itself demands, and that the step does not show. */
export function hiddenFields(node: ParsedNode, demanded: readonly string[]): Problem[] {
  const rights = node.policy?.fields
  if (!rights) return []
  const accessOf = (path: string) => rights.fields.find((field) => field.path === path)?.access ?? rights.default
  const hasColumns = (path: string) => rights.fields.some((field) => field.path.startsWith(`${path}.`))
  return demanded
    .filter((path) => accessOf(path) === 'hidden' && !hasColumns(path))
    .map((path) => problem('approval.hidden_required', node, path, 'warning'))
}

/** Reminders, repeated ones counted; whether durations are any is checked with all expressions. */
function checkReminders(node: ParsedNode, { deadline }: TaskPolicy): Problem[] {
  const count = (deadline?.reminders ?? []).reduce(
    (sum, { every, times }) => sum + (every === undefined ? 1 : (times ?? 1)),
    0,
  )
  return count > mostReminders ? [problem('approval.too_many_reminders', node, String(count))] : []
}

/** A return to the initiator needs something to give him; one over outside work may be refused when it comes to it. */
function checkReturn(process: ParsedProcess, node: ParsedNode, policy: TaskPolicy): Problem[] {
  const offered = policy.actions?.some(({ name }) => name === 'return') || policy.deadline?.atEnd === 'return'
  if (!offered) return []
  const before = ancestors(process, node)
  const problems: Problem[] = []
  const hasTask = before.some(
    (one) => one.kind === 'userTask' || (one.bpmnType === 'startEvent' && one.formId !== undefined),
  )
  if (policy.return?.to === 'initiator' && !hasTask) problems.push(problem('approval.return_needs_form', node))
  for (const one of before)
    if ((one.kind === 'serviceTask' || one.kind === 'sendTask') && one.repeatable !== true)
      problems.push(problem('approval.cannot_undo', node, one.name || one.id, 'warning'))
  return problems
}

/** Nodes from which a token may have come to this one: over flows, out of the scopes around it, past boundary events. */
function ancestors(process: ParsedProcess, node: ParsedNode): ParsedNode[] {
  const byId = new Map(process.nodes.map((one) => [one.id, one]))
  const found = new Set<ParsedNode>()
  const open = [node]
  for (let at = open.pop(); at; at = open.pop()) {
    const around = at.parentId === null ? [] : [at.parentId]
    const sources = process.flows.filter((flow) => flow.to === at.id).map((flow) => flow.from)
    for (const id of [...sources, ...around, ...(at.attachedTo === undefined ? [] : [at.attachedTo])]) {
      const one = byId.get(id)
      if (!one || found.has(one)) continue
      found.add(one)
      open.push(one)
    }
  }
  return [...found]
}
