import { describe, expect, it } from 'vitest'
import { refuseWithdraw } from '../../../../workflows/engine/approval/withdraw.ts'
import type { WorkItem } from '../../../../workflows/engine/instance.ts'
import type { WithdrawPolicy } from '../../../../workflows/model/approval.ts'

const answered: WorkItem = { id: '1', who: 'wang', state: 'approved', openedAt: '', answeredAt: 'then', comment: null }
const waiting: WorkItem = { ...answered, id: '2', state: 'open', answeredAt: null }
const withdraw = (until: WithdrawPolicy['until'] | null, items: WorkItem[] = [], by = 'li', element?: string) =>
  refuseWithdraw({
    policy: until && { until, to: 'canceled', ...(element && { element }) },
    initiator: 'li',
    by,
    ended: false,
    decidedElsewhere: false,
    items,
    wasEntered: (id) => id === 'ship',
  })?.code ?? 'ok'

describe('taking a case back', () => {
  it('is for the initiator alone', () => {
    expect(withdraw('always', [], 'wang')).toBe('withdraw.not_initiator')
  })

  it('ends with the first decision, also when the diagram says nothing', () => {
    expect([withdraw(null, [waiting]), withdraw('handled', [waiting])]).toEqual(['ok', 'ok'])
    expect([withdraw(null, [answered]), withdraw('handled', [answered])]).toEqual([
      'withdraw.too_late',
      'withdraw.too_late',
    ])
  })

  it('ends when an element was entered, always works, or never', () => {
    expect(withdraw('element', [answered], 'li', 'pack')).toBe('ok')
    expect(withdraw('element', [], 'li', 'ship')).toBe('withdraw.too_late')
    expect([withdraw('always', [answered]), withdraw('never')]).toEqual(['ok', 'withdraw.too_late'])
  })
})
