import type { Command } from '../engine/commands.ts'
import type { CompiledProcess } from '../engine/compiled.ts'
import type { ActorId, ProcessInstance } from '../engine/instance.ts'
import { planMigration } from '../engine/migration.ts'
import type { MigrationPlan } from '../engine/migration.ts'
import { isOfDeployment } from '../engine/pins.ts'
import type { JsonObject } from '../model/json.ts'
import { ok } from '../model/problem.ts'
import type { Result } from '../model/problem.ts'
import type { Advance } from './advance.ts'
import type { Definitions } from './definitions.ts'
import type { ActDocument } from './documents.ts'
import type { MigrateRequest, ModifyRequest } from './face.ts'
import type { Store } from './ports.ts'
import { refusals } from './refusals.ts'

/** What a person who keeps the system running does to an instance, besides ending it. */
export interface Administration {
  activateAdHoc(
    processInstanceId: string,
    elementId: string,
    inner: string[],
    by: ActorId,
    variables?: JsonObject,
    commandId?: string,
  ): Promise<Result<null>>
  modify(processInstanceId: string, request: ModifyRequest, commandId?: string): Promise<Result<null>>
  planMigration(
    processInstanceId: string,
    version: number,
    mapping?: Record<string, string>,
  ): Promise<Result<MigrationPlan>>
  migrate(processInstanceId: string, request: MigrateRequest, commandId?: string): Promise<Result<null>>
}

interface AdministrationDependencies {
  store: Store
  advance: Pick<Advance, 'change'>
  definitions: Definitions
}

export function createAdministration({ store, advance, definitions }: AdministrationDependencies): Administration {
  /** At most once for a command id, which is kept with the commit; the same is answered as before. */
  async function once(
    processInstanceId: string,
    commandId: string | undefined,
    asked: unknown,
    make: (instance: Readonly<ProcessInstance>, now: string) => Promise<Command | Result<null>> | Command,
  ): Promise<Result<null>> {
    const done: ActDocument = { processInstanceId, asked: JSON.stringify(asked) }
    return advance.change(processInstanceId, {
      command: async (instance, now) => {
        const before = commandId === undefined ? null : await store.load<ActDocument>('acts', commandId)
        if (before) return before.data.asked === done.asked ? ok(null) : refusals.commandReused()
        return make(instance, now)
      },
      followUps: commandId === undefined ? [] : [{ kind: 'insert', collection: 'acts', id: commandId, data: done }],
    })
  }

  /**
   * The version to go to, with the decisions and forms that an instance keeps to there: those that it had, but for what
   * was published with the version that it leaves, and for what is new the current ones.
   */
  async function targetOf(
    instance: Readonly<ProcessInstance>,
    version: number,
  ): Promise<{ target: CompiledProcess; pinned: ProcessInstance['pinned'] } | null> {
    const { processId } = instance
    const target = await definitions.process(processId, version)
    if (!target) return null
    const current = definitions.pins(target, version, (await definitions.publications()).data)
    const kept = (pins: Record<string, number>) =>
      Object.fromEntries(Object.entries(pins).filter(([pin]) => !isOfDeployment(pin)))
    const pinned = {
      decisions: { ...current.decisions, ...kept(instance.pinned.decisions) },
      forms: { ...current.forms, ...kept(instance.pinned.forms) },
    }
    await definitions.prepare({ processId, definitionVersion: version, pinned })
    return { target, pinned }
  }

  return {
    activateAdHoc: (id, elementId, inner, by, variables = {}, commandId) =>
      once(id, commandId, ['activateAdHoc', elementId, inner, by, variables], (_, now) => ({
        type: 'activateAdHoc',
        elementId,
        inner,
        variables,
        by,
        now,
      })),

    modify: (id, { changes, by, reason }, commandId) =>
      once(id, commandId, ['modify', changes, by, reason], (_, now) => ({ type: 'modify', changes, by, reason, now })),

    async planMigration(id, version, mapping = {}) {
      const stored = await store.load<ProcessInstance>('instances', id)
      if (!stored) return refusals.instanceUnknown(id)
      const source = await definitions.prepare(stored.data)
      const to = await targetOf(stored.data, version)
      if (!source || !to) return refusals.processUnknown(stored.data.processId, version)
      return ok(planMigration(source, to.target, stored.data, mapping))
    },

    migrate: (id, { version, mapping = {}, by, reason }, commandId) =>
      once(id, commandId, ['migrate', version, mapping, by, reason], async (instance, now) => {
        const to = await targetOf(instance, version)
        if (!to) return refusals.processUnknown(instance.processId, version)
        return { type: 'migrate', version, mapping, by, reason, now, ...to }
      }),
  }
}
