import type { JsonObject } from '../model/json.ts'
import { elementOf } from './apply.ts'
import type { CalledOutcome } from './commands.ts'
import type { CompiledNode } from './compiled.ts'
import type { Visit } from './element.ts'
import type { Catches } from './instance.ts'
import { emit } from './run.ts'
import type { Run } from './run.ts'
import { endInstance, terminateInside } from './scopes.ts'

/** A catcher with a code comes before one that takes all, at the same activity (coverage (c)11). */
const specificFirst = <T extends { code: string | null }>(catchers: readonly T[]): T[] => [
  ...catchers.filter(({ code }) => code !== null),
  ...catchers.filter(({ code }) => code === null),
]

function catchesOf(events: readonly CompiledNode[]): Catches {
  const errors: { code: string | null }[] = []
  const escalations: Catches['escalations'] = []
  for (const { triggers, interrupting } of events)
    for (const trigger of triggers) {
      if (trigger.kind !== 'error' && trigger.kind !== 'escalation') continue
      const code = trigger.code?.text ?? null
      if (trigger.kind === 'error') errors.push({ code })
      else escalations.push({ code, interrupting })
    }
  return { errors: specificFirst(errors).map(({ code }) => code), escalations: specificFirst(escalations) }
}

/** Event sub-processes of a scope that take what comes from inside one of its elements: none beside an interrupting one. */
function listening({ listeners }: CompiledNode, inside: string): CompiledNode[] {
  const own = listeners.find((start) => start.parent?.id === inside)
  return own?.interrupting ? [] : listeners.filter((start) => start !== own)
}

/**
 * What would be caught around a call, the nearest first, and around the instance that it stands in: the called side
 * knows by it at once whether an error is caught outside, or is an incident where it was thrown.
 */
export function catchesAround(run: Run, visit: Visit): Catches {
  const found: Catches[] = []
  if (visit.index === 0) found.push(catchesOf(visit.node.boundaries))
  let inside = visit.node.id
  for (let key = visit.scopeKey; key !== null;) {
    const scope = elementOf(run.instance, key)
    const node = scope && run.definition.node(scope.at)
    if (!node) break
    const listens = !scope.undoing
    if (listens && !scope.loop) found.push(catchesOf(listening(node, inside)))
    if (listens && scope.index === undefined) found.push(catchesOf(node.boundaries))
    inside = scope.at
    key = scope.scope ?? null
  }
  found.push(catchesOf(listening(run.definition.root, inside)))
  if (run.instance.parent) found.push(run.instance.parent.catches)
  return {
    errors: [...new Set(found.flatMap(({ errors }) => errors))],
    escalations: found.flatMap(({ escalations }) => escalations),
  }
}

const takes = (caught: string | null, code: string) => caught === null || caught === code

/** Whether somebody around the call of this instance catches an error. */
export const errorCaughtOutside = (run: Run, code: string): boolean =>
  run.instance.parent?.catches.errors.some((caught) => takes(caught, code)) ?? false

/** Tells the caller how this instance ended, or what it throws without ending. */
export function answerCaller(run: Run, outcome: CalledOutcome): void {
  const { instance } = run
  const { parent } = instance
  if (!parent) return
  run.requests.push({
    type: 'answerCaller',
    // Of several answers the first is carried out first, so their ids sort as they were given.
    errandId: `${instance.id}:answer-${String(instance.lastEvent).padStart(8, '0')}`,
    calledId: instance.id,
    callerId: parent.processInstanceId,
    elementInstanceKey: parent.elementInstanceKey,
    outcome,
  })
}

/** Ends a called instance with an error that its caller, or somebody around it, catches. */
export function throwErrorOutward(
  run: Run,
  thrower: Visit,
  code: string,
  message: string,
  variables: JsonObject | null,
): void {
  const said = { key: thrower.key, elementId: thrower.node.id, code, message }
  emit(run, { type: 'errorThrown', ...said, caughtBy: null, outside: true })
  terminateInside(run, null)
  endInstance(run, 'terminated', null, null)
  answerCaller(run, { kind: 'error', code, message, variables: variables ?? {} })
}

/** What becomes of an escalation that nobody here takes but somebody around the call does; null when nobody does. */
export function escalateOutward(run: Run, code: string): { ends: boolean; act: () => void } | null {
  const caught = run.instance.parent?.catches.escalations.find((one) => takes(one.code, code))
  if (!caught) return null
  const { interrupting: ended } = caught
  return {
    ends: ended,
    act() {
      if (ended) {
        terminateInside(run, null)
        endInstance(run, 'terminated', null, null)
      }
      answerCaller(run, { kind: 'escalation', code, ended, variables: {} })
    },
  }
}
