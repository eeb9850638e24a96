import type { Static } from 'typebox'
import type { CaseSummary } from '../../../server/contract/cases.ts'
import type { OrderPage, Payment, RefundOperation, Shipment } from '../../../server/contract/orders.ts'
import type { ChainDocument } from '../../components/RtChain.vue'
import { compareInstants } from './instants.ts'

export type PageOfOrder = Static<typeof OrderPage>

export type DocumentKind = 'order' | 'payment' | 'shipment' | 'delivery' | 'case' | 'refund' | 'creditNote'

/** One paper of an order: on the way out, or on the way back. Amounts in minor units. */
export interface OrderDocument {
  readonly key: string
  readonly kind: DocumentKind
  readonly side: 'out' | 'back'
  /** done: happened. now: the case is here. future: what the running case will do, never more. */
  readonly state: 'done' | 'now' | 'future'
  readonly number: string | null
  readonly at: string | null
  readonly amount: number | null
  readonly quantity: number | null
  readonly note: string
  /** The page behind it. */
  readonly to: string | null
}

/** How codes and numbers are said; the language of the page, or a plain one in tests. */
export interface Words {
  t(key: string, values?: Record<string, unknown>): string
  /** An amount in a sentence, with its symbol. */
  money(amount: number): string
  /** An amount in a column or on a card, without. */
  figure(amount: number): string
  instant(at: string): string
  duration(milliseconds: number): string
  channel(code: string): string
  method(code: string): string
  paymentState(code: string): string
  refundState(code: string): string
  shipmentState(code: string): string
  caseState(code: string): string
}

const quantityOf = (shipment: Shipment) => shipment.lines.reduce((sum, { quantity }) => sum + quantity, 0)
const isSettled = (refund: RefundOperation) => refund.state === 'succeeded' || refund.state === 'failed'

/** The case stands at the refund once money is on its way; before, at the case itself. */
function caseStateOf(entry: CaseSummary, refunds: readonly RefundOperation[]): 'done' | 'now' {
  const moves = refunds.some((refund) => refund.caseNo === entry.caseNo && refund.state !== 'failed')
  return entry.state === 'open' && !moves ? 'now' : 'done'
}

const whereOf = (entry: CaseSummary, words: Words) =>
  entry.state === 'open'
    ? [...new Set(entry.steps.map(({ name }) => name))].join(words.t('orders.comma')) || words.caseState('open')
    : words.caseState(entry.state)

/**
 * Every document that exists, out before back, each side in the order of time; behind them what a running case will
 * still do: its refund, and the credit note when the order was invoiced.
 */
export function documentsOf(page: PageOfOrder, cases: readonly CaseSummary[], words: Words): OrderDocument[] {
  const { order, creditNotes } = page
  const none = { state: 'done', number: null, at: null, amount: null, quantity: null, note: '', to: null } as const
  const byTime = <T>(items: readonly T[], at: (item: T) => string | null) =>
    [...items].sort((a, b) => compareInstants(at(a), at(b)))
  const methodOf = (paymentId: string) => words.method(order.payments.find(({ id }) => id === paymentId)?.method ?? '')

  const out = [
    {
      ...none,
      key: 'order',
      kind: 'order' as const,
      number: order.orderNo,
      at: order.placedAt,
      amount: order.total,
      note: words.channel(order.channel),
    },
    ...byTime(order.payments, (payment: Payment) => payment.paidAt).map((payment) => ({
      ...none,
      key: `payment:${payment.id}`,
      kind: 'payment' as const,
      number: payment.paymentNo,
      at: payment.paidAt,
      amount: payment.captured || payment.authorized,
      note: `${words.method(payment.method)}${words.t('orders.comma')}${words.paymentState(payment.state)}`,
    })),
    ...byTime(order.shipments, (shipment: Shipment) => shipment.handedAt).map((shipment) => ({
      ...none,
      key: `shipment:${shipment.shipmentNo}`,
      kind: 'shipment' as const,
      number: shipment.shipmentNo,
      at: shipment.handedAt,
      quantity: quantityOf(shipment),
      note: `${shipment.carrier}${words.t('orders.comma')}${words.shipmentState(shipment.state)}`,
    })),
    ...byTime(
      order.shipments.filter(({ signedAt }) => signedAt !== null),
      (shipment: Shipment) => shipment.signedAt,
    ).map((shipment) => ({
      ...none,
      key: `delivery:${shipment.shipmentNo}`,
      kind: 'delivery' as const,
      number: shipment.trackingNo,
      at: shipment.signedAt,
      quantity: quantityOf(shipment),
      note: words.instant(shipment.signedAt ?? ''),
    })),
  ].map((document) => ({ ...document, side: 'out' as const }))

  const running = cases.filter(
    (entry) =>
      entry.state === 'open' &&
      !order.refunds.some(({ caseNo, state }) => caseNo === entry.caseNo && state !== 'failed'),
  )
  const toRefund = running.reduce((sum, { amount }) => sum + amount, 0)
  const inFlight = order.refunds.filter((refund) => !isSettled(refund)).reduce((sum, { amount }) => sum + amount, 0)
  const toCredit = order.invoiceNo === null ? 0 : toRefund + inFlight

  const back = [
    ...byTime(cases, (entry: CaseSummary) => entry.openedAt).map((entry) => ({
      ...none,
      key: `case:${entry.caseNo}`,
      kind: 'case' as const,
      state: caseStateOf(entry, order.refunds),
      number: entry.caseNo,
      at: entry.openedAt,
      amount: entry.amount,
      note: whereOf(entry, words),
      to: `/cases/${encodeURIComponent(entry.caseNo)}`,
    })),
    ...byTime(order.refunds, (refund: RefundOperation) => refund.claimedAt).map((refund) => ({
      ...none,
      key: `refund:${refund.id}`,
      kind: 'refund' as const,
      state: isSettled(refund) ? ('done' as const) : ('now' as const),
      number: refund.refundNo,
      at: refund.settledAt ?? refund.claimedAt,
      amount: refund.amount,
      note: `${methodOf(refund.paymentId)}${words.t('orders.comma')}${words.refundState(refund.state)}`,
    })),
    ...byTime(creditNotes, ({ issuedAt }) => issuedAt).map((note) => ({
      ...none,
      key: `creditNote:${note.creditNoteNo}`,
      kind: 'creditNote' as const,
      number: note.creditNoteNo,
      at: note.issuedAt,
      amount: note.total,
      note: words.t('orders.chain.against', { invoice: note.invoiceNo }),
    })),
    ...(toRefund > 0
      ? [
          {
            ...none,
            key: 'refund:next',
            kind: 'refund' as const,
            state: 'future' as const,
            amount: toRefund,
            note: words.t('orders.chain.refundNext'),
          },
        ]
      : []),
    ...(toCredit > 0
      ? [
          {
            ...none,
            key: 'creditNote:next',
            kind: 'creditNote' as const,
            state: 'future' as const,
            amount: -toCredit,
            note: words.t('orders.chain.creditNext', { invoice: order.invoiceNo }),
          },
        ]
      : []),
  ].map((document) => ({ ...document, side: 'back' as const }))

  return [...out, ...back]
}

const sumOf = (documents: readonly OrderDocument[], of: (document: OrderDocument) => number | null) =>
  documents.reduce((sum, document) => sum + (of(document) ?? 0), 0)

/** Documents of one kind share a card, so that the bend stays readable: two refunds are one card that says 2. */
function cardOf(documents: readonly OrderDocument[], words: Words): ChainDocument {
  const first = documents[0]!
  const last = documents.at(-1)!
  const figure = documents.some(({ amount }) => amount !== null)
    ? words.figure(sumOf(documents, ({ amount }) => amount))
    : words.t('orders.pieces', { count: sumOf(documents, ({ quantity }) => quantity) })
  const state = documents.some((document) => document.state === 'now') ? 'now' : first.state
  return {
    key: documents.length === 1 ? first.key : `${first.kind}s`,
    kind: words.t(`orders.chain.${first.kind}`),
    number: documents.length === 1 ? first.number : words.t('orders.chain.several', { count: documents.length }),
    figure,
    note: last.note,
    state,
    openable:
      first.kind === 'payment' || first.kind === 'refund'
        ? state !== 'future'
        : documents.length === 1 && first.to !== null,
  }
}

/** The bend: what went out, what comes back, and what stands at the turn. */
export function chainOf(
  documents: readonly OrderDocument[],
  cases: readonly CaseSummary[],
  words: Words,
): { out: ChainDocument[]; back: ChainDocument[]; turn: { title: string; lines: string[] } | undefined } {
  const cards = (side: 'out' | 'back') => {
    const groups = new Map<string, OrderDocument[]>()
    for (const document of documents) {
      if (document.side !== side) continue
      const key = `${document.kind}${document.state === 'future' ? ':future' : ''}`
      groups.set(key, [...(groups.get(key) ?? []), document])
    }
    return [...groups.values()].map((group) => cardOf(group, words))
  }
  const asked = cases.find(({ state }) => state === 'open') ?? cases[0]
  return { out: cards('out'), back: cards('back'), turn: asked ? turnOf(asked, documents, words) : undefined }
}

/** Who asked, when, and how long after the last thing that had happened to the order by then. */
function turnOf(asked: CaseSummary, documents: readonly OrderDocument[], words: Words) {
  const before = documents
    .filter(({ side, at }) => side === 'out' && at !== null && at <= asked.openedAt)
    .sort((a, b) => compareInstants(a.at, b.at))
    .at(-1)
  return {
    title: words.t(asked.kind === 'merchantCancellation' ? 'orders.chain.shopAsks' : 'orders.chain.customerAsks'),
    lines: [
      words.instant(asked.openedAt),
      ...(before
        ? [
            words.t(`orders.chain.after.${before.kind}`, {
              length: words.duration(Date.parse(asked.openedAt) - Date.parse(before.at!)),
            }),
          ]
        : []),
    ],
  }
}
