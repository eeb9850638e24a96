import type { Refusal } from '../../model/problem.ts'
import { begin, isOffered } from '../ad-hoc.ts'
import type { ActivateAdHocCommand } from '../commands.ts'
import type { ElementInstance } from '../instance.ts'
import { refusals } from '../refusals.ts'
import type { Run } from '../run.ts'
import { isBusy } from '../scopes.ts'
import { setVariables } from '../variables.ts'

/** The oldest instance of an ad-hoc sub-process that takes a request now, else one that may later, else any of it. */
function scopeAt(run: Run, elementId: string): ElementInstance | undefined {
  const open = run.instance.elements.filter(({ at, adHoc, state }) => at === elementId && adHoc && state === undefined)
  const going = open.filter(({ adHoc }) => !adHoc?.over)
  const isOneAtATime = run.definition.node(elementId)?.adHoc?.sequential === true
  const free = isOneAtATime ? going.find(({ key }) => !isBusy(run, key)) : undefined
  return free ?? going[0] ?? open[0]
}

/** Activates what an ad-hoc sub-process offers; what is not allowed is refused, never queued (coverage (c)19). */
export function activateAdHoc(run: Run, command: ActivateAdHocCommand): Refusal | null {
  const { elementId, inner, variables, by } = command
  if (run.instance.state !== 'active') return refusals.ended(run.instance.state)
  const scope = scopeAt(run, elementId)
  const node = scope && run.definition.node(scope.at)
  if (!scope || !node) return refusals.noAdHoc(elementId)
  if (scope.adHoc?.over) return refusals.adHocFulfilled(node.name || node.id)
  const foreign = inner.find((id) => !isOffered(node, id))
  if (foreign !== undefined || inner.length === 0) return refusals.notOffered(foreign ?? '', node.name || node.id)
  if (node.adHoc?.sequential && (inner.length > 1 || isBusy(run, scope.key)))
    return refusals.oneAtATime(node.name || node.id)
  const refused = refusals.variables(variables, run.instance)
  if (refused) return refused
  setVariables(run, scope.key, variables, by)
  begin(run, scope, inner)
  return null
}
