import Type from 'typebox'
import { defineRoute, type Actor, type Route } from '../http/route.ts'
import { openerRoles } from './access.rules.ts'
import { readableCase, type CaseReading } from './read.ts'
import { caseRefusals } from './refusals.ts'

const ElementId = Type.String({ minLength: 1, maxLength: 255 })

/** What people begin by themselves where a process leaves them free. */
export function freeWorkRoutes(deps: CaseReading): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/api/cases/:caseNo/activate',
      summary: 'Begins what a free (ad-hoc) part of the process offers',
      tag: 'cases',
      authorize: { allow: 'roles', anyOf: openerRoles },
      command: true,
      params: Type.Object({ caseNo: Type.String({ maxLength: 40 }) }),
      body: Type.Object({
        element: ElementId,
        inner: Type.Array(ElementId, { minItems: 1, maxItems: 100 }),
      }),
      response: Type.Null(),
      async handle({ params, body, actor, idempotencyKey }) {
        const record = await readableCase(deps, params.caseNo, actor)
        if (!record) return caseRefusals.notFound()
        if (record.state !== 'open') return caseRefusals.closed()
        const by = (actor as Extract<Actor, { kind: 'user' }>).userId
        const { element, inner } = body
        return deps.runtime.activateAdHoc(record.processInstanceId, element, inner, by, {}, idempotencyKey)
      },
    }),
  ]
}
