import type { CaseDetail } from '../../../server/contract/cases.ts'

/**
 * The money of a case as an equation: paid less refunded, less what this case will refund, less what other refunds hold
 * equals what is left. Money that this case holds already counts once, as its own.
 */
export function equationOf({ paid, refunded, thisCase, held, refundable }: CaseDetail['balance']) {
  const own = Math.min(held, thisCase)
  return {
    terms: [
      { key: 'paid', amount: paid },
      { key: 'refunded', amount: refunded },
      { key: 'thisCase', amount: thisCase, back: true },
      { key: 'held', amount: held - own },
    ],
    result: refundable - (thisCase - own),
  }
}
