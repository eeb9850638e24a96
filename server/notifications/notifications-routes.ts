import Type from 'typebox'
import { ADMIN_ROLE, OWNER_ROLE } from '../contract/identity.ts'
import { type Notification, NotificationList, OutgoingMessage } from '../contract/notifications.ts'
import { PageOf, PageQuery } from '../contract/shared.ts'
import { refusalOf } from '../contract/errors.ts'
import { defineRoute, type Actor, type AnyRoute } from '../http/route.ts'
import { ok } from '../../workflows/model/problem.ts'
import type { NotificationDocument, NotificationsStore } from './notifications-store.ts'

const MOST_READ_AT_ONCE = 500

/** What one is told in the product, and the log of what customers were sent. */
export function notificationsRoutes(store: NotificationsStore): AnyRoute[] {
  const me = (actor: Actor) => (actor.kind === 'user' ? actor.userId : '')
  return [
    defineRoute({
      method: 'GET',
      path: '/api/notifications',
      summary: 'What the reader is told, newest first',
      tag: 'notifications',
      authorize: { allow: 'signed-in' },
      query: Type.Object({ ...PageQuery }),
      response: NotificationList,
      async handle({ actor, query }) {
        const after = query.after === undefined ? {} : { after: query.after }
        const page = await store.of(me(actor), { limit: query.limit ?? 30, ...after })
        const items = page.items.map(({ id, data }) => shown(id, data))
        return ok({ items, next: page.next, unread: await store.countUnread(me(actor)) })
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/notifications/read',
      summary: 'Marks all notifications of the reader as read',
      tag: 'notifications',
      authorize: { allow: 'signed-in' },
      response: Type.Object({ unread: Type.Integer() }),
      async handle({ actor, now }) {
        const { items } = await store.unreadOf(me(actor), MOST_READ_AT_ONCE)
        await Promise.all(items.map(({ id, version, data }) => store.save(id, version, { ...data, readAt: now })))
        return ok({ unread: await store.countUnread(me(actor)) })
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/notifications/:notificationId/read',
      summary: 'Marks one notification of the reader as read',
      tag: 'notifications',
      authorize: { allow: 'signed-in' },
      response: Type.Object({ unread: Type.Integer() }),
      async handle({ actor, params, now }) {
        const { notificationId } = params as unknown as { notificationId: string }
        const known = await store.load(notificationId)
        if (known?.data.to !== me(actor)) return { ok: false, refusal: refusalOf('not_found') }
        if (known.data.readAt === null) await store.save(known.id, known.version, { ...known.data, readAt: now })
        return ok({ unread: await store.countUnread(me(actor)) })
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/outgoing-messages',
      summary: 'What customers were sent; the sandbox channel records it and sends nothing',
      tag: 'notifications',
      authorize: { allow: 'roles', anyOf: [ADMIN_ROLE, OWNER_ROLE] },
      query: Type.Object({ ...PageQuery, caseNo: Type.Optional(Type.String({ maxLength: 40 })) }),
      response: PageOf(OutgoingMessage),
      async handle({ query }) {
        const page = await store.outgoing({
          limit: query.limit ?? 50,
          ...(query.after === undefined ? {} : { after: query.after }),
          ...(query.caseNo === undefined ? {} : { filter: { caseNo: query.caseNo } }),
        })
        return ok({ items: page.items.map(({ data }) => data), next: page.next })
      },
    }),
  ]
}

function shown(id: string, { at, why, text, taskId, caseNo, readAt }: NotificationDocument): Notification {
  return { id, at, why, text, taskId, caseNo, readAt }
}
