import { calledIdOf } from '../../workflows/engine/calls.ts'
import type { ProcessInstance } from '../../workflows/engine/instance.ts'
import type { Runtime } from '../../workflows/runtime/face.ts'

/** The instances that work on a case now: its own, and those that it calls, all the way down. */
export async function instancesOf(runtime: Pick<Runtime, 'instance'>, instance: ProcessInstance): Promise<string[]> {
  const ids = [instance.id]
  for (const { key, call } of instance.elements) {
    if (call === undefined) continue
    const called = await runtime.instance(calledIdOf(instance.id, key, call))
    if (called) ids.push(...(await instancesOf(runtime, called)))
  }
  return ids
}
