import Type, { type Static } from 'typebox'
import { ok } from '../../workflows/model/problem.ts'
import {
  CancellationRequest,
  CaseOpened,
  CUSTOMER_ACTOR,
  CustomerCase,
  CustomerOrder,
  OrderLookup,
  PolicyPreview,
} from '../contract/cases.ts'
import { Written } from '../contract/shared.ts'
import { defineRoute, type Actor, type Route } from '../http/route.ts'
import { customerCase, customerOrder, privateLink } from './customer-view.ts'
import { openCase } from './open-case.ts'
import { previewRequest } from './preview.ts'
import { openTasksOf, type CaseReading } from './read.ts'
import type { CaseRecord } from './record.rules.ts'
import { caseRefusals } from './refusals.ts'
import { caseByNumber } from './store.ts'
import { tellHandlers, writeMessage, type Message } from './write-message.ts'
import { withdrawCase } from './withdrawing.ts'

type CustomerActor = Extract<Actor, { kind: 'customer' }>
const customer = (actor: Actor) => actor as CustomerActor
const caseNoOf = (actor: Actor): string => {
  const { scope } = customer(actor)
  return 'caseNo' in scope ? scope.caseNo : ''
}

const CustomerMessage = Type.Object({
  text: Written(2000),
  files: Type.Optional(Type.Array(Type.String({ maxLength: 80 }), { maxItems: 6 })),
})

const fromCustomer = (record: CaseRecord, body: Static<typeof CustomerMessage>, key: string): Message => ({
  id: `${record.caseNo}:customer:${key}`,
  direction: 'in',
  channel: 'page',
  by: record.customerName,
  body: body.text,
  visible: true,
  files: body.files ?? [],
})

/** What a customer does, without an account: look up, preview, ask, follow, answer, choose, withdraw. */
export function customerRoutes(deps: CaseReading): Route[] {
  const readCase = async (actor: Actor) => {
    const record = await caseByNumber(deps.store, caseNoOf(actor))
    return record ? ok(await customerCase(deps, record)) : caseRefusals.notFound()
  }

  return [
    defineRoute({
      method: 'POST',
      path: '/api/public/orders/lookup',
      summary: 'The order of a number and a phone, with a short-lived capability to ask about it',
      tag: 'customer',
      authorize: { allow: 'public', because: 'order number and phone together are the proof; rate limited' },
      limit: 'search',
      body: OrderLookup,
      response: CustomerOrder,
      async handle({ body }) {
        const order = await deps.orders.orderOfPhone(body.orderNo.trim().toUpperCase(), body.phone.trim())
        return order ? ok(await customerOrder(deps, order)) : caseRefusals.lookupFailed()
      },
    }),

    defineRoute({
      method: 'POST',
      path: '/api/public/cancellations/preview',
      summary: 'What the policy says, what it costs and how long it takes, before sending',
      tag: 'customer',
      authorize: { allow: 'capability', scope: 'order' },
      body: CancellationRequest,
      response: PolicyPreview,
      async handle({ body, actor }) {
        const { orderNo } = customer(actor).scope
        const preview = await previewRequest(deps, {
          kind: 'cancellation',
          orderNo,
          request: body,
          initiator: 'customer',
        })
        if (!preview.ok) return preview
        const { snapshot: _, ...shown } = preview.value
        return ok(shown)
      },
    }),

    defineRoute({
      method: 'POST',
      path: '/api/public/cancellations',
      summary: 'Asks for the cancellation; answers with the case number and the private link',
      tag: 'customer',
      authorize: { allow: 'capability', scope: 'order' },
      command: true,
      body: CancellationRequest,
      response: CaseOpened,
      async handle({ body, actor, idempotencyKey }) {
        const { orderNo } = customer(actor).scope
        const opened = await openCase(deps, {
          kind: 'cancellation',
          orderNo,
          channelIn: 'web',
          request: body,
          openedBy: CUSTOMER_ACTOR,
          actor,
          key: `order:${orderNo}:${idempotencyKey}`,
        })
        if (!opened.ok) return opened
        const { caseNo, processInstanceId } = opened.value
        return ok({ caseNo, processInstanceId, link: await privateLink(deps, opened.value) })
      },
    }),

    defineRoute({
      method: 'GET',
      path: '/api/public/case',
      summary: 'The case of the private link: public steps, time range, money, questions',
      tag: 'customer',
      authorize: { allow: 'capability', scope: 'case' },
      response: CustomerCase,
      handle: ({ actor }) => readCase(actor),
    }),

    defineRoute({
      method: 'POST',
      path: '/api/public/case/answer',
      summary: 'Answers the question that waits',
      tag: 'customer',
      authorize: { allow: 'capability', scope: 'case' },
      command: true,
      body: CustomerMessage,
      response: CustomerCase,
      async handle({ body, actor, idempotencyKey }) {
        const record = await caseByNumber(deps.store, caseNoOf(actor))
        if (!record) return caseRefusals.notFound()
        if (record.state !== 'open') return caseRefusals.closed()
        const open = (await openTasksOf(deps, [record.processInstanceId])).get(record.processInstanceId) ?? []
        const asked = open.find((task) => task.question?.to === CUSTOMER_ACTOR)
        if (!asked) return caseRefusals.noQuestion()
        const written = await writeMessage(deps, record, actor, fromCustomer(record, body, idempotencyKey))
        if (!written.ok) return written
        const acted = await deps.runtime.actOnTask(
          asked.taskId,
          { by: CUSTOMER_ACTOR, action: 'answer', comment: body.text },
          `case:${record.caseNo}:${idempotencyKey}`,
        )
        if (!acted.ok) return acted
        return readCase(actor)
      },
    }),

    defineRoute({
      method: 'POST',
      path: '/api/public/case/choose',
      summary: 'Chooses among what the shop offers',
      tag: 'customer',
      authorize: { allow: 'capability', scope: 'case' },
      command: true,
      body: Type.Object({ taskId: Type.String({ maxLength: 200 }), value: Type.String({ maxLength: 60 }) }),
      response: CustomerCase,
      async handle({ body, actor, idempotencyKey }) {
        const record = await caseByNumber(deps.store, caseNoOf(actor))
        if (!record) return caseRefusals.notFound()
        if (record.state !== 'open') return caseRefusals.closed()
        const open = (await openTasksOf(deps, [record.processInstanceId])).get(record.processInstanceId) ?? []
        const task = open.find(({ taskId }) => taskId === body.taskId)
        if (!task?.waitingFor.includes(CUSTOMER_ACTOR)) return caseRefusals.noQuestion()
        const named = task.actions.some((action) => action.name === body.value)
        const acted = await deps.runtime.actOnTask(
          task.taskId,
          { by: CUSTOMER_ACTOR, ...(named ? { action: body.value } : { action: 'custom', value: body.value }) },
          `case:${record.caseNo}:${idempotencyKey}`,
        )
        return acted.ok ? readCase(actor) : acted
      },
    }),

    defineRoute({
      method: 'POST',
      path: '/api/public/case/withdraw',
      summary: 'Takes the request back, while nothing irreversible has been done',
      tag: 'customer',
      authorize: { allow: 'capability', scope: 'case' },
      command: true,
      body: Type.Object({ comment: Type.Optional(Type.String({ maxLength: 500 })) }),
      response: CustomerCase,
      async handle({ body, actor, idempotencyKey }) {
        const record = await caseByNumber(deps.store, caseNoOf(actor))
        if (!record) return caseRefusals.notFound()
        if (record.state === 'open' && record.kind === 'merchantCancellation') return caseRefusals.withdrawNotHers()
        const withdrawn = await withdrawCase(deps, record, { comment: body.comment ?? '', key: idempotencyKey })
        return withdrawn.ok ? readCase(actor) : withdrawn
      },
    }),

    defineRoute({
      method: 'POST',
      path: '/api/public/case/messages',
      summary: 'Writes to the people who handle the case',
      tag: 'customer',
      authorize: { allow: 'capability', scope: 'case' },
      command: true,
      body: CustomerMessage,
      response: CustomerCase,
      async handle({ body, actor, now, idempotencyKey }) {
        const record = await caseByNumber(deps.store, caseNoOf(actor))
        if (!record) return caseRefusals.notFound()
        const written = await writeMessage(deps, record, actor, fromCustomer(record, body, idempotencyKey))
        if (!written.ok) return written
        await tellHandlers(deps, record, `${record.caseNo}:wrote:${idempotencyKey}`)
        const published = await deps.runtime.publishMessage({
          messageId: `wrote:${record.caseNo}:${idempotencyKey}`,
          name: 'customer.wrote',
          correlationKey: record.caseNo,
          variables: { lastMessage: { text: body.text, at: now } },
          timeToLive: 'PT0S',
        })
        if (!published.ok) return published
        return readCase(actor)
      },
    }),
  ]
}
