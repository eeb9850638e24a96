import type { ApprovalPolicy } from '../../model/approval.ts'
import type { WorkItem } from '../instance.ts'
import { countStandings } from './groups.ts'

export type Decision = { state: 'open' } | { state: 'decided'; outcome: 'approved' | 'rejected' }

const open: Decision = { state: 'open' }
const decided = (outcome: 'approved' | 'rejected'): Decision => ({ state: 'decided', outcome })

interface Count {
  approved: number
  rejected: number
  all: number
}

/** Whether so many approvals are enough, by mode. A count is capped at the number of those who are asked. */
const enough: Record<ApprovalPolicy['mode'], (approved: number, all: number, threshold: number) => boolean> = {
  any: (approved) => approved > 0,
  all: (approved, all) => approved === all,
  sequence: (approved, all) => approved === all,
  // Quotients of whole numbers are the nearest to the true value, as a threshold is, so they meet exactly.
  ratio: (approved, all, threshold) => approved / all >= threshold,
  count: (approved, all, threshold) => approved >= Math.min(threshold, all),
}

const rules: Record<ApprovalPolicy['rejectAt'], (count: Count, reached: (approved: number) => boolean) => boolean> = {
  first: ({ rejected }) => rejected > 0,
  unreachable: ({ rejected, all }, reached) => !reached(all - rejected),
}

/**
 * The verdict of a step as a function of its policy and its items, nothing else. Skipped items count as approved,
 * canceled ones do not count; the signers that somebody added count together with him.
 */
export function decide(policy: ApprovalPolicy, items: readonly WorkItem[]): Decision {
  const { approved, rejected, pending } = countStandings(items)
  const count: Count = { approved, rejected, all: approved + rejected + pending }
  if (count.all === 0) return open
  const reached = (approved: number) => enough[policy.mode](approved, count.all, policy.threshold ?? 1)
  if (reached(count.approved)) return decided('approved')
  return rules[policy.rejectAt](count, reached) ? decided('rejected') : open
}
