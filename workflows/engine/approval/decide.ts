import type { ApprovalPolicy } from '../../model/approval.ts'
import type { WorkItem } from '../instance.ts'

export type Decision =
  | { state: 'open' }
  /** Whose turn it is next (in turn only). */
  | { state: 'next'; itemId: string }
  | { state: 'decided'; outcome: 'approved' | 'rejected' }

const open: Decision = { state: 'open' }
const decided = (outcome: 'approved' | 'rejected'): Decision => ({ state: 'decided', outcome })

const agrees = (item: WorkItem) => item.state === 'approved' || item.state === 'skipped'
const isPending = (item: WorkItem) => item.state === 'open' || item.state === 'waiting'

type Rule = (items: readonly WorkItem[], rejectAt: ApprovalPolicy['rejectAt']) => Decision

function anyOf(items: readonly WorkItem[], rejectAt: ApprovalPolicy['rejectAt']): Decision {
  if (items.some(agrees)) return decided('approved')
  if (rejectAt === 'first' && items.some((item) => item.state === 'rejected')) return decided('rejected')
  return items.some(isPending) ? open : decided('rejected')
}

function allOf(items: readonly WorkItem[]): Decision {
  // One rejection also makes agreement unreachable, so both values of rejectAt end here at the first.
  if (items.some((item) => item.state === 'rejected')) return decided('rejected')
  return items.every(agrees) ? decided('approved') : open
}

function inTurn(items: readonly WorkItem[]): Decision {
  const together = allOf(items)
  if (together.state === 'decided' || items.some((item) => item.state === 'open')) return together
  const next = items.find((item) => item.state === 'waiting')
  return next ? { state: 'next', itemId: next.id } : together
}

const rules: Record<'any' | 'all' | 'sequence', Rule> = { any: anyOf, all: allOf, sequence: inTurn }

/**
 * The verdict of a step as a function of its policy and its items, nothing else. Skipped items count as approved,
 * canceled ones do not count.
 * @throws RangeError for a mode that deployment refuses
 */
export function decide(policy: ApprovalPolicy, items: readonly WorkItem[]): Decision {
  const rule = policy.mode === 'ratio' || policy.mode === 'count' ? undefined : rules[policy.mode]
  if (!rule) throw new RangeError(`approval mode ${policy.mode} is refused at deployment`)
  const counted = items.filter((item) => item.state !== 'canceled')
  return counted.length === 0 ? open : rule(counted, policy.rejectAt)
}
