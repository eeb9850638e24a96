import Type from 'typebox'
import { ADMIN_ROLE } from '../contract/identity.ts'
import { catalogNames, catalogSchemas, ExportedPack, InstallPack, PackSummary } from '../contract/packs.ts'
import { defineRoute, type Actor, type AnyRoute } from '../http/route.ts'
import { ok, refuse } from '../../workflows/model/problem.ts'
import type { Catalog } from './catalog.ts'
import type { Packs } from './install.ts'

const adminOnly = { allow: 'roles', anyOf: [ADMIN_ROLE] } as const
const packId = Type.Object({ id: Type.String({ maxLength: 40 }) })
const byOf = (actor: Actor): string => (actor.kind === 'user' ? actor.userId : actor.kind)

const AnyCatalog = Type.Union([
  catalogSchemas.roles,
  catalogSchemas.departments,
  catalogSchemas.calendars,
  catalogSchemas.reasons,
  catalogSchemas.policies,
  catalogSchemas.replyTemplates,
  catalogSchemas.numbering,
])

/** Packs for the admin, catalogs for everybody who works here. */
export function packRoutes(packs: Packs, catalog: Catalog): AnyRoute[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/packs',
      summary: 'The packs at hand, and which of them are installed',
      tag: 'packs',
      authorize: adminOnly,
      response: Type.Array(PackSummary),
      handle: async () => ok(await packs.list()),
    }),

    defineRoute({
      method: 'POST',
      path: '/api/packs/:id/install',
      summary: 'Installs a pack, with or without its sample data; what exists is kept',
      tag: 'packs',
      authorize: adminOnly,
      command: true,
      params: packId,
      body: InstallPack,
      response: Type.Array(PackSummary),
      async handle({ params, body, actor }) {
        const installed = await packs.install(params.id, { sampleData: body.sampleData, by: byOf(actor) })
        return installed.ok ? ok(await packs.list()) : installed
      },
    }),

    defineRoute({
      method: 'GET',
      path: '/api/packs/:id/export',
      summary: 'A pack as files, with what is published and edited here',
      tag: 'packs',
      authorize: adminOnly,
      params: packId,
      response: ExportedPack,
      handle: ({ params }) => packs.exported(params.id),
    }),

    defineRoute({
      method: 'GET',
      path: '/api/catalogs/:name',
      summary: 'A catalog: reasons, policies, reply templates, calendars ...',
      tag: 'packs',
      authorize: { allow: 'signed-in' },
      params: Type.Object({ name: Type.String({ maxLength: 40 }) }),
      response: AnyCatalog,
      async handle({ params }) {
        const name = catalogNames.find((known) => known === params.name)
        const content = name === undefined ? null : await catalog.read(name)
        return content === null ? unknownCatalog(params.name) : ok(content)
      },
    }),
  ]
}

const unknownCatalog = (name: string) =>
  refuse('catalog.not_found', {
    zh: `没有“${name}”这个目录。`,
    en: `Expected a known catalog, but there is no "${name}".`,
  })
