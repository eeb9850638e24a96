import type { Refusal } from '../../model/problem.ts'
import { elementOf } from '../apply.ts'
import type { ActCommand, ClaimCommand, CompleteTaskCommand, WithdrawCommand } from '../commands.ts'
import type { ActorId, ElementInstance, TaskState } from '../instance.ts'
import { refusals } from '../refusals.ts'
import { emit, taskIdOf, visitOf } from '../run.ts'
import type { Run } from '../run.ts'
import { taskPicture } from '../tasks.ts'
import { finish } from '../tokens.ts'

interface Open {
  element: ElementInstance
  task: TaskState
}

/** The open task, or why there is none: keys are numbers of events, so one that was given out is of a closed task. */
function openTask(run: Run, key: number): Open | Refusal {
  const element = elementOf(run.instance, key)
  if (element?.task) return { element, task: element.task }
  return key <= run.instance.lastEvent ? refusals.taskClosed() : refusals.noTask()
}

/** Whether a task is offered to somebody: to all when it names nobody. The system completes what nobody holds. */
function isOfferedTo(run: Run, task: TaskState, who: ActorId): boolean {
  const { candidateRoles = [], candidateUsers = [] } = task
  if (who === 'system' || (candidateRoles.length === 0 && candidateUsers.length === 0)) return true
  if (candidateUsers.includes(who)) return true
  const roles = run.host.people.person(who)?.roles ?? []
  return candidateRoles.some((role) => roles.includes(role))
}

const mayComplete = (run: Run, task: TaskState, who: ActorId) =>
  task.assignee === undefined ? isOfferedTo(run, task, who) : task.assignee === who || who === 'system'

/** Takes a task that is offered, or gives it back. */
export function assign(run: Run, command: ClaimCommand): Refusal | null {
  const open = openTask(run, command.elementInstanceKey)
  if ('code' in open) return open
  const { element, task } = open
  const { by, type } = command
  const allowed =
    type === 'claim'
      ? (task.assignee === undefined || task.assignee === by) && isOfferedTo(run, task, by)
      : task.assignee === by
  if (!allowed) return refusals.notYours(task.assignee ?? null)
  const assignee = type === 'claim' ? by : null
  if (assignee === (task.assignee ?? null)) return null
  emit(run, { type: 'taskAssigned', key: element.key, elementId: element.at, assignee, by })
  run.requests.push(taskPicture(run, visitOf(run, element), task))
  return null
}

/** Completes a task without approval policy with what the person filled in. */
export function completeTask(run: Run, command: CompleteTaskCommand): Refusal | null {
  const open = openTask(run, command.elementInstanceKey)
  if ('code' in open) return open
  const { element, task } = open
  const { by, variables } = command
  if (!mayComplete(run, task, by)) return refusals.notYours(task.assignee ?? null)
  const refused = refusals.variables(variables, run.instance.bytes ?? 0)
  if (refused) return refused
  emit(run, {
    type: 'taskActed',
    key: element.key,
    elementId: element.at,
    by,
    action: 'complete',
    comment: null,
    variables,
  })
  run.requests.push({
    type: 'closeTask',
    taskId: taskIdOf(run, element),
    outcome: 'completed',
    by,
    at: run.now,
    comment: null,
    items: [],
  })
  finish(run, { ...visitOf(run, element), result: variables })
  return null
}

/** A button of an approval step; a task without approval policy offers none. */
export function act(run: Run, command: ActCommand): Refusal | null {
  const open = openTask(run, command.elementInstanceKey)
  return 'code' in open ? open : refusals.noAction(command.action)
}

/** The initiator takes the case back, where the process allows it. */
export function withdraw(run: Run, _command: WithdrawCommand): Refusal | null {
  return run.instance.state === 'active' ? refusals.withdrawTooLate() : refusals.ended(run.instance.state)
}
