import type { JsonValue } from '../model/json.ts'
import type { Visit } from './element.ts'
import { emit } from './run.ts'
import type { Run } from './run.ts'

/** The shared value of a data store as this step sees it: what it wrote itself, else what the host keeps ((c)6). */
export function readStore(run: Run, name: string): JsonValue {
  const written = run.stores?.get(name)
  return written === undefined ? (run.host.dataStore?.(name) ?? null) : written
}

/** Writes the shared value. The history has what was written, so a replay needs no store. */
export function writeStore(run: Run, visit: Visit, name: string, value: JsonValue): void {
  ;(run.stores ??= new Map()).set(name, value)
  emit(run, { type: 'dataStoreWritten', key: visit.key, elementId: visit.node.id, store: name, value })
  run.requests.push({ type: 'writeDataStore', store: name, value })
}
