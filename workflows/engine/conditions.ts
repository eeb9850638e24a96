import type { Expression } from '../expressions/compile.ts'
import { elementOf } from './apply.ts'
import { holds, valuesRead } from './evaluate.ts'
import { waitIdOf } from './ids.ts'
import type { ConditionState, ElementInstance } from './instance.ts'
import { emit, raise, takeChanges, visitOf } from './run.ts'
import type { Run } from './run.ts'
import { happen } from './triggers.ts'

function conditionAt(run: Run, { at, index = 0 }: ConditionState): Expression {
  const trigger = run.definition.node(at)?.triggers[index]
  if (trigger?.kind !== 'conditional' || !trigger.condition) throw new Error(`${at} has no condition`)
  return trigger.condition
}

type Changes = ReturnType<typeof takeChanges>

/** Whether a condition with a filter is looked at: when it is new, or a variable that it names has changed. */
function isMeant(run: Run, key: number, { at, index = 0 }: ConditionState, { written, watched }: Changes): boolean {
  const trigger = run.definition.node(at)?.triggers[index]
  const filter = trigger?.kind === 'conditional' ? trigger.filter : null
  if (!filter || watched.has(`${key}:${waitIdOf(at, index)}`)) return true
  const { names, events } = filter
  for (const [name, how] of written)
    if ((names === null || names.includes(name)) && (events === null || events.includes(how))) return true
  return false
}

function look(run: Run, element: ElementInstance, condition: ConditionState, changes: Changes): void {
  const { at, index } = condition
  if (!isMeant(run, element.key, condition, changes)) return
  // A person has to say that it is to be looked at again.
  if (element.incident?.listener === at) return
  const visit = visitOf(run, element)
  const expression = conditionAt(run, condition)
  const holding = holds(run, visit, expression)
  if (typeof holding !== 'boolean') {
    if (!element.incident) raise(run, visit, holding, at)
    return
  }
  if (holding === (condition.held ?? false)) return
  const values = valuesRead(run, visit, expression)
  const place = index === undefined ? {} : { index }
  emit(run, { type: 'conditionChanged', key: element.key, elementId: at, ...place, holds: holding, values })
  if (holding) happen(run, element, at, index ?? 0, null)
}

/**
 * Looks at every condition that something waits for, the outermost first and in the order of the file; one that has
 * become true makes its event happen (BPMN 10.5.4, coverage (c)12).
 */
export function lookAtConditions(run: Run): void {
  const changes = takeChanges(run)
  const { definition, instance } = run
  const order = ({ at }: ConditionState) => definition.node(at)?.index ?? 0
  const waiting = [...(instance.root ? [instance.root] : []), ...instance.elements].filter((one) => one.conditions)
  for (const element of waiting)
    for (const condition of (element.conditions ?? []).toSorted((a, b) => order(a) - order(b)))
      // An earlier one may have ended this.
      if (elementOf(instance, element.key) === element && element.conditions?.includes(condition))
        look(run, element, condition, changes)
}
