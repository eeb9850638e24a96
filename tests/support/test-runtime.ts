import type { Directory, Person } from '../../workflows/engine/host.ts'
import { runtimeCollections } from '../../workflows/runtime/documents.ts'
import type { Runtime } from '../../workflows/runtime/face.ts'
import { createMemoryStore } from '../../workflows/runtime/memory-store.ts'
import type { Log, Store } from '../../workflows/runtime/ports.ts'
import { createRuntime } from '../../workflows/runtime/runtime.ts'
import type { RuntimeDependencies } from '../../workflows/runtime/runtime.ts'
import { manualTime } from './manual-time.ts'
import type { ManualTime } from './manual-time.ts'

/** A log that keeps its lines, to ask afterwards what was told. */
export function recordingLog(): Log & { lines: { level: string; event: string; fields: Record<string, unknown> }[] } {
  const lines: { level: string; event: string; fields: Record<string, unknown> }[] = []
  const at =
    (level: string) =>
    (event: string, fields: Record<string, unknown> = {}) =>
      void lines.push({ level, event, fields })
  return { lines, info: at('info'), warn: at('warn'), error: at('error') }
}

/** Everybody who is named is somebody, without roles. */
export const everybody: Directory = {
  person: (id): Person => ({
    id,
    name: id,
    roles: [],
    departmentId: null,
    managerId: null,
    canceled: false,
    substitute: null,
  }),
  inRole: () => [],
  inDepartment: () => [],
  department: () => undefined,
}

export interface TestRuntime extends ManualTime {
  runtime: Runtime
  store: Store
  log: ReturnType<typeof recordingLog>
}

/** A runtime on the memory store, with a clock that the test moves; `over` replaces parts, a shared store for example. */
export function testRuntime(over: Partial<RuntimeDependencies> & { time?: ManualTime } = {}): TestRuntime {
  const { time = manualTime(), ...dependencies } = over
  const log = recordingLog()
  const store = dependencies.store ?? createMemoryStore(runtimeCollections)
  let count = 0
  const runtime = createRuntime({
    clock: time.clock,
    scheduler: time.scheduler,
    ids: { next: () => `i${(count += 1)}` },
    people: everybody,
    calendars: { add: () => null },
    timeZone: 'Asia/Shanghai',
    log,
    ...dependencies,
    store,
  })
  return { ...time, runtime, store, log }
}

/** The value of an answer that must be there. */
export function valueOf<T>(result: { ok: true; value: T } | { ok: false; refusal: { code: string } }): T {
  if (!result.ok) throw new Error(`refused: ${result.refusal.code}`)
  return result.value
}

export const codeOf = (result: { ok: boolean; refusal?: { code: string } }): string => result.refusal?.code ?? 'ok'
