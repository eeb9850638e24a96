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
const verdict = (
  mode: ApprovalPolicy['mode'],
  states: WorkItemState[],
  rejectAt: ApprovalPolicy['rejectAt'] = 'first',
) => {
  const decision = decide({ mode, rejectAt }, states.map(item))
  return decision.state === 'decided'
    ? decision.outcome
    : decision.state === 'next'
      ? `next ${decision.itemId}`
      : 'open'
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
    ['sequence', ['waiting', 'waiting'], 'first', 'next 1'],
    ['sequence', ['open', 'waiting'], 'first', 'open'],
    ['sequence', ['approved', 'waiting'], 'first', 'next 2'],
    ['sequence', ['approved', 'approved'], 'first', 'approved'],
    ['sequence', ['rejected', 'waiting'], 'first', 'rejected'],
    ['any', [], 'first', 'open'],
  ])('%s of %j with rejectAt %s is %s', (mode, states, rejectAt, expected) => {
    expect(verdict(mode, states, rejectAt)).toBe(expected)
  })

  it('has no verdict for a mode that deployment refuses', () => {
    expect(() => verdict('ratio', ['open'])).toThrow(RangeError)
  })
})
