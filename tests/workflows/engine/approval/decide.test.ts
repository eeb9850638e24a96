import { describe, expect, it } from 'vitest'
import { decide } from '../../../../workflows/engine/approval/decide.ts'
import type { WorkItem, WorkItemState } from '../../../../workflows/engine/instance.ts'
import type { ApprovalPolicy } from '../../../../workflows/model/approval.ts'

const item = (state: WorkItemState, index: number): WorkItem => ({
  id: String(index + 1),
  who: `user-${index + 1}`,
  state,
  openedAt: null,
  answeredAt: null,
  comment: null,
})
const verdict = (policy: Partial<ApprovalPolicy>, items: WorkItem[]) => {
  const decision = decide({ mode: 'any', rejectAt: 'first', ...policy }, items)
  return decision.state === 'decided' ? decision.outcome : 'open'
}

describe('the decision of an approval step', () => {
  it.each<[ApprovalPolicy['mode'], WorkItemState[], ApprovalPolicy['rejectAt'], string]>([
    ['any', ['open', 'open'], 'first', 'open'],
    ['any', ['approved', 'open'], 'first', 'approved'],
    ['any', ['skipped', 'open'], 'first', 'approved'],
    ['any', ['rejected', 'open'], 'first', 'rejected'],
    ['any', ['rejected', 'open'], 'unreachable', 'open'],
    ['any', ['rejected', 'approved'], 'unreachable', 'approved'],
    ['any', ['rejected', 'rejected'], 'unreachable', 'rejected'],
    ['any', ['canceled', 'open'], 'first', 'open'],
    ['all', ['approved', 'open'], 'first', 'open'],
    ['all', ['approved', 'skipped'], 'first', 'approved'],
    ['all', ['approved', 'canceled'], 'first', 'approved'],
    ['all', ['rejected', 'open'], 'first', 'rejected'],
    ['all', ['rejected', 'open'], 'unreachable', 'rejected'],
    ['sequence', ['waiting', 'waiting'], 'first', 'open'],
    ['sequence', ['approved', 'waiting'], 'first', 'open'],
    ['sequence', ['approved', 'approved'], 'first', 'approved'],
    ['sequence', ['rejected', 'waiting'], 'first', 'rejected'],
    ['sequence', ['rejected', 'waiting'], 'unreachable', 'rejected'],
    ['any', [], 'first', 'open'],
  ])('%s of %j with rejectAt %s is %s', (mode, states, rejectAt, expected) => {
    expect(verdict({ mode, rejectAt }, states.map(item))).toBe(expected)
  })

  it.each<[number, WorkItemState[], ApprovalPolicy['rejectAt'], string]>([
    [0.5, ['approved', 'open'], 'first', 'approved'],
    [0.5, ['rejected', 'open'], 'first', 'rejected'],
    [0.5, ['rejected', 'open'], 'unreachable', 'open'],
    [0.5, ['rejected', 'rejected', 'open', 'open'], 'unreachable', 'open'],
    [0.5, ['rejected', 'rejected', 'rejected', 'open'], 'unreachable', 'rejected'],
    [0.67, ['approved', 'approved', 'open'], 'unreachable', 'open'],
    [0.67, ['approved', 'approved', 'rejected'], 'unreachable', 'rejected'],
    [0.6, ['approved', 'approved', 'skipped', 'open', 'open'], 'unreachable', 'approved'],
    [1, ['approved', 'approved'], 'unreachable', 'approved'],
    [1, ['approved', 'rejected'], 'unreachable', 'rejected'],
  ])('a share of %d of %j with rejectAt %s is %s', (threshold, states, rejectAt, expected) => {
    expect(verdict({ mode: 'ratio', threshold, rejectAt }, states.map(item))).toBe(expected)
  })

  it.each<[number, WorkItemState[], ApprovalPolicy['rejectAt'], string]>([
    [2, ['approved', 'open', 'open'], 'first', 'open'],
    [2, ['approved', 'approved', 'open'], 'first', 'approved'],
    [2, ['approved', 'rejected', 'open'], 'first', 'rejected'],
    [2, ['approved', 'rejected', 'open'], 'unreachable', 'open'],
    [2, ['rejected', 'rejected', 'open'], 'unreachable', 'rejected'],
    [5, ['approved', 'approved'], 'first', 'approved'],
  ])('%d of %j with rejectAt %s is %s', (threshold, states, rejectAt, expected) => {
    expect(verdict({ mode: 'count', threshold, rejectAt }, states.map(item))).toBe(expected)
  })

  it('counts a holder and the signers he added as one', () => {
    const policy = { mode: 'ratio', threshold: 0.5, rejectAt: 'unreachable' } as const
    const group = (...states: WorkItemState[]) =>
      states.map((state, index) => ({ ...item(state, index), ...(index > 0 && { under: String(index) }) }))
    const other = (state: WorkItemState) => ({ ...item(state, 8), id: '9' })
    expect(verdict(policy, [...group('approved', 'open'), other('open')])).toBe('open')
    expect(verdict(policy, [...group('approved', 'approved'), other('open')])).toBe('approved')
    expect(verdict(policy, [...group('approved', 'rejected'), other('open')])).toBe('open')
    expect(verdict(policy, [...group('approved', 'rejected'), other('rejected')])).toBe('rejected')
    expect(verdict(policy, [...group('approved', 'canceled'), other('open')])).toBe('approved')
    expect(verdict(policy, [...group('approved', 'open', 'rejected'), other('rejected')])).toBe('rejected')
  })
})
