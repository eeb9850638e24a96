import type { TaskPolicy } from './approval.ts'
import type { ParsedNode, ParsedProcess } from './definition.ts'
import type { Problem } from './problem.ts'
import { problem } from './problems.ts'

type Named = { id: string; name?: string }

/** Ids of elements that a policy speaks of. */
function namedElements(policy: TaskPolicy): string[] {
  const handlers = (policy.participants?.list ?? []).filter(({ kind }) => kind === 'handlerOf')
  return [...(policy.return?.elements ?? []), ...(policy.fourEyes ?? []), ...handlers.map(({ value }) => value ?? '')]
}

function thresholds(policy: TaskPolicy, named: Named): Problem[] {
  const { mode, threshold } = policy.approval ?? {}
  if (mode !== 'ratio' && mode !== 'count') return []
  const valid =
    threshold !== undefined &&
    (mode === 'ratio' ? threshold > 0 && threshold <= 1 : Number.isInteger(threshold) && threshold >= 1)
  return valid ? [] : [problem('approval.threshold', named, `${mode} ${threshold ?? ''}`)]
}

function reminders(policy: TaskPolicy, named: Named): Problem[] {
  const count = (policy.deadline?.reminders ?? []).reduce((sum, { times }) => sum + (times ?? 1), 0)
  return count > 10 ? [problem('approval.too_many_reminders', named, String(count))] : []
}

/** A custom outcome is one person's word, so only one person may decide. */
function customOutcomes(policy: TaskPolicy, named: Named): Problem[] {
  if (!policy.actions?.some(({ name }) => name === 'custom')) return []
  const list = policy.participants?.list ?? []
  const single = list.length === 1 && (list[0]?.kind === 'user' || list[0]?.kind === 'initiator')
  const mode = policy.approval?.mode ?? 'any'
  return mode === 'any' || single ? [] : [problem('approval.custom_needs_one', named)]
}

function missing(policy: TaskPolicy, named: Named): Problem[] {
  const found: string[] = []
  const { participants, return: back, deadline } = policy
  for (const { kind, value } of participants?.list ?? [])
    if (!value && /^(?:user|role|department|field|handlerOf|expression)$/.test(kind)) found.push(`${kind} value`)
  if (participants?.whenNobody === 'assign' && !participants.whenNobodyUser && !participants.whenNobodyRole)
    found.push('whenNobodyUser / whenNobodyRole')
  if (back?.to === 'listed' && back.elements.length === 0) found.push('retour:return elements')
  if (deadline?.atEnd === 'transfer' && !deadline.transferTo) found.push('retour:deadline transferTo')
  return found.map((what) => problem('bpmn.missing', named, what))
}

/** What the approval vocabulary asks of a diagram beyond known words (approval vocabulary, Decided questions). */
export function checkPolicy(
  process: ParsedProcess,
  nodes: readonly ParsedNode[],
  byId: ReadonlyMap<string, ParsedNode>,
): Problem[] {
  const problems = nodes.flatMap((node) => {
    const { policy } = node
    if (!policy) return []
    const named: Named = node.name === '' ? { id: node.id } : { id: node.id, name: node.name }
    const unknown = namedElements(policy).filter((id) => id !== '' && !byId.has(id))
    return [
      ...unknown.map((id) => problem('approval.unknown_element', named, id)),
      ...thresholds(policy, named),
      ...reminders(policy, named),
      ...customOutcomes(policy, named),
      ...missing(policy, named),
    ]
  })
  const until = process.withdraw
  if (until?.until !== 'element') return problems
  const id = until.element ?? ''
  return byId.has(id) ? problems : [...problems, problem('approval.unknown_element', process, id)]
}
