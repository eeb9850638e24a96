import type { Result } from '../../workflows/model/problem.ts'
import { ok, refuse } from '../../workflows/model/problem.ts'
import type { Clock, CollectionSpec, Page, Store } from '../../workflows/runtime/ports.ts'
import { changeAggregate } from '../change-aggregate.ts'
import type { CreditNote } from '../contract/orders.ts'
import type { CounterDocument } from '../numbers.ts'
import type { OrderRecord } from '../orders/order.rules.ts'
import { orderNotFound } from '../orders/orders.ts'
import type { Orders } from '../orders/orders.ts'
import { creditNoteOf } from './credit-note.rules.ts'

export const creditNoteCollections: CollectionSpec[] = [
  {
    name: 'creditNotes',
    indexes: [{ fields: ['orderNo'] }, { fields: ['issuedAt'] }],
  },
]

export type CreditNotes = ReturnType<typeof createCreditNotes>

/** Numbered documents that mirror refunds. A number is taken and its document written in one commit, so there is no gap. */
export function createCreditNotes({ store, orders, clock }: { store: Store; orders: Orders; clock: Clock }) {
  /** Documents have their refund's number as id: a refund has one credit note at most. */
  const ofRefund = async (refundNo: string): Promise<CreditNote | null> =>
    (await store.load<CreditNote>('creditNotes', refundNo))?.data ?? null

  return {
    /** The credit note of a refund, issued now or before; null when the order was never invoiced. */
    async issue(orderNo: string, refundNo: string): Promise<Result<CreditNote | null>> {
      const order: OrderRecord | undefined = (await orders.load(orderNo))?.order
      if (!order) return orderNotFound(orderNo)
      if (order.invoiceNo === null) return ok(null)
      const invoiceNo = order.invoiceNo
      const now = clock.now()
      const series = `CR${now.slice(0, 4)}`
      return changeAggregate<CounterDocument, CreditNote>(store, 'counters', series, async (current) => {
        // The counter comes with its earlier documents written; one that is written later changes the counter and fails this commit.
        const before = await ofRefund(refundNo)
        if (before) return ok({ unchanged: true, answer: before })
        const number = (current?.data.last ?? 0) + 1
        const note = creditNoteOf(order, refundNo, {
          creditNoteNo: `${series}-${String(number).padStart(6, '0')}`,
          invoiceNo,
          issuedAt: now,
        })
        if (!note)
          return refuse('credit_note.nothing_refunded', {
            zh: '退款还没有到账，不能开红字单。',
            en: 'Expected a refund that succeeded, but there is none.',
          })
        return ok({
          data: { last: number, taken: [] },
          followUps: [{ kind: 'insert', collection: 'creditNotes', id: refundNo, data: note }],
          answer: note,
        })
      })
    },

    async ofOrder(orderNo: string): Promise<CreditNote[]> {
      const page = await store.find<CreditNote>('creditNotes', {
        filter: { orderNo },
        sort: [['issuedAt', 1]],
        limit: 1000,
      })
      return page.items.map((item) => item.data)
    },

    list(query: { limit: number; after?: string }): Promise<Page<CreditNote>> {
      return store.find<CreditNote>('creditNotes', {
        sort: [['issuedAt', -1]],
        limit: query.limit,
        ...(query.after === undefined ? {} : { after: query.after }),
      })
    },
  }
}
