import { describe, expect, it } from 'vitest'
import { caseRequest, problemsOf, reasonGroups, type NewCase } from '../../../../client/pages/cases/new-case.ts'

const typed = (change: Partial<NewCase> = {}): NewCase => ({
  kind: 'cancellation',
  chosen: { L1: 2 },
  reason: 'C32',
  reasonText: '',
  channel: 'phone',
  told: true,
  explanation: '',
  alternatives: [],
  noAlternativeWhy: '',
  restockAt: '',
  ...change,
})
const shop = (change: Partial<NewCase> = {}) =>
  typed({
    kind: 'merchantCancellation',
    reason: 'M1',
    told: false,
    explanation: '您订的这款暂时缺货，供应商说十二月中才有货，我们全额退款，非常抱歉。',
    noAlternativeWhy: '没有同款',
    ...change,
  })

describe('a case that staff starts', () => {
  it('is not sent before the customer was told fee and policy', () => {
    expect([...problemsOf(typed({ told: false }), false)]).toEqual(['policySeen'])
  })

  it('needs words of its own where the reason says so', () => {
    expect([...problemsOf(typed(), true)]).toEqual(['reasonText'])
  })

  it('says everything that is missing at once', () => {
    expect([...problemsOf(typed({ chosen: {}, reason: '', told: false }), false)]).toEqual([
      'lines',
      'reason',
      'policySeen',
    ])
  })
})

describe("the shop's own cancellation", () => {
  it('is explained in at least thirty characters, counted as people count', () => {
    expect(problemsOf(shop({ explanation: '缺货。'.repeat(9) }), false).has('explanation')).toBe(true)
    expect(problemsOf(shop({ explanation: '缺货。'.repeat(10) }), false).has('explanation')).toBe(false)
    expect(problemsOf(shop({ explanation: '𠮷'.repeat(15) }), false).has('explanation')).toBe(true)
  })

  it('offers an alternative, or says why there is none', () => {
    const alternative = { sku: 'HM-2', name: '同款灰色', difference: '-10', eta: '3 天' }

    expect([...problemsOf(shop({ noAlternativeWhy: ' ' }), false)]).toEqual(['noAlternativeWhy'])
    expect([...problemsOf(shop({ alternatives: [alternative], noAlternativeWhy: '' }), false)]).toEqual([])
    expect([...problemsOf(shop({ alternatives: [{ ...alternative, difference: '十元' }] }), false)]).toEqual([
      'alternatives',
    ])
  })

  it('sends amounts in minor units, and no question about what the customer has seen', () => {
    const request = caseRequest(
      'SO261125-0002',
      shop({
        alternatives: [{ sku: ' HM-2 ', name: '同款灰色', difference: '-10.50', eta: '3 天' }],
        restockAt: '2026-12-15',
      }),
    )

    expect(request).toMatchObject({
      channelIn: 'internal',
      request: { lines: [{ orderLineId: 'L1', quantity: 2 }], policySeen: true },
      merchant: {
        alternatives: [{ sku: 'HM-2', priceDifference: -1050 }],
        restockAt: '2026-12-15',
      },
    })
    expect(request.merchant).not.toHaveProperty('noAlternativeWhy')
  })
})

describe('the reasons', () => {
  const reason = (code: string, parent: string | null, by: 'customer' | 'merchant', order: number, active = true) => ({
    code,
    parent,
    zh: code,
    en: code,
    active,
    order,
    by,
    fault: 'none',
    needsText: false,
  })

  it('are those of one side, in groups, without what is no longer in use', () => {
    const groups = reasonGroups(
      [
        reason('C1', null, 'customer', 1),
        reason('C12', 'C1', 'customer', 3),
        reason('C11', 'C1', 'customer', 2),
        reason('C13', 'C1', 'customer', 4, false),
        reason('C2', null, 'customer', 5),
        reason('M', null, 'merchant', 6),
        reason('M1', 'M', 'merchant', 7),
      ],
      'customer',
    )

    expect(groups.map(({ code, reasons }) => [code, reasons.map((one) => one.code)])).toEqual([['C1', ['C11', 'C12']]])
  })
})
