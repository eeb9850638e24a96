import Type from 'typebox'
import { ok } from '../../workflows/model/problem.ts'
import { RunDetail, RunSummary } from '../contract/runs.ts'
import { defineRoute, type Actor, type Route } from '../http/route.ts'
import type { CaseReading } from './read.ts'
import { caseRefusals } from './refusals.ts'
import { isRun, runDetail, runsOf, startRun } from './runs.ts'

/** Whoever draws a process sees how it goes. */
const authorize = { allow: 'roles' as const, anyOf: ['admin', 'owner'] }
const params = Type.Object({ processId: Type.String({ minLength: 1, maxLength: 120 }) })
const runParams = Type.Object({ runId: Type.String({ minLength: 1, maxLength: 60 }) })
const ElementId = Type.String({ minLength: 1, maxLength: 255 })
const userId = (actor: Actor) => (actor as Extract<Actor, { kind: 'user' }>).userId

/** Runs of a process that is no case: started by hand, followed on the diagram. */
export function runRoutes(deps: CaseReading): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/api/processes/:processId/start',
      summary: 'Starts the newest version of a process by hand; one that begins with a case is refused',
      tag: 'studio',
      authorize,
      command: true,
      params,
      response: RunSummary,
      handle: ({ params: { processId }, actor, idempotencyKey }) =>
        startRun(deps, processId, { runId: `run-${idempotencyKey.slice(0, 20)}`, by: userId(actor) }),
    }),

    defineRoute({
      method: 'GET',
      path: '/api/processes/:processId/runs',
      summary: 'The newest runs that were started by hand, those that go on first',
      tag: 'studio',
      authorize,
      params,
      response: Type.Object({ items: Type.Array(RunSummary) }),
      handle: async ({ params: { processId } }) => ok({ items: await runsOf(deps, processId) }),
    }),

    defineRoute({
      method: 'GET',
      path: '/api/runs/:runId',
      summary: 'One run: its way on the diagram, its steps, what went wrong',
      tag: 'studio',
      authorize,
      params: runParams,
      response: RunDetail,
      async handle({ params: { runId }, actor }) {
        const found = await runDetail(deps, runId, userId(actor))
        return found ? ok(found) : caseRefusals.runNotFound()
      },
    }),

    defineRoute({
      method: 'POST',
      path: '/api/runs/:runId/activate',
      summary: 'Begins what a free (ad-hoc) part of the process offers',
      tag: 'studio',
      authorize,
      command: true,
      params: runParams,
      body: Type.Object({ element: ElementId, inner: Type.Array(ElementId, { minItems: 1, maxItems: 100 }) }),
      response: Type.Null(),
      async handle({ params: { runId }, body: { element, inner }, actor, idempotencyKey }) {
        return isRun(await deps.runtime.instance(runId))
          ? deps.runtime.activateAdHoc(runId, element, inner, userId(actor), {}, idempotencyKey)
          : caseRefusals.runNotFound()
      },
    }),
  ]
}
