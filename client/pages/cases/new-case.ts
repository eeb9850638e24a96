import { parseMinor } from '../../components/format.ts'
import type { CaseKind, OpenCaseRequest } from '../../../server/contract/cases.ts'
import type { CatalogContent } from '../../../server/contract/packs.ts'

/** An explanation that says what happened and what is done takes at least so many characters. */
export const EXPLANATION_LEAST = 30

/** One alternative as it is typed; the difference in yuan. */
export interface TypedAlternative {
  sku: string
  name: string
  difference: string
  eta: string
}

/** A new case as it is typed. `chosen` holds quantities by line. */
export interface NewCase {
  kind: CaseKind
  chosen: Record<string, number>
  reason: string
  reasonText: string
  channel: string
  /** The customer was told fee and policy. */
  told: boolean
  explanation: string
  alternatives: TypedAlternative[]
  noAlternativeWhy: string
  restockAt: string
}

export const emptyAlternative = (): TypedAlternative => ({ sku: '', name: '', difference: '', eta: '' })

const complete = ({ sku, name, difference, eta }: TypedAlternative): boolean =>
  sku.trim() !== '' && name.trim() !== '' && eta.trim() !== '' && parseMinor(difference || '0') !== null

export type NewCaseField =
  'lines' | 'reason' | 'reasonText' | 'policySeen' | 'explanation' | 'alternatives' | 'noAlternativeWhy'

/** The fields that keep a new case from being sent, judged like the server does. */
export function problemsOf(form: NewCase, reasonNeedsText: boolean): ReadonlySet<NewCaseField> {
  const shop = form.kind === 'merchantCancellation'
  const wrong: Record<NewCaseField, boolean> = {
    lines: Object.keys(form.chosen).length === 0,
    reason: form.reason === '',
    reasonText: reasonNeedsText && form.reasonText.trim() === '',
    policySeen: !shop && !form.told,
    explanation: shop && [...form.explanation.trim()].length < EXPLANATION_LEAST,
    alternatives: shop && !form.alternatives.every(complete),
    noAlternativeWhy: shop && form.alternatives.length === 0 && form.noAlternativeWhy.trim() === '',
  }
  return new Set((Object.keys(wrong) as NewCaseField[]).filter((field) => wrong[field]))
}

/** What is sent for it. The shop's own cancellation is told to the customer afterwards, so nothing had to be seen before. */
export function caseRequest(orderNo: string, form: NewCase): OpenCaseRequest {
  const shop = form.kind === 'merchantCancellation'
  const reasonText = form.reasonText.trim()
  return {
    kind: form.kind,
    orderNo,
    channelIn: shop ? 'internal' : form.channel,
    request: {
      lines: Object.entries(form.chosen).map(([orderLineId, quantity]) => ({ orderLineId, quantity })),
      reason: form.reason,
      ...(reasonText ? { reasonText } : {}),
      policySeen: shop || form.told,
    },
    ...(shop
      ? {
          merchant: {
            explanation: form.explanation.trim(),
            alternatives: form.alternatives.map(({ sku, name, difference, eta }) => ({
              sku: sku.trim(),
              name: name.trim(),
              priceDifference: parseMinor(difference || '0') ?? 0,
              eta: eta.trim(),
            })),
            ...(form.alternatives.length === 0 ? { noAlternativeWhy: form.noAlternativeWhy.trim() } : {}),
            ...(form.restockAt ? { restockAt: form.restockAt } : {}),
          },
        }
      : {}),
  }
}

/** Reasons that this side may give, in their groups and in the catalog's order. */
export function reasonGroups(reasons: CatalogContent['reasons'], by: 'customer' | 'merchant') {
  const active = reasons.filter((reason) => reason.active && reason.by === by).sort((a, b) => a.order - b.order)
  return active
    .filter(({ parent }) => parent === null)
    .map((group) => ({
      code: group.code,
      label: { zh: group.zh, en: group.en },
      reasons: active
        .filter(({ parent }) => parent === group.code)
        .map(({ code, zh, en, needsText }) => ({ code, label: { zh, en }, needsText })),
    }))
    .filter((group) => group.reasons.length > 0)
}
