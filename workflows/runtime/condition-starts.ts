import { compileExpression } from '../expressions/compile.ts'
import type { JsonObject } from '../model/json.ts'
import type { Result } from '../model/problem.ts'
import type { SeenStores } from './data-stores.ts'
import type { Definitions } from './definitions.ts'
import type { ConditionStart, ConditionStartDocument } from './documents.ts'
import type { StartEvent } from './gatherings.ts'
import type { Clock, Log, Store } from './ports.ts'

export interface ConditionStartDependencies {
  store: Store
  clock: Clock
  log: Log
  timeZone: string
  definitions: Definitions
  readStores(names: readonly string[]): Promise<SeenStores | null>
  start(event: StartEvent): Promise<Result<unknown>>
}

export interface ConditionStarts {
  /** Looks at every condition that starts a process; one that has become true starts an instance. Returns how many. */
  sweep(): Promise<number>
}

const collection = 'conditionStarts'

/**
 * Conditional start events over what instances share: their data stores, by name (BPMN 10.5.2). Each condition has one
 * document that knows what it said last, so that it starts an instance when it becomes true and once, also when a
 * server stops in between.
 */
export function createConditionStarts(deps: ConditionStartDependencies): ConditionStarts {
  const { store, clock, log, timeZone, definitions } = deps

  /** The stores that a condition reads as variables; null when it reads none that anybody has written to. */
  async function valuesOf({ reads }: ConditionStart): Promise<JsonObject | null> {
    const seen = await deps.readStores(reads)
    const written = [...(seen ?? [])].filter(([, { version }]) => version > 0)
    return written.length > 0 ? Object.fromEntries(written.map(([name, { value }]) => [name, value])) : null
  }

  function holds({ condition }: ConditionStart, values: JsonObject): boolean {
    const compiled = compileExpression(condition)
    const get = (name: string) => (Object.hasOwn(values, name) ? values[name] : undefined)
    const result = compiled.ok ? compiled.expression.evaluate({ get, now: clock.now(), timeZone }) : null
    if (result?.ok && typeof result.value === 'boolean') return result.value
    log.warn('condition.not_boolean', { condition })
    return false
  }

  async function begin(start: ConditionStart, { count, starting }: ConditionStartDocument): Promise<void> {
    if (!starting) return
    const { processId, version, elementId: startElementId } = start
    const processInstanceId = `condition:${processId}:${version}:${startElementId}#${count}`
    const result = await deps.start({ processInstanceId, processId, version, startElementId, variables: starting })
    if (!result.ok) log.warn('condition.start_refused', { processId })
  }

  async function look(start: ConditionStart): Promise<boolean> {
    const { processId, version, elementId, condition } = start
    const id = `${processId}:${elementId}:${start.index}`
    const stored = await store.load<ConditionStartDocument>(collection, id)
    const fresh: ConditionStartDocument = { version, condition, held: false, count: 0, starting: null }
    const before = stored?.data.version === version ? stored.data : fresh
    const write = (expectedVersion: number, data: ConditionStartDocument) =>
      store.commit({ aggregate: { collection, id, expectedVersion, data }, followUps: [] })
    if (before.starting) {
      await begin(start, before)
      await write(stored?.version ?? 0, { ...before, starting: null })
      return true
    }
    const values = await valuesOf(start)
    const holding = values !== null && holds(start, values)
    if (holding === before.held) return false
    const after = { ...before, held: holding, count: before.count + 1, starting: holding ? values : null }
    const written = await write(stored?.version ?? 0, after)
    if (!written.ok || !holding) return false
    await begin(start, after)
    await write(written.version, { ...after, starting: null })
    return true
  }

  return {
    async sweep() {
      const { conditionStarts = [] } = (await definitions.publications()).data
      let begun = 0
      for (const start of conditionStarts) if (await look(start)) begun += 1
      return begun
    },
  }
}
