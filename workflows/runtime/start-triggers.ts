import { dueOf } from '../engine/timers.ts'
import type { Due } from '../engine/timers.ts'
import type { CompiledNode, CompiledProcess, CompiledTrigger, Source } from '../engine/compiled.ts'
import { mayStart } from '../engine/process.ts'
import type { ConditionStart, Gathering } from './documents.ts'

/** Something at a start event that the host waits for, because it starts an instance. */
export type StartTrigger = { elementId: string; index: number; gathering?: Gathering } & (
  { kind: 'message' | 'signal'; name: string } | { kind: 'timer'; due: Due }
)

interface Clock {
  now: string
  timeZone: string
}

/** A name or a time as it is when the process is published: no instance has variables yet. */
function textOf({ text, expression }: Source, clock: Clock): string | null {
  if (expression === null) return text
  const result = expression.evaluate({ get: () => undefined, ...clock })
  return result.ok && typeof result.value === 'string' ? result.value : null
}

type Read = { kind: 'message' | 'signal'; name: string } | { kind: 'timer'; due: Due } | null

function read(trigger: CompiledTrigger, clock: Clock): Read {
  if (trigger.kind === 'timer') {
    const value = trigger.timer && textOf(trigger.timer.value, clock)
    const due = trigger.timer && value ? dueOf(trigger.timer.kind, value, clock.now, clock.timeZone) : null
    return due && { kind: 'timer', due }
  }
  const source = trigger.kind === 'message' ? trigger.message?.name : trigger.kind === 'signal' ? trigger.name : null
  const name = source ? textOf(source, clock) : null
  return name === null ? null : { kind: trigger.kind as 'message' | 'signal', name }
}

/** Conditions are asked when the rest has come. */
const needsOf = (node: CompiledNode): number[] =>
  node.triggers.flatMap(({ kind }, index) => (kind === 'conditional' ? [] : [index]))

/** All messages, signals and times by which an instance of a process is started. */
export const startTriggers = (definition: CompiledProcess, clock: Clock): StartTrigger[] =>
  definition.nodes.filter(mayStart).flatMap((node) =>
    node.triggers.flatMap((trigger, index): StartTrigger[] => {
      const found = read(trigger, clock)
      if (!found) return []
      const gathering = node.gathers ? { gathering: { index, needs: needsOf(node) } } : {}
      return [{ elementId: node.id, index, ...gathering, ...found }]
    }),
  )

/** All conditions by which an instance of a process is started, where any of several will do. */
export const startConditions = (definition: CompiledProcess, version: number): ConditionStart[] =>
  definition.nodes
    .filter((node) => mayStart(node) && !node.gathers)
    .flatMap((node) =>
      node.triggers.flatMap((trigger, index) => {
        const condition = trigger.kind === 'conditional' ? trigger.condition : null
        if (!condition) return []
        const { source, variables } = condition
        return [
          { processId: definition.id, version, elementId: node.id, index, condition: source, reads: [...variables] },
        ]
      }),
    )
