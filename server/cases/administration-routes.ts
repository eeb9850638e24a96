import Type from 'typebox'
import type { TokenChange } from '../../workflows/engine/commands.ts'
import { ok, type Result } from '../../workflows/model/problem.ts'
import {
  MigrateCaseRequest,
  MigrationPreview,
  ModifyCaseRequest,
  ModifyPreview,
  PreviewMigrationRequest,
  PreviewModifyRequest,
} from '../contract/cases.ts'
import { defineRoute, type Actor, type Route } from '../http/route.ts'
import { readableCase, waitsOf, type CaseReading } from './read.ts'
import { caseRefusals } from './refusals.ts'
import { movedBy } from './step-log.rules.ts'

const params = Type.Object({ caseNo: Type.String({ maxLength: 40 }) })
/** Who may lay hands on a process that runs: those who may also change its diagram. */
const authorize = { allow: 'roles' as const, anyOf: ['admin', 'owner'] }
const userId = (actor: Actor) => (actor as Extract<Actor, { kind: 'user' }>).userId

/** A refusal stands at the element, or at the variable, that it names. */
function placed<T>(result: Result<T>): Result<T> {
  if (result.ok || result.refusal.where !== undefined) return result
  const { id, target } = result.refusal.params ?? {}
  const where = id ?? target
  return typeof where === 'string' ? { ok: false, refusal: { ...result.refusal, where } } : result
}

/** What admins do to the process of a case that has to go another way than its diagram, or by a newer diagram. */
export function caseAdministrationRoutes(deps: CaseReading): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/api/cases/:caseNo/modify',
      summary: 'Moves, adds and removes tokens of the process of a case, all or nothing',
      tag: 'cases',
      authorize,
      command: true,
      params,
      body: ModifyCaseRequest,
      response: Type.Null(),
      async handle({ params: { caseNo }, body, actor, idempotencyKey }) {
        const record = await readableCase(deps, caseNo, actor)
        if (!record) return caseRefusals.notFound()
        if (record.state !== 'open') return caseRefusals.closed()
        const changes = body.changes as TokenChange[]
        const request = { changes, by: userId(actor), reason: body.reason }
        return placed(await deps.runtime.modify(record.processInstanceId, request, idempotencyKey))
      },
    }),

    defineRoute({
      method: 'POST',
      path: '/api/cases/:caseNo/modify/preview',
      summary: 'What moving tokens would end and begin, and where the case would stand then; nothing happens',
      tag: 'cases',
      authorize,
      params,
      body: PreviewModifyRequest,
      response: ModifyPreview,
      async handle({ params: { caseNo }, body, actor }) {
        const record = await readableCase(deps, caseNo, actor)
        if (!record) return caseRefusals.notFound()
        if (record.state !== 'open') return caseRefusals.closed()
        const request = { changes: body.changes as TokenChange[], by: userId(actor), reason: null }
        const tried = await deps.runtime.previewModify(record.processInstanceId, request)
        if (!tried.ok) return placed(tried)
        const { process } = await deps.diagrams(record.processId, record.definitionVersion)
        const { instance, events } = tried.value
        return ok({ ...movedBy(events), waits: waitsOf(deps, process, instance), over: instance.state !== 'active' })
      },
    }),

    defineRoute({
      method: 'POST',
      path: '/api/cases/:caseNo/migration/preview',
      summary: 'What a migration to another version of the process would do, and what forbids it; nothing happens',
      tag: 'cases',
      authorize,
      params,
      body: PreviewMigrationRequest,
      response: MigrationPreview,
      async handle({ params: { caseNo }, body, actor }) {
        const record = await readableCase(deps, caseNo, actor)
        if (!record) return caseRefusals.notFound()
        if (record.state !== 'open') return caseRefusals.closed()
        const plan = await deps.runtime.planMigration(record.processInstanceId, body.version, body.mapping)
        if (!plan.ok) return plan
        return ok({
          ...plan.value,
          from: record.definitionVersion,
          to: body.version,
          possible: plan.value.reasons.length === 0,
        })
      },
    }),

    defineRoute({
      method: 'POST',
      path: '/api/cases/:caseNo/migrate',
      summary: 'Takes the process of a case to another version; refused with every reason before anything changes',
      tag: 'cases',
      authorize,
      command: true,
      params,
      body: MigrateCaseRequest,
      response: Type.Null(),
      async handle({ params: { caseNo }, body, actor, idempotencyKey }) {
        const record = await readableCase(deps, caseNo, actor)
        if (!record) return caseRefusals.notFound()
        if (record.state !== 'open') return caseRefusals.closed()
        const request = { ...body, by: userId(actor) }
        return deps.runtime.migrate(record.processInstanceId, request, idempotencyKey)
      },
    }),
  ]
}
