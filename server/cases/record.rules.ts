import type { Static } from 'typebox'
import type { CaseKind, CaseState } from '../contract/cases.ts'
import { entryOf, type JsonObject, type JsonValue } from '../../workflows/model/json.ts'

/**
 * The record of a case: what lists, search and numbers read. It is a follow-up of the process instance, which owns
 * the data while it runs; after the end the record stands on its own.
 */
export interface CaseRecord {
  caseNo: string
  kind: CaseKind
  title: string
  state: Static<typeof CaseState>
  orderNo: string
  customerId: string
  customerName: string
  tier: string
  /** What is at stake now: the refund when it is worked out, before that the preview. Minor units. */
  amount: number
  refunded: number
  /** As the refund document says: none, previewed, succeeded, unknown ... */
  refundState: string
  currency: string
  channelIn: string
  reason: string
  path: string
  initiator: string
  openedAt: string
  dueAt: string | null
  closedAt: string | null
  processInstanceId: string
  processId: string
  definitionVersion: number
  explanation: string | null
  outcome: string | null
}

/** The part of an instance that the record is made from. */
export interface RecordSource {
  id: string
  /** A called process works on the case of its caller. */
  parent?: object | null
  processId: string
  definitionVersion: number
  businessKey: string | null
  state: 'active' | 'completed' | 'terminated'
  initiator: string
  startedAt: string
  endedAt: string | null
  variables: JsonObject
}

const endStates: Record<string, Static<typeof CaseState>> = {
  executed: 'executed',
  rejected: 'rejected',
  withdrawn: 'withdrawn',
  kept: 'kept',
}

const object = (value: JsonValue | undefined): JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {}
const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '')
const textOrNull = (value: JsonValue | undefined): string | null => (typeof value === 'string' && value ? value : null)
const integer = (value: JsonValue | undefined): number =>
  typeof value === 'number' && Number.isInteger(value) ? value : 0

/** An instance whose variables hold a case: anything else has no record. */
export const isCase = (instance: RecordSource): boolean =>
  !instance.parent &&
  instance.businessKey !== null &&
  text(object(instance.variables['case'])['caseNo']) === instance.businessKey

/**
 * How the case stands: open while the instance runs, then the outcome that closing it wrote; an instance that was
 * ended from outside is canceled, unless it had been closed before.
 */
export function caseState(instance: RecordSource): Static<typeof CaseState> {
  if (instance.state === 'active') return 'open'
  const outcome = text(object(instance.variables['case'])['outcome'])
  return entryOf(endStates, outcome) ?? (instance.state === 'terminated' ? 'canceled' : 'executed')
}

/** The record of a case, from the instance alone, so that it can be made again at any time. */
export function caseRecord(instance: RecordSource): CaseRecord {
  const { variables } = instance
  const held = object(variables['case'])
  const order = object(variables['order'])
  const customer = object(variables['customer'])
  const refund = object(variables['refund'])
  const preview = object(variables['preview'])
  return {
    caseNo: text(held['caseNo']),
    kind: text(held['kind']) === 'merchantCancellation' ? 'merchantCancellation' : 'cancellation',
    title: text(held['title']),
    state: caseState(instance),
    orderNo: text(order['orderNo']),
    customerId: text(customer['id']),
    customerName: text(customer['name']),
    tier: text(customer['tier']),
    amount: 'amount' in refund ? integer(refund['amount']) : integer(preview['refund']),
    refunded: text(refund['state']) === 'succeeded' ? integer(refund['amount']) : 0,
    refundState: text(refund['state']) || 'none',
    currency: text(order['currency']) || 'CNY',
    channelIn: text(held['channelIn']),
    reason: text(object(variables['req'])['reason']),
    path: text(preview['path']),
    initiator: instance.initiator,
    openedAt: instance.startedAt,
    dueAt: textOrNull(held['dueAt']),
    closedAt: instance.endedAt,
    processInstanceId: instance.id,
    processId: instance.processId,
    definitionVersion: instance.definitionVersion,
    explanation: textOrNull(held['explanation']),
    outcome: textOrNull(held['outcome']),
  }
}
