import Type from 'typebox'
import { ADMIN_ROLE, OWNER_ROLE } from '../contract/identity.ts'
import { AuditItem } from '../contract/notifications.ts'
import { PageOf, PageQuery } from '../contract/shared.ts'
import { defineRoute, type AnyRoute } from '../http/route.ts'
import { ok } from '../../workflows/model/problem.ts'
import type { Filter, Store } from '../../workflows/runtime/ports.ts'
import { auditCollection, type AuditFact } from './audit.ts'

const AuditQuery = Type.Object({
  ...PageQuery,
  subject: Type.Optional(Type.String({ maxLength: 100 })),
  by: Type.Optional(Type.String({ maxLength: 100 })),
})

/** The trail of who did what, newest first; it can be read and added to, never changed. */
export function auditRoutes(store: Store): AnyRoute[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/audit',
      summary: 'Who did what, newest first',
      tag: 'audit',
      authorize: { allow: 'roles', anyOf: [ADMIN_ROLE, OWNER_ROLE] },
      query: AuditQuery,
      response: PageOf(AuditItem),
      async handle({ query }) {
        const filter: Filter = {
          ...(query.subject === undefined ? {} : { subject: query.subject }),
          ...(query.by === undefined ? {} : { by: query.by }),
        }
        const page = await store.find<AuditFact>(auditCollection.name, {
          filter,
          sort: [['at', -1]],
          limit: query.limit ?? 50,
          ...(query.after === undefined ? {} : { after: query.after }),
        })
        const items = page.items.map(({ id, data: { at, by, action, subject, details } }) => ({
          id,
          at,
          by,
          action,
          subject,
          details,
        }))
        return ok({ items, next: page.next })
      },
    }),
  ]
}
