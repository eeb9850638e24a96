import type { CancelCommand, ResolveIncidentCommand, SetVariablesCommand } from '../commands.ts'
import type { Refusal } from '../../model/problem.ts'
import { elementOf } from '../apply.ts'
import type { ElementInstance } from '../instance.ts'
import { resumeProcess } from '../process.ts'
import { refusals } from '../refusals.ts'
import { changeTask } from '../task-changes.ts'
import { emit, noteWatched } from '../run.ts'
import type { Run } from '../run.ts'
import { endInstance, terminateInside } from '../scopes.ts'
import { resume } from '../tokens.ts'

/** Ends the instance with everything in it, in this one step. */
export function cancel(run: Run, command: CancelCommand): Refusal | null {
  if (run.instance.state !== 'active') return refusals.ended(run.instance.state)
  if (run.instance.parent && !command.byCaller) return refusals.called()
  run.ending = { by: command.by, action: 'cancel' }
  terminateInside(run, null)
  endInstance(run, 'terminated', command.by, command.reason)
  return null
}

/** Sets variables of the process, or of the active scope that is named, exactly there. */
export function setVariablesOf(run: Run, command: SetVariablesCommand): Refusal | null {
  const { instance } = run
  if (instance.state !== 'active') return refusals.ended(instance.state)
  const refused = refusals.variables(command.variables, instance)
  if (refused) return refused
  const { scope } = command
  const isMeant = ({ at, key }: ElementInstance) => (typeof scope === 'number' ? key : at) === scope
  const key = scope === null ? null : instance.elements.findLast(isMeant)?.key
  if (key === undefined) return refusals.noScope(String(scope))
  const element = key === null ? undefined : elementOf(instance, key)
  if (element?.task?.change) return refusals.taskChanging()
  if (element?.task && run.definition.node(element.at)?.taskListeners) {
    changeTask(run, element, { to: 'updating', by: command.by, variables: command.variables })
    return null
  }
  emit(run, { type: 'variablesSet', scopeKey: key, variables: command.variables, by: command.by })
  return null
}

/** Resolves an incident: its element goes on from where it failed, and may fail again. */
export function resolveIncident(run: Run, command: ResolveIncidentCommand): Refusal | null {
  const { incidentId, by } = command
  const { root, elements } = run.instance
  const isMeant = ({ incident }: ElementInstance) => incident?.id === incidentId
  const element = root && isMeant(root) ? root : elements.find(isMeant)
  const listener = element?.incident?.listener
  if (!element) return refusals.noIncident()
  emit(run, { type: 'incidentResolved', incidentId, key: element.key, elementId: element.at, by })
  run.requests.push({ type: 'closeIncident', incidentId })
  if (listener !== undefined) noteWatched(run, element.key, listener)
  else if (element === root) resumeProcess(run)
  else resume(run, element)
  return null
}
