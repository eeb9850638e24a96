import Type from 'typebox'
import { ADMIN_ROLE, HandoverPreview, User } from '../contract/identity.ts'
import { refusalOf } from '../contract/errors.ts'
import { defineRoute, type AnyRoute, type Authorization } from '../http/route.ts'
import type { Handover } from './handover.ts'

const adminOnly: Authorization = { allow: 'roles', anyOf: [ADMIN_ROLE] }
const id = Type.String({ minLength: 1, maxLength: 60 })

/** Handing over the work of somebody who leaves. */
export const handoverRoutes = (handover: Handover): AnyRoute[] => [
  defineRoute({
    method: 'GET',
    path: '/api/users/:userId/handover',
    summary: 'What a handover to a successor would move, and what stands in its way',
    tag: 'identity',
    authorize: adminOnly,
    params: Type.Object({ userId: id }),
    query: Type.Object({ to: id }),
    response: HandoverPreview,
    async handle({ params, query, actor }) {
      if (actor.kind !== 'user') return { ok: false, refusal: refusalOf('session.required') }
      return handover.preview(params.userId, query.to, actor.userId)
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/api/users/:userId/handover',
    summary: 'The user leaves: his tasks, roles, departments, reports and substitutions go to the successor',
    tag: 'identity',
    authorize: adminOnly,
    command: true,
    params: Type.Object({ userId: id }),
    body: Type.Object({ to: id, version: Type.Integer({ minimum: 1 }) }),
    response: User,
    async handle({ params, body, actor }) {
      if (actor.kind !== 'user') return { ok: false, refusal: refusalOf('session.required') }
      return handover.start(params.userId, body.to, body.version, actor)
    },
  }),
]
