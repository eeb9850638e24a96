import type { JsonObject, JsonValue } from '../../workflows/model/json.ts'
import { ok, refuse, type Result } from '../../workflows/model/problem.ts'
import type { CancellationRequest, CaseKind, PolicyPreview } from '../contract/cases.ts'
import type { CaseDependencies, OrderSnapshot } from './dependencies.ts'
import { hoursOfLikeCases } from './promise.ts'
import { caseRefusals } from './refusals.ts'

type Outcome = 'auto' | 'approve' | 'stop' | 'intercept' | 'toReturn' | 'refuse'

/** Strictest first: a request is as hard as its hardest line. */
const strictness: Outcome[] = ['refuse', 'toReturn', 'intercept', 'stop', 'approve', 'auto']
const refusedOutcomes = new Set<Outcome>(['refuse', 'toReturn', 'intercept'])

interface DecidedLine {
  line: JsonObject
  sentence: string
  rule: number
}

const object = (value: JsonValue | undefined): JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {}
const integer = (value: JsonValue | undefined): number => (typeof value === 'number' ? value : 0)
const outcomeOf = (line: JsonObject): Outcome => strictness.find((outcome) => outcome === line['outcome']) ?? 'refuse'

/** Asks the published table DT-01 about every line, as the process will. */
async function decide(deps: CaseDependencies, lines: JsonObject[]): Promise<Result<DecidedLine[]>> {
  const decided: DecidedLine[] = []
  for (const line of lines) {
    const answer = await deps.runtime.evaluateDecision('cancel-eligibility', line)
    if (!answer.ok) return refuse('policy.no_answer', answer.message, { where: String(line['orderLineId']) })
    const matched = answer.matched[0]
    decided.push({
      line: { ...line, ...object(answer.output) },
      sentence: matched?.annotation ?? '',
      rule: matched?.ruleIndex ?? 0,
    })
  }
  return ok(decided)
}

/** Which way the request will take: by its strictest line, then by the approval level for the amount. */
async function pathOf(
  deps: CaseDependencies,
  kind: CaseKind,
  outcome: Outcome,
  refund: number,
  snapshot: OrderSnapshot,
): Promise<PolicyPreview['path']> {
  if (refusedOutcomes.has(outcome)) return 'refused'
  if (outcome === 'stop') return 'warehouse'
  if (outcome === 'approve') return 'staff'
  const level = await deps.runtime.evaluateDecision('approval-level', {
    doc: kind === 'merchantCancellation' ? 'merchantCancel' : 'cancel',
    amount: refund,
    tier: snapshot.customer['tier'] ?? null,
    flag: snapshot.customer['flag'] ?? 'none',
    basis: 'contract',
    shipped: false,
    ordersTouched: 1,
    reason: '',
  })
  if (!level.ok) return 'staff'
  const value = typeof level.output === 'number' ? level.output : integer(object(level.output)['level'])
  return value === 0 ? 'automatic' : 'staff'
}

/**
 * What the policy says about a request before it is sent: per line the rule and its sentence, fee, refund with its
 * derivation, the way it will take and how long like cases took. The order keeps the policy version it was placed under.
 * Refusals: order.not_found, request.line_unknown, request.quantity_too_great, policy.no_answer.
 */
export async function previewRequest(
  deps: CaseDependencies,
  input: { kind: CaseKind; orderNo: string; request: CancellationRequest; initiator: 'customer' | 'merchant' },
): Promise<Result<PolicyPreview & { snapshot: OrderSnapshot }>> {
  const order = await deps.orders.order(input.orderNo)
  const snapshot = await deps.orders.snapshot(input.orderNo, input.request, input.initiator)
  if (!order || !snapshot) return caseRefusals.orderNotFound(input.orderNo)

  const wrong = wrongLines(input.request, order.lines)
  if (wrong) return wrong

  const decided = await decide(deps, snapshot.lines)
  if (!decided.ok) return decided
  const lines = decided.value.map(({ line }) => line)
  const estimate = await deps.orders.estimateRefund(input.orderNo, lines, input.initiator)
  const strictest = strictness.find((outcome) => lines.some((line) => outcomeOf(line) === outcome)) ?? 'refuse'
  const path = await pathOf(deps, input.kind, strictest, estimate.amount, snapshot)
  const policy = await deps.catalog.policy(order.policyId, order.policyVersion)

  return ok({
    lines: decided.value.map(({ line, sentence, rule }) => ({
      orderLineId: String(line['orderLineId']),
      quantity: integer(line['quantity']),
      outcome: outcomeOf(line),
      sentence,
      rule,
      paidShare: integer(line['paidShare']),
      fee: Math.min(integer(line['paidShare']), Math.round(Number(line['feeRate'] ?? 0) * integer(line['paidShare']))),
      feeBasis: typeof line['feeBasis'] === 'string' ? line['feeBasis'] : null,
    })),
    breakdown: estimate.breakdown,
    refund: path === 'refused' ? 0 : estimate.amount,
    fee: estimate.fee,
    currency: estimate.currency,
    possible: path !== 'refused',
    path,
    policy: { id: order.policyId, version: order.policyVersion, name: policy?.name ?? order.policyId },
    refundTo: order.payments[0]?.method ?? '',
    hours: await hoursOfLikeCases(deps.store, input.kind, path),
    snapshot,
  })
}

function wrongLines(
  request: CancellationRequest,
  lines: { id: string; name: string; ordered: number; canceled: number; fulfilled: number }[],
): ReturnType<typeof refuse> | null {
  const asked = new Map<string, number>()
  for (const { orderLineId, quantity } of request.lines)
    asked.set(orderLineId, (asked.get(orderLineId) ?? 0) + quantity)
  for (const [orderLineId, quantity] of asked) {
    const line = lines.find((candidate) => candidate.id === orderLineId)
    if (!line) return caseRefusals.lineUnknown(orderLineId)
    const left = line.ordered - line.canceled
    if (quantity > left) return caseRefusals.quantityTooGreat(orderLineId, line.name, quantity, left)
  }
  return null
}
