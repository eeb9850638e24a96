import { describe, expect, it } from 'vitest'
import { caseRecord, caseState, isCase, type RecordSource } from '../../../server/cases/record.rules.ts'

const aCase = (over: Partial<RecordSource> = {}): RecordSource => ({
  id: 'AS2611230001',
  processId: 'cancel-order',
  definitionVersion: 2,
  businessKey: 'AS2611230001',
  state: 'active',
  initiator: 'customer',
  startedAt: '2026-11-23T02:00:00.000Z',
  endedAt: null,
  variables: {
    case: { caseNo: 'AS2611230001', kind: 'cancellation', title: '取消·郑书瑶', channelIn: 'web' },
    order: { orderNo: 'SO261112-0427', currency: 'CNY' },
    customer: { id: 'C0017', name: '郑书瑶', tier: 'silver' },
    req: { reason: 'C32' },
    preview: { refund: 56840, path: 'staff' },
  },
  ...over,
})

describe('the record of a case', () => {
  it('shows the previewed amount until the refund is worked out, then that', () => {
    const before = caseRecord(aCase())
    const after = caseRecord(
      aCase({ variables: { ...aCase().variables, refund: { amount: 50000, state: 'previewed' } } }),
    )

    expect([before.amount, before.refunded]).toEqual([56840, 0])
    expect([after.amount, after.refunded]).toEqual([50000, 0])
  })

  it('is not kept twice: a called process works on the case of its caller', () => {
    expect(isCase(aCase({ parent: null }))).toBe(true)
    expect(isCase(aCase({ parent: { processInstanceId: 'AS2611230001' } }))).toBe(false)
  })

  it('counts as refunded only what has arrived', () => {
    const variables = { ...aCase().variables, refund: { amount: 50000, state: 'unknown' } }

    expect(caseRecord(aCase({ variables })).refunded).toBe(0)
    expect(
      caseRecord(aCase({ variables: { ...variables, refund: { amount: 50000, state: 'succeeded' } } })).refunded,
    ).toBe(50000)
  })

  it.each([
    ['open while the instance runs', { state: 'active' as const }, 'open'],
    ['canceled when the instance was ended from outside', { state: 'terminated' as const }, 'canceled'],
  ])('is %s', (_, over, expected) => {
    expect(caseState(aCase(over))).toBe(expected)
  })

  it.each(['executed', 'rejected', 'withdrawn', 'kept'])('ends as %s when closing it said so', (outcome) => {
    const variables = { ...aCase().variables, case: { caseNo: 'AS2611230001', outcome } }

    expect(caseState(aCase({ state: 'completed', variables }))).toBe(outcome)
  })

  it('is not made of an instance that holds no case', () => {
    expect(isCase(aCase())).toBe(true)
    expect(isCase(aCase({ businessKey: null }))).toBe(false)
    expect(isCase(aCase({ variables: {} }))).toBe(false)
  })
})
