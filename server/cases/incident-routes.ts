import Type from 'typebox'
import { ok } from '../../workflows/model/problem.ts'
import { IncidentDataRequest, IncidentItem, IncidentKind, IncidentSummary } from '../contract/cases.ts'
import { PageOf, PageQuery } from '../contract/shared.ts'
import { defineRoute, type Actor, type Route } from '../http/route.ts'
import { incidentSummary, openIncidents } from './incidents.ts'
import { setIncidentData } from './incident-data.ts'
import type { CaseReading } from './read.ts'

/** Who lets a step try again. */
const authorize = { allow: 'roles' as const, anyOf: ['admin', 'owner', 'cs-head'] }
/** Who may also lay hands on the data of a process, as when it is moved. */
const handsOn = { allow: 'roles' as const, anyOf: ['admin', 'owner'] }
const params = Type.Object({ incidentId: Type.String({ maxLength: 200 }) })
const userId = (actor: Actor) => (actor as Extract<Actor, { kind: 'user' }>).userId

/** What is stuck, in cases, runs and jobs, and what a person does about it. */
export function incidentRoutes(deps: CaseReading): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/incidents',
      summary: 'What is stuck and needs a person, the oldest first',
      tag: 'cases',
      authorize,
      query: Type.Object({
        ...PageQuery,
        kind: Type.Optional(IncidentKind),
        processId: Type.Optional(Type.String({ maxLength: 120 })),
        code: Type.Optional(Type.String({ maxLength: 60 })),
        q: Type.Optional(Type.String({ maxLength: 60 })),
      }),
      response: PageOf(IncidentItem),
      async handle({ query: { limit = 50, after, ...query } }) {
        return ok(await openIncidents(deps, query, { limit, ...(after && { after }) }))
      },
    }),

    defineRoute({
      method: 'GET',
      path: '/api/incidents/summary',
      summary: 'How much is stuck, by process and by code',
      tag: 'cases',
      authorize,
      response: IncidentSummary,
      handle: async () => ok(await incidentSummary(deps)),
    }),

    defineRoute({
      method: 'POST',
      path: '/api/incidents/:incidentId/data',
      summary: 'Sets the data that a stuck step reads, where it reads them; it does not try again by that',
      tag: 'cases',
      authorize: handsOn,
      command: true,
      params,
      body: IncidentDataRequest,
      response: Type.Null(),
      handle: ({ params: { incidentId }, body, actor }) =>
        setIncidentData(deps, incidentId, body.values, userId(actor)),
    }),

    defineRoute({
      method: 'POST',
      path: '/api/incidents/:incidentId/resolve',
      summary: 'Lets a stuck step try again after its cause was mended',
      tag: 'cases',
      authorize,
      command: true,
      params,
      response: Type.Null(),
      handle: ({ params: { incidentId }, actor }) => deps.runtime.resolveIncident(incidentId, userId(actor)),
    }),
  ]
}
