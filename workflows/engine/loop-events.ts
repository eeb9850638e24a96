import type { CompiledLoop, CompiledTrigger } from './compiled.ts'
import type { Visit } from './element.ts'
import { holds } from './evaluate.ts'
import type { Failure } from './incidents.ts'
import type { LoopState } from './instance.ts'
import { counters } from './multi-instance.ts'
import type { Run } from './run.ts'
import { prepareThrows } from './throws.ts'
import type { Throw } from './throws.ts'

/**
 * What a multi-instance activity throws because one of its instances is done (BPMN table 10.29): for behavior One at the
 * first, for None at each, for Complex what each definition's condition says. The counts read as after this instance.
 */
function thrownAt(run: Run, visit: Visit, loop: CompiledLoop, after: LoopState): CompiledTrigger[] | Failure {
  const thrown: CompiledTrigger[] = []
  for (const { when, condition, triggers } of loop.events) {
    let happens: boolean | Failure = when === 'each' || after.completed === 1
    if (condition) {
      const locals = { ...visit.locals, ...counters(after, loop.kind === 'sequential') }
      happens = holds(run, { ...visit, locals }, condition)
    }
    if (typeof happens !== 'boolean') return happens
    if (happens) thrown.push(...triggers)
  }
  return thrown
}

/** Prepares them, so that nothing can fail any more: what goes on beside first, then what may end the activity. */
export function loopThrows(run: Run, visit: Visit, loop: CompiledLoop, after: LoopState): Throw[] | Failure {
  const triggers = thrownAt(run, visit, loop, after)
  if ('code' in triggers) return triggers
  // The activity throws it, not what works in it: no job of its own stands for a message, and no input goes along.
  const node = { ...visit.node, triggers, job: null, inputs: [], data: null }
  const throws = prepareThrows(run, { ...visit, node })
  return 'code' in throws ? throws : [...throws].sort((one, other) => Number(one.ends) - Number(other.ends))
}
