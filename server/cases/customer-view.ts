import type { JsonObject, JsonValue } from '../../workflows/model/json.ts'
import type { TaskDocument } from '../../workflows/runtime/face.ts'
import { CUSTOMER_ACTOR, type CustomerCase, type CustomerOrder } from '../contract/cases.ts'
import type { Order } from '../contract/orders.ts'
import type { Reason } from '../contract/packs.ts'
import type { CaseDependencies } from './dependencies.ts'
import { hoursOfLikeCases } from './promise.ts'
import { openTasksOf, type CaseReading } from './read.ts'
import type { CaseRecord } from './record.rules.ts'
import { publicSteps } from './step-log.rules.ts'
import { communicationsOf, findCases } from './store.ts'

const object = (value: JsonValue | undefined): JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {}
const list = (value: JsonValue | undefined): JsonObject[] => (Array.isArray(value) ? (value as JsonObject[]) : [])
const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '')
const integer = (value: JsonValue | undefined): number => (typeof value === 'number' ? value : 0)

/** What the customer reads under her private link: public steps, honest time range, money, words for her. */
export async function customerCase(deps: CaseReading, record: CaseRecord): Promise<CustomerCase> {
  const [instance, events, tasks, communications, order, withdrawable] = await Promise.all([
    deps.runtime.instance(record.processInstanceId),
    deps.runtime.history(record.processInstanceId),
    openTasksOf(deps, [record.processInstanceId]),
    communicationsOf(deps.store, record.caseNo, true),
    deps.orders.order(record.orderNo),
    // She may take it back exactly while the process listens for that.
    deps.store.count('subscriptions', {
      processInstanceId: record.processInstanceId,
      messageName: 'customer.withdrew',
    }),
  ])
  const { outline } = await deps.diagrams(record.processId, record.definitionVersion)
  const variables = instance?.variables ?? {}
  const refund = object(variables['refund'])
  const preview = object(variables['preview'])
  const open = tasks.get(record.processInstanceId) ?? []
  const asked = open.find((task) => task.question?.to === CUSTOMER_ACTOR)
  const choosing = open.find((task) => task.waitingFor.includes(CUSTOMER_ACTOR) && !task.question)
  const breakdown = refund['breakdown'] ?? preview['breakdown'] ?? []
  return {
    caseNo: record.caseNo,
    kind: record.kind,
    state: record.state,
    orderNo: record.orderNo,
    title: record.title,
    openedAt: record.openedAt,
    closedAt: record.closedAt,
    steps: publicSteps(events, outline, record.state === 'open'),
    eta: record.state === 'open' ? await etaOf(deps, record) : null,
    refund: {
      amount: record.state === 'rejected' || record.state === 'withdrawn' ? 0 : record.amount,
      currency: record.currency,
      to: order?.payments[0]?.method ?? '',
      state: text(refund['state']) || 'none',
    },
    breakdown: breakdown as unknown as CustomerCase['breakdown'],
    lines: list(variables['lines']).map((line) => ({ name: text(line['name']), quantity: integer(line['quantity']) })),
    explanation: record.explanation ?? (text(object(variables['merchant'])['explanation']) || null),
    alternatives: list(object(variables['merchant'])['alternatives']) as unknown as CustomerCase['alternatives'],
    question: asked?.question ? { taskId: asked.taskId, text: asked.question.text, at: asked.question.at } : null,
    choice: choosing ? { taskId: choosing.taskId, options: optionsOf(choosing), dueAt: choosing.dueAt } : null,
    mayWithdraw: record.state === 'open' && withdrawable > 0,
    communications,
  }
}

const optionsOf = (task: TaskDocument) =>
  task.actions
    .filter((action) => action.name === 'custom' || action.name === 'approve')
    .map((action) => ({
      value: action.value ?? action.name,
      label: { zh: action.label ?? action.value ?? action.name, en: action.label ?? action.value ?? action.name },
    }))

async function etaOf(deps: CaseDependencies, record: CaseRecord): Promise<CustomerCase['eta']> {
  const range = await hoursOfLikeCases(deps.store, record.kind, record.path)
  if (!range) return null
  const at = (hours: number) => new Date(Date.parse(record.openedAt) + hours * 3_600_000).toISOString()
  return { from: at(range.from), to: at(range.to), cases: range.cases }
}

/** Where the customer follows her case, without an account. */
export async function privateLink(
  deps: CaseDependencies,
  subject: { caseNo: string; orderNo: string; customerId: string },
): Promise<string> {
  const { caseNo, orderNo, customerId } = subject
  return `/c/${await deps.capabilities.grant({ scope: { caseNo, orderNo }, customerId })}`
}

/** The order as its customer sees it, with what she may still cancel and the reasons to pick from. */
export async function customerOrder(deps: CaseDependencies, order: Order): Promise<CustomerOrder> {
  const [policy, reasons, open] = await Promise.all([
    deps.catalog.policy(order.policyId, order.policyVersion),
    deps.catalog.reasons(),
    findCases(deps.store, { filter: { orderNo: order.orderNo, state: 'open' }, limit: 20 }),
  ])
  return {
    capability: await deps.capabilities.grant({ scope: { orderNo: order.orderNo }, customerId: order.customer.id }),
    orderNo: order.orderNo,
    placedAt: order.placedAt,
    state: order.state,
    currency: order.currency,
    total: order.total,
    policy: {
      name: policy?.name ?? order.policyId,
      version: order.policyVersion,
      summary: policy?.summary ?? '',
      feesTold: policy?.feesTold ?? '',
      refundWay: policy?.refundWay ?? '',
    },
    lines: order.lines.map((line) => ({
      id: line.id,
      name: line.name,
      spec: line.spec,
      ordered: line.ordered,
      cancelable: line.ordered - line.canceled - line.fulfilled,
      paid: line.paid,
      stage: line.stage,
      sku: line.sku,
    })),
    reasons: reasonTree(reasons),
    openCases: await Promise.all(
      open.items.map(async ({ data }) => ({ caseNo: data.caseNo, link: await privateLink(deps, data) })),
    ),
  }
}

/** The customer's reasons in two levels, in the order of the catalog. */
export function reasonTree(reasons: Reason[], by = CUSTOMER_ACTOR): CustomerOrder['reasons'] {
  const mine = reasons.filter((reason) => reason.by === by && reason.active)
  const groups = mine.filter((reason) => mine.some(({ parent }) => parent === reason.code))
  return groups.map((group) => ({
    group: { zh: group.zh, en: group.en },
    reasons: mine
      .filter(({ parent }) => parent === group.code)
      .map((reason) => ({ code: reason.code, label: { zh: reason.zh, en: reason.en }, needsText: reason.needsText })),
  }))
}
