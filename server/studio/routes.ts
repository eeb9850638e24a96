import Type from 'typebox'
import type { JsonObject } from '../../workflows/model/json.ts'
import { ok } from '../../workflows/model/problem.ts'
import {
  EvaluateRequest,
  EvaluateResult,
  ProblemItem,
  ResourceDraft,
  ResourceKind,
  ResourceSummary,
  ResourceVersion,
  SaveDraft,
  StudioCatalog,
} from '../contract/studio.ts'
import { Written } from '../contract/shared.ts'
import { defineRoute, type Actor, type Route } from '../http/route.ts'
import { studioCatalog, type CatalogDependencies } from './catalog.ts'
import { createResource } from './create.ts'
import { keepDraft, listResources, openDraft, publishDraft, versionsOf, type StudioDependencies } from './resources.ts'

/** An id that a diagram may have: nothing that every object has by that name. */
const ResourceId = Type.String({ maxLength: 120, pattern: '^(?!(__\\w+__|constructor|prototype)$)[A-Za-z_][\\w.-]*$' })
const Params = Type.Object({ kind: ResourceKind, id: ResourceId })
const designers = { allow: 'roles' as const, anyOf: ['admin', 'owner'] }
const userId = (actor: Actor): string => (actor.kind === 'user' ? actor.userId : '')

/** The studio: processes, decisions and forms as drafts, checked and published. */
export function studioRoutes(deps: StudioDependencies & CatalogDependencies): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/studio/resources',
      summary: 'Everything that can be designed',
      tag: 'studio',
      authorize: designers,
      response: Type.Object({ items: Type.Array(ResourceSummary) }),
      handle: async () => ok({ items: await listResources(deps) }),
    }),

    defineRoute({
      method: 'POST',
      path: '/api/studio/resources',
      summary: 'Begins a process, decision or form under a name; its id is made of it',
      tag: 'studio',
      authorize: designers,
      command: true,
      body: Type.Object({ kind: ResourceKind, name: Written(60) }),
      response: Type.Object({ id: Type.String() }),
      handle: ({ body, actor }) => createResource(deps, { ...body, name: body.name.trim(), by: userId(actor) }),
    }),

    defineRoute({
      method: 'GET',
      path: '/api/studio/catalog',
      summary: 'What the designers offer in their pickers',
      tag: 'studio',
      authorize: designers,
      response: StudioCatalog,
      handle: async () => ok(await studioCatalog(deps)),
    }),

    defineRoute({
      method: 'GET',
      path: '/api/studio/resources/:kind/:id',
      summary: 'The draft, or the newest version when there is none',
      tag: 'studio',
      authorize: designers,
      params: Params,
      response: ResourceDraft,
      handle: ({ params }) => openDraft(deps, params.kind, params.id),
    }),

    defineRoute({
      method: 'PUT',
      path: '/api/studio/resources/:kind/:id/draft',
      summary: 'Saves the draft, with or without problems',
      tag: 'studio',
      authorize: designers,
      params: Params,
      body: SaveDraft,
      response: ResourceDraft,
      handle: ({ params, body, actor }) => keepDraft(deps, params.kind, params.id, { ...body, by: userId(actor) }),
    }),

    defineRoute({
      method: 'POST',
      path: '/api/studio/check',
      summary: 'The problems that publishing would find',
      tag: 'studio',
      authorize: designers,
      body: Type.Object({ kind: ResourceKind, content: Type.String({ maxLength: 2_000_000 }) }),
      response: Type.Object({ problems: Type.Array(ProblemItem) }),
      handle: async ({ body }) => ok({ problems: await deps.runtime.check(body) }),
    }),

    defineRoute({
      method: 'POST',
      path: '/api/studio/resources/:kind/:id/publish',
      summary: 'Publishes the draft as the next version',
      tag: 'studio',
      authorize: designers,
      command: true,
      limit: 'publish',
      params: Params,
      body: Type.Object({ revision: Type.Integer({ minimum: 0 }) }),
      response: Type.Object({ version: Type.Integer() }),
      async handle({ params, body, actor }) {
        const published = await publishDraft(deps, params.kind, params.id, { ...body, by: userId(actor) })
        return published.ok ? ok({ version: published.value.version }) : published
      },
    }),

    defineRoute({
      method: 'GET',
      path: '/api/studio/resources/:kind/:id/versions',
      summary: 'All versions, newest first, with what runs on each',
      tag: 'studio',
      authorize: designers,
      params: Params,
      response: Type.Object({ items: Type.Array(ResourceVersion) }),
      handle: async ({ params }) => ok({ items: await versionsOf(deps, params.kind, params.id) }),
    }),

    defineRoute({
      method: 'POST',
      path: '/api/studio/decisions/:id/evaluate',
      summary: 'Tries a decision, as a draft or as published, on one row of input',
      tag: 'studio',
      authorize: designers,
      params: Type.Object({ id: Type.String({ maxLength: 120 }) }),
      body: EvaluateRequest,
      response: EvaluateResult,
      async handle({ params, body }) {
        const input = body.input as JsonObject
        const answer = await deps.runtime.explainDecision(params.id, input, body.content)
        const explanation = 'explanation' in answer ? answer.explanation : null
        return ok(
          answer.ok
            ? { ok: true, output: answer.output, matched: answer.matched, message: null, explanation }
            : { ok: false, output: null, matched: [], message: answer.message, explanation },
        )
      },
    }),
  ]
}
