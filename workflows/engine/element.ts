import type { Refusal, Sentence } from '../model/problem.ts'
import type { CompleteJobCommand } from './commands.ts'
import type { Choice, CompiledNode } from './compiled.ts'
import type { Failure } from './incidents.ts'
import type { Detour, ElementInstance } from './instance.ts'
import type { JsonObject } from '../model/json.ts'
import type { Run } from './run.ts'

/**
 * A flow node while the engine is at it. An element that passes at once never becomes part of the instance's state;
 * one that waits or fails gets its `element`.
 */
export interface Visit {
  node: CompiledNode
  key: number
  scopeKey: number | null
  via: string | null
  /** Keys of the elements that its token came from. */
  from: readonly number[]
  locals: JsonObject | null
  /** Which instance of a multi-instance body, counted from 1; 0 is none. */
  index: number
  element: ElementInstance | null
  /** What it brings: variables of a job, a message, a script. */
  result: JsonObject | null
  mapped: boolean
  /**
   * The event that has happened already: what is entered does not wait for it. Of a boundary event and of what follows
   * an event-based gateway itself, of an event sub-process its start event.
   */
  trigger: CompiledNode | null
  /** At a start event: it opens a task for the initiator, who begins again. */
  fresh: boolean
  /** The case was sent back to it, and goes straight on to the one who returned it. */
  detour: Detour | null
  /** It is the step of the one who returned the case, which comes back to him. */
  back: Detour | null
}

/** It waits for something outside. */
export const waits = 'waits'
/** It is done and the token goes on. */
export const done = 'done'
/** It has looked after itself: nothing more happens here. */
export const handled = 'handled'

export type Outcome = typeof waits | typeof done | typeof handled | Failure

/**
 * The one shape of all elements: a file in `elements/` for each, and a line in `elements/table.ts`. Only `activate` is
 * always there; a missing answer means that the element cannot meet the case.
 */
export interface Element {
  /** As the checks and the history call it. */
  name: Sentence
  /** Whether it may be entered; asked once for all instances of one that repeats. `done` lets it begin. */
  admit?(run: Run, visit: Visit): Outcome
  /** Begins its work. Everything that can fail is tried before the first event, so that a retry starts clean. */
  activate(run: Run, visit: Visit): Outcome
  /** Chooses the ways on; without it every flow as BPMN's implicit split says. */
  choose?(run: Run, visit: Visit): readonly Choice[] | Failure
  /** Where no flow leads on: goes on in a way of its own once it is completed. Without it the token ends. */
  goOn?(run: Run, visit: Visit): void
  /** Asked when all tokens have come to rest, while it waits for others' tokens: goes on if it can, and says so. */
  look?(run: Run, element: ElementInstance): boolean
  /**
   * Of a scope: an element directly in it is done and would go on, or `ends`. True when nothing in the scope goes on any
   * more; a failure holds the element.
   */
  leave?(run: Run, scope: ElementInstance, visit: Visit, ends: boolean): boolean | Failure
  /** Of a scope: a token in it has ended. Without it the scope completes when nothing runs in it. */
  close?(run: Run, scope: ElementInstance): void
  /** Tries again after an incident while it was active: a new job, the error thrown once more. */
  retry?(run: Run, visit: Visit): Outcome
  /** A worker has answered its job, and says what is next; without it the element is done with the variables. */
  answer?(run: Run, element: ElementInstance, command: CompleteJobCommand): Refusal | null
  /** Tells the outside that what it waited for is over (jobs, tasks); timers and subscriptions are everybody's. */
  terminate?(run: Run, element: ElementInstance): void
}
