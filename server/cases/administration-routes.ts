import Type, { type TSchema } from 'typebox'
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
import { isRun } from './runs.ts'
import { movedBy } from './step-log.rules.ts'

/** Who may lay hands on a process that runs: those who may also change its diagram. */
const authorize = { allow: 'roles' as const, anyOf: ['admin', 'owner'] }
const userId = (actor: Actor) => (actor as Extract<Actor, { kind: 'user' }>).userId

/** A process that runs, by what it is known as: a case, or a run of a process of one's own. */
interface Subject {
  readonly path: string
  readonly params: TSchema
  readonly tag: string
  /** How a summary calls it. */
  readonly name: string
  /** Refused when it is not there, not the actor's to see, or over. */
  find(params: Record<string, string>, actor: Actor): Promise<Result<Running>>
}
interface Running {
  processInstanceId: string
  processId: string
  definitionVersion: number
}

const aCase = (deps: CaseReading): Subject => ({
  path: '/api/cases/:caseNo',
  params: Type.Object({ caseNo: Type.String({ maxLength: 40 }) }),
  tag: 'cases',
  name: 'a case',
  async find({ caseNo = '' }, actor) {
    const record = await readableCase(deps, caseNo, actor)
    if (!record) return caseRefusals.notFound()
    return record.state === 'open' ? ok(record) : caseRefusals.closed()
  },
})

const aRun = (deps: CaseReading): Subject => ({
  path: '/api/runs/:runId',
  params: Type.Object({ runId: Type.String({ minLength: 1, maxLength: 60 }) }),
  tag: 'studio',
  name: 'a run',
  async find({ runId = '' }) {
    const instance = await deps.runtime.instance(runId)
    if (!isRun(instance)) return caseRefusals.runNotFound()
    const { processId, definitionVersion, state } = instance
    return state === 'active' ? ok({ processInstanceId: runId, processId, definitionVersion }) : caseRefusals.runOver()
  },
})

/** A refusal stands at the element, or at the variable, that it names. */
function placed<T>(result: Result<T>): Result<T> {
  if (result.ok || result.refusal.where !== undefined) return result
  const { id, target } = result.refusal.params ?? {}
  const where = id ?? target
  return typeof where === 'string' ? { ok: false, refusal: { ...result.refusal, where } } : result
}

/** What admins do to a process that has to go another way than its diagram, or by a newer diagram. */
export const caseAdministrationRoutes = (deps: CaseReading): Route[] =>
  [aCase(deps), aRun(deps)].flatMap((subject) => handsOn(deps, subject))

function handsOn(deps: CaseReading, { path, params: schema, tag, name, find }: Subject): Route[] {
  const shared = { method: 'POST' as const, tag, authorize, params: schema }
  const found = (params: unknown, actor: Actor) => find(params as Record<string, string>, actor)
  return [
    defineRoute({
      ...shared,
      path: `${path}/modify`,
      summary: `Moves, adds and removes tokens of the process of ${name}, all or nothing`,
      command: true,
      body: ModifyCaseRequest,
      response: Type.Null(),
      async handle({ params, body, actor, idempotencyKey }) {
        const running = await found(params, actor)
        if (!running.ok) return running
        const request = { changes: body.changes as TokenChange[], by: userId(actor), reason: body.reason }
        return placed(await deps.runtime.modify(running.value.processInstanceId, request, idempotencyKey))
      },
    }),

    defineRoute({
      ...shared,
      path: `${path}/modify/preview`,
      summary: `What moving tokens would end and begin, and where ${name} would stand then; nothing happens`,
      body: PreviewModifyRequest,
      response: ModifyPreview,
      async handle({ params, body, actor }) {
        const running = await found(params, actor)
        if (!running.ok) return running
        const { processInstanceId, processId, definitionVersion } = running.value
        const request = { changes: body.changes as TokenChange[], by: userId(actor), reason: null }
        const tried = await deps.runtime.previewModify(processInstanceId, request)
        if (!tried.ok) return placed(tried)
        const { process } = await deps.diagrams(processId, definitionVersion)
        const { instance, events } = tried.value
        return ok({ ...movedBy(events), waits: waitsOf(deps, process, instance), over: instance.state !== 'active' })
      },
    }),

    defineRoute({
      ...shared,
      path: `${path}/migration/preview`,
      summary: `What taking ${name} to another version of its process would do, and what forbids it; nothing happens`,
      body: PreviewMigrationRequest,
      response: MigrationPreview,
      async handle({ params, body, actor }) {
        const running = await found(params, actor)
        if (!running.ok) return running
        const { processInstanceId, definitionVersion } = running.value
        const plan = await deps.runtime.planMigration(processInstanceId, body.version, body.mapping)
        if (!plan.ok) return plan
        const possible = plan.value.reasons.length === 0
        return ok({ ...plan.value, from: definitionVersion, to: body.version, possible })
      },
    }),

    defineRoute({
      ...shared,
      path: `${path}/migrate`,
      summary: `Takes the process of ${name} to another version; refused with every reason before anything changes`,
      command: true,
      body: MigrateCaseRequest,
      response: Type.Null(),
      async handle({ params, body, actor, idempotencyKey }) {
        const running = await found(params, actor)
        if (!running.ok) return running
        const request = { ...body, by: userId(actor) }
        return deps.runtime.migrate(running.value.processInstanceId, request, idempotencyKey)
      },
    }),
  ]
}
