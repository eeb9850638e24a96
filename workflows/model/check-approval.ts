import { asksByRules } from './approval.ts'
import type { TaskPolicy } from './approval.ts'
import type { ParsedNode, ParsedProcess } from './definition.ts'
import type { Problem } from './problem.ts'
import { problem } from './problems.ts'
import { ancestors, isOnePerson, offersReturn, warnPolicy } from './warn-policy.ts'

const mostReminders = 10

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
    ...notHeard(node, policy),
    ...checkOffers(node, policy),
    ...checkReminders(node, policy),
    ...checkReturn(process, node, policy),
    ...warnPolicy(process, node, policy),
  )
  return problems
}

/** A step has its time by `retour:deadline`; Camunda 8's word beside it is only told. */
const notHeard = (node: ParsedNode, policy: TaskPolicy): Problem[] =>
  node.dueDate && asksByRules(policy)
    ? [problem('bpmn.not_executable', node, 'zeebe:taskSchedule dueDate', 'warning')]
    : []

const needsValue = new Set(['user', 'role', 'department', 'field', 'handlerOf', 'expression'])

/** Words that say nothing without another. Nobody found and nobody named means the process admins. */
function missingParts(node: ParsedNode, { participants, return: back, deadline, fourEyes }: TaskPolicy): Problem[] {
  const found = (participants?.list ?? []).flatMap(({ kind, value }) =>
    needsValue.has(kind) && !value ? [`retour:participant kind="${kind}" value`] : [],
  )
  if (back?.to === 'listed' && back.elements.length === 0) found.push('retour:return elements')
  if (deadline?.atEnd === 'transfer' && !deadline.transferTo) found.push('retour:deadline transferTo')
  if (fourEyes?.length === 0) found.push('retour:fourEyes elements')
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

/** A return to the initiator needs something to give him. */
function checkReturn(process: ParsedProcess, node: ParsedNode, policy: TaskPolicy): Problem[] {
  if (!offersReturn(policy) || policy.return?.to !== 'initiator') return []
  const hasTask = ancestors(process, node).some(
    (one) => one.kind === 'userTask' || (one.bpmnType === 'startEvent' && one.formId !== undefined),
  )
  return hasTask ? [] : [problem('approval.return_needs_form', node)]
}
