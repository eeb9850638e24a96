import { describe, expect, it } from 'vitest'
import { chainOf, documentsOf, type PageOfOrder, type Words } from '../../../../client/pages/orders/documents.ts'
import { eventsOf } from '../../../../client/pages/orders/order-events.ts'
import type { CaseSummary } from '../../../../server/contract/cases.ts'
import { aCaseSummary, aCreditNote, anOrderPage, aPayment, aRefund, aShipment } from '../../../support/an-order-page.ts'

const plain = (code: string) => code
const words: Words = {
  t: (key, values) => [key.replace('orders.', ''), ...Object.values(values ?? {})].join(' '),
  money: (amount) => String(amount),
  figure: (amount) => String(amount),
  instant: (at) => at.slice(0, 16),
  duration: (milliseconds) => `${milliseconds / 60_000} min`,
  channel: plain,
  method: plain,
  paymentState: plain,
  refundState: plain,
  shipmentState: plain,
  caseState: plain,
}

const told = (page: PageOfOrder, cases: CaseSummary[] = []) =>
  documentsOf(page, cases, words).map(({ side, kind, state, number }) => `${side} ${kind} ${state} ${number ?? '-'}`)

describe('the documents of an order', () => {
  it('are only what exists, while nothing comes back', () => {
    expect(told(anOrderPage({ shipments: [aShipment()] }))).toEqual([
      'out order done SO261112-0427',
      'out payment done PAY261112-1183',
      'out shipment done OUT-26111307',
    ])
  })

  it('add the delivery once the goods are signed for', () => {
    const page = anOrderPage({ shipments: [aShipment({ state: 'delivered', signedAt: '2026-11-15T03:20:00Z' })] })

    expect(told(page).at(-1)).toBe('out delivery done SF144039267751')
  })

  it('stand at the case while it is decided, with refund and credit note still to come', () => {
    expect(told(anOrderPage(), [aCaseSummary()]).slice(2)).toEqual([
      'back case now AS2611190001',
      'back refund future -',
      'back creditNote future -',
    ])
  })

  it('promise no credit note for an order that was never invoiced', () => {
    expect(told(anOrderPage({ invoiceNo: null }), [aCaseSummary()]).slice(2)).toEqual([
      'back case now AS2611190001',
      'back refund future -',
    ])
  })

  it('promise nothing for a case that gives no money back', () => {
    expect(told(anOrderPage({ payments: [] }), [aCaseSummary({ amount: 0 })]).slice(1)).toEqual([
      'back case now AS2611190001',
    ])
  })

  it.each(['claimed', 'submitted', 'unknown'])('move on to a refund that is %s', (state) => {
    const page = anOrderPage({ refunds: [aRefund({ state, settledAt: null })] })

    expect(told(page, [aCaseSummary()]).slice(2)).toEqual([
      'back case done AS2611190001',
      'back refund now RF261119-0874',
      'back creditNote future -',
    ])
  })

  it('come back to the case when its refund failed', () => {
    const page = anOrderPage({ refunds: [aRefund({ state: 'failed' })] })

    expect(told(page, [aCaseSummary()]).slice(2)).toEqual([
      'back case now AS2611190001',
      'back refund done RF261119-0874',
      'back refund future -',
      'back creditNote future -',
    ])
  })

  it('promise nothing more once the case has ended', () => {
    const page = anOrderPage({ refunds: [aRefund()], creditNotes: [aCreditNote()] })

    expect(told(page, [aCaseSummary({ state: 'executed', closedAt: '2026-11-19T14:01:00Z' })]).slice(2)).toEqual([
      'back case done AS2611190001',
      'back refund done RF261119-0874',
      'back creditNote done CR2026-000036',
    ])
    expect(told(anOrderPage(), [aCaseSummary({ state: 'rejected' })]).slice(2)).toEqual(['back case done AS2611190001'])
  })
})

describe('the bend', () => {
  const bend = (page: PageOfOrder, cases: CaseSummary[]) => chainOf(documentsOf(page, cases, words), cases, words)

  it('has no way back and no turn where nobody asked', () => {
    const { out, back, turn } = bend(anOrderPage(), [])

    expect(out.map(({ kind }) => kind)).toEqual(['chain.order', 'chain.payment'])
    expect(back).toEqual([])
    expect(turn).toBeUndefined()
  })

  it('puts documents of one kind on one card with their number and sum', () => {
    const page = anOrderPage({
      payments: [
        aPayment({ id: 'P1', captured: 20000 }),
        aPayment({ id: 'P2', paymentNo: 'PAY261112-1184', captured: 39800, paidAt: '2026-11-12T12:20:00Z' }),
      ],
    })

    expect(bend(page, []).out[1]).toMatchObject({ key: 'payments', number: 'chain.several 2', figure: '59800' })
  })

  it('keeps what is to come apart from what has come', () => {
    const page = anOrderPage({ refunds: [aRefund({ caseNo: 'AS2611180001' })] })
    const cases = [
      aCaseSummary({ amount: 10000 }),
      aCaseSummary({ caseNo: 'AS2611180001', state: 'executed', openedAt: '2026-11-18T01:00:00Z' }),
    ]

    const { back } = bend(page, cases)

    expect(back.map(({ kind, state, figure }) => [kind, state, figure])).toEqual([
      ['chain.case', 'now', '39900'],
      ['chain.refund', 'done', '29900'],
      ['chain.refund', 'future', '10000'],
      ['chain.creditNote', 'future', '-10000'],
    ])
  })

  it('says at the turn who asked and how long after what', () => {
    const shipped = anOrderPage({ shipments: [aShipment({ signedAt: '2026-11-19T12:32:00Z' })] })

    expect(bend(shipped, [aCaseSummary()]).turn).toEqual({
      title: 'chain.customerAsks',
      lines: ['2026-11-19T13:02', 'chain.after.delivery 30 min'],
    })
    expect(bend(anOrderPage(), [aCaseSummary({ kind: 'merchantCancellation' })]).turn?.title).toBe('chain.shopAsks')
  })
})

describe('the history', () => {
  it('has the newest first, and at one instant the end of a case before what led to it', () => {
    const at = '2026-11-19T14:00:00Z'
    const page = anOrderPage({
      refunds: [aRefund({ settledAt: at })],
      creditNotes: [aCreditNote({ issuedAt: at })],
      ledger: [
        { id: 'canceled:x', at, what: 'canceled', document: 'x', postings: [{ account: 'sales', amount: 29900 }] },
      ],
    })
    const cases = [aCaseSummary({ state: 'executed', openedAt: at, closedAt: at })]

    const events = eventsOf(page, cases, documentsOf(page, cases, words), words)

    expect(events.map(({ title }) => title)).toEqual([
      'events.closed AS2611190001',
      'events.creditNote CR2026-000036',
      'events.refund RF261119-0874',
      'events.canceled 29900',
      'events.case AS2611190001',
      'events.payment PAY261112-1183',
      'events.order SO261112-0427',
    ])
  })

  it('tells nothing that has not happened', () => {
    const page = anOrderPage({ payments: [aPayment({ state: 'authorized', captured: 0, paidAt: null })] })
    const cases = [aCaseSummary()]

    const events = eventsOf(page, cases, documentsOf(page, cases, words), words)

    expect(events.map(({ id }) => id)).toEqual(['case:AS2611190001', 'order'])
  })
})
