import Type from 'typebox'
import { ok } from '../../workflows/model/problem.ts'
import {
  CaseDetail,
  CaseDiagram,
  CaseHistory,
  CaseOpened,
  CaseState,
  CaseSummary,
  Communication,
  OpenCaseRequest,
  CaseKind,
  PolicyPreview,
  CancellationRequest,
} from '../contract/cases.ts'
import { refusalOf } from '../contract/errors.ts'
import { PageOf, PageQuery, Written } from '../contract/shared.ts'
import { defineRoute, type Actor, type Route } from '../http/route.ts'
import type { ParsedProcess } from '../../workflows/model/definition.ts'
import type { Filter } from '../../workflows/runtime/ports.ts'
import { mayStart, merchantRoles, openerRoles, readsAllCases, seesCasesOf } from './access.rules.ts'
import { privateLink } from './customer-view.ts'
import { caseProcesses, openCase, processOfKind } from './open-case.ts'
import { previewRequest } from './preview.ts'
import { caseDetail, caseDiagram, caseHistory, openTasksOf, readableCase, summaryOf, type CaseReading } from './read.ts'
import { caseRefusals } from './refusals.ts'
import { findCases } from './store.ts'
import { writeMessage } from './write-message.ts'

const CaseParams = Type.Object({ caseNo: Type.String({ maxLength: 40 }) })
const user = (actor: Actor) => actor as Extract<Actor, { kind: 'user' }>

/** A process as cases start it now; null when it is not published. */
async function currentProcess(deps: CaseReading, processId: string): Promise<ParsedProcess | null> {
  const head = await deps.runtime.resource('process', processId)
  return head && (await deps.diagrams(processId, head.version)).process
}

/** Which cases a list shows to somebody: all, or what he opened and those of processes that name his role. */
async function seenBy(deps: CaseReading, { roles, userId }: Extract<Actor, { kind: 'user' }>): Promise<Filter[]> {
  if (readsAllCases(roles)) return []
  const processes = await Promise.all([...caseProcesses].map((processId) => currentProcess(deps, processId)))
  const named = processes.flatMap((process) => (process && seesCasesOf(process, roles) ? [process.id] : []))
  return [{ $or: [{ initiator: userId }, ...(named.length > 0 ? [{ processId: { $in: named } }] : [])] }]
}

/** What colleagues do with cases. */
export function caseRoutes(deps: CaseReading): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/cases',
      summary: 'Cases, newest first; those that the reader may see',
      tag: 'cases',
      authorize: { allow: 'signed-in' },
      query: Type.Object({
        ...PageQuery,
        state: Type.Optional(CaseState),
        kind: Type.Optional(CaseKind),
        orderNo: Type.Optional(Type.String({ maxLength: 40 })),
        q: Type.Optional(Type.String({ maxLength: 60 })),
      }),
      response: PageOf(CaseSummary),
      async handle({ query, actor }) {
        const groups: Filter[] = await seenBy(deps, user(actor))
        if (query.q)
          groups.push({
            $or: [
              { caseNo: { $contains: query.q } },
              { orderNo: { $contains: query.q } },
              { title: { $contains: query.q } },
            ],
          })
        const filter: Filter = {
          ...(query.state ? { state: query.state } : {}),
          ...(query.kind ? { kind: query.kind } : {}),
          ...(query.orderNo ? { orderNo: query.orderNo } : {}),
          ...(groups.length > 0 && { $and: groups }),
        }
        const page = await findCases(deps.store, {
          filter,
          sort: [['openedAt', -1]],
          limit: query.limit ?? 50,
          ...(query.after ? { after: query.after } : {}),
        })
        const tasks = await openTasksOf(
          deps,
          page.items.map(({ data }) => data.processInstanceId),
        )
        const total = await deps.store.count('cases', filter)
        return ok({
          items: page.items.map(({ data }) => summaryOf(deps, data, tasks.get(data.processInstanceId) ?? [])),
          next: page.next,
          total,
        })
      },
    }),

    defineRoute({
      method: 'POST',
      path: '/api/cases/preview',
      summary: 'What the policy says about a request, before it is sent',
      tag: 'cases',
      authorize: { allow: 'roles', anyOf: openerRoles },
      body: Type.Object({ kind: CaseKind, orderNo: Type.String({ maxLength: 40 }), request: CancellationRequest }),
      response: PolicyPreview,
      async handle({ body }) {
        const initiator = body.kind === 'merchantCancellation' ? 'merchant' : 'customer'
        const preview = await previewRequest(deps, { ...body, initiator })
        if (!preview.ok) return preview
        const { snapshot: _, ...shown } = preview.value
        return ok(shown)
      },
    }),

    defineRoute({
      method: 'POST',
      path: '/api/cases',
      summary: 'Opens a case for a customer, or for the shop itself',
      tag: 'cases',
      authorize: { allow: 'roles', anyOf: openerRoles },
      command: true,
      body: OpenCaseRequest,
      response: CaseOpened,
      async handle({ body, actor, idempotencyKey }) {
        const { userId, roles } = user(actor)
        const isOpener = body.kind !== 'merchantCancellation' || roles.some((role) => merchantRoles.includes(role))
        const process = await currentProcess(deps, processOfKind[body.kind])
        if (!isOpener || (process && !mayStart(process, roles)))
          return { ok: false, refusal: refusalOf('role.required') }
        const opened = await openCase(deps, {
          ...body,
          openedBy: userId,
          actor,
          key: `user:${userId}:${idempotencyKey}`,
        })
        if (!opened.ok) return opened
        const { caseNo, processInstanceId } = opened.value
        return ok({ caseNo, processInstanceId, link: await privateLink(deps, opened.value) })
      },
    }),

    defineRoute({
      method: 'GET',
      path: '/api/cases/:caseNo',
      summary: 'One case with its steps, money, data and log',
      tag: 'cases',
      authorize: { allow: 'signed-in' },
      params: CaseParams,
      response: CaseDetail,
      async handle({ params, actor }) {
        const record = await readableCase(deps, params.caseNo, actor)
        return record ? ok(await caseDetail(deps, record, user(actor))) : caseRefusals.notFound()
      },
    }),

    defineRoute({
      method: 'GET',
      path: '/api/cases/:caseNo/diagram',
      summary: 'The diagram with the token on it',
      tag: 'cases',
      authorize: { allow: 'signed-in' },
      params: CaseParams,
      response: CaseDiagram,
      async handle({ params, actor }) {
        const record = await readableCase(deps, params.caseNo, actor)
        return record ? ok(await caseDiagram(deps, record)) : caseRefusals.notFound()
      },
    }),

    defineRoute({
      method: 'GET',
      path: '/api/cases/:caseNo/history',
      summary: 'What happened, in plain words: why each way was taken, which rule fired, who decided',
      tag: 'cases',
      authorize: { allow: 'signed-in' },
      params: CaseParams,
      response: CaseHistory,
      async handle({ params, actor }) {
        const record = await readableCase(deps, params.caseNo, actor)
        return record ? ok(await caseHistory(deps, record, user(actor))) : caseRefusals.notFound()
      },
    }),

    defineRoute({
      method: 'POST',
      path: '/api/cases/:caseNo/communications',
      summary: 'Adds an entry to the communication log; a visible one is read by the customer',
      tag: 'cases',
      authorize: { allow: 'signed-in' },
      command: true,
      params: CaseParams,
      body: Type.Object({
        channel: Type.Enum(['page', 'phone', 'mail', 'sms', 'internal']),
        direction: Type.Enum(['in', 'out', 'internal']),
        body: Written(4000),
        visible: Type.Boolean(),
        files: Type.Optional(Type.Array(Type.String({ maxLength: 80 }), { maxItems: 6 })),
      }),
      response: Communication,
      async handle({ params, body, actor, idempotencyKey }) {
        const record = await readableCase(deps, params.caseNo, actor)
        if (!record) return caseRefusals.notFound()
        const visible = body.visible && body.direction !== 'internal'
        return writeMessage(deps, record, actor, {
          id: `${record.caseNo}:${user(actor).userId}:${idempotencyKey}`,
          direction: body.direction,
          channel: body.channel,
          by: user(actor).name,
          body: body.body,
          visible,
          files: body.files ?? [],
        })
      },
    }),

    defineRoute({
      method: 'POST',
      path: '/api/cases/:caseNo/cancel',
      summary: 'Ends the case from outside; its process stops, nothing that was done is undone',
      tag: 'cases',
      authorize: { allow: 'roles', anyOf: ['cs-head', 'owner', 'admin'] },
      command: true,
      params: CaseParams,
      body: Type.Object({ reason: Written(500, 5) }),
      response: Type.Null(),
      async handle({ params, body, actor }) {
        const record = await readableCase(deps, params.caseNo, actor)
        if (!record) return caseRefusals.notFound()
        if (record.state !== 'open') return caseRefusals.closed()
        return deps.runtime.cancel(record.processInstanceId, user(actor).userId, body.reason)
      },
    }),
  ]
}
