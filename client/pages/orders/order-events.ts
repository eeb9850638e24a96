import type { CaseSummary } from '../../../server/contract/cases.ts'
import type { State } from '../../components/states.ts'
import type { TimelineEntry } from '../../components/RtTimeline.vue'
import { compareInstants } from './instants.ts'
import { refundGlyph } from './order-words.ts'
import type { OrderDocument, PageOfOrder, Words } from './documents.ts'

const glyphs: Record<OrderDocument['kind'], State> = {
  order: 'approved',
  payment: 'approved',
  shipment: 'approved',
  delivery: 'approved',
  case: 'colleague',
  refund: 'refunded',
  creditNote: 'approved',
}
/** What comes before what when both carry one instant, as in a case that went through by itself. */
const ranks = ['order', 'payment', 'shipment', 'delivery', 'case', 'ledger', 'refund', 'creditNote', 'closed']
const rankOf = (id: string) => ranks.indexOf(id.split(':')[0] ?? '')

const ends: Record<string, State> = { executed: 'approved', rejected: 'rejected' }

/** What happened to the order, newest first: its documents, units that were canceled, and how cases ended. */
export function eventsOf(
  page: PageOfOrder,
  cases: readonly CaseSummary[],
  documents: readonly OrderDocument[],
  words: Words,
): TimelineEntry[] {
  const { order } = page
  const happened: TimelineEntry[] = documents
    .filter(({ state, at }) => state !== 'future' && at !== null)
    .map((document) => {
      const refund = order.refunds.find(({ id }) => document.key === `refund:${id}`)
      return {
        id: document.key,
        state: refund ? refundGlyph(refund) : glyphs[document.kind],
        title: words.t(`orders.events.${document.kind}`, { number: document.number }),
        who: document.kind === 'delivery' || document.kind === 'case' ? null : document.note,
        at: document.at,
      }
    })
  const canceled: TimelineEntry[] = order.ledger
    .filter(({ what }) => what === 'canceled')
    .map((entry) => ({
      id: `ledger:${entry.id}`,
      state: 'closed',
      title: words.t('orders.events.canceled', {
        amount: words.money(
          entry.postings.reduce((sum, { account, amount }) => sum + (account === 'sales' ? amount : 0), 0),
        ),
      }),
      at: entry.at,
    }))
  const closed: TimelineEntry[] = cases
    .filter(({ closedAt }) => closedAt !== null)
    .map((entry) => ({
      id: `closed:${entry.caseNo}`,
      state: ends[entry.state] ?? 'closed',
      title: words.t('orders.events.closed', { number: entry.caseNo }),
      who: words.caseState(entry.state),
      at: entry.closedAt,
    }))
  const all = [...happened, ...canceled, ...closed]
  return all.sort((a, b) => compareInstants(b.at, a.at) || rankOf(b.id) - rankOf(a.id))
}
