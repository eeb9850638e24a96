import type { Refusal } from '../../model/problem.ts'
import { refuseClosed, type ActInput } from '../approval/act.ts'
import { refuseChoice, type ChosenKind } from '../approval/choice.ts'
import { barred } from '../approval/four-eyes.ts'
import { refusals as approvalRefusals } from '../approval/refusals.ts'
import { stepPolicy } from '../approval/step-policy.ts'
import { openItems, type EndedStep } from '../approval/task.ts'
import { refuseWithdraw } from '../approval/withdraw.ts'
import { elementOf } from '../apply.ts'
import type { ActCommand, ClaimCommand, CompleteTaskCommand, WithdrawCommand } from '../commands.ts'
import type { ActorId, ElementInstance, TaskState } from '../instance.ts'
import { approvalItems } from '../decided.ts'
import { refusals } from '../refusals.ts'
import { visitAgain } from '../reopening.ts'
import { withdrawToDraft } from '../returning.ts'
import { revokeStep } from '../revoking.ts'
import { emit, visitOf } from '../run.ts'
import type { Run } from '../run.ts'
import { actOnStep, contextOf, endCase, stateOf, stepPicture } from '../steps.ts'
import { changeTask } from '../task-changes.ts'
import { trailOf } from '../trail.ts'

interface Open {
  element: ElementInstance
  task: TaskState
}

/** The open task, or why there is none: keys are numbers of events, so one that was given out is of a closed task. */
function openTask(
  run: Run,
  command: Pick<ActCommand, 'elementInstanceKey' | 'by'> & { action?: string },
): Open | Refusal {
  const { elementInstanceKey: key, by } = command
  const element = elementOf(run.instance, key)
  if (element?.task) return element.task.change ? refusals.taskChanging() : { element, task: element.task }
  const ended = run.instance.handled?.find((step) => step.key === key)
  if (ended) {
    const { people, timeZone } = run.host
    const closed = refuseClosed(ended, { people, timeZone }, { by, action: command.action ?? 'complete' })
    return closed.code === 'task.not_yours' && isBarred(run, ended, by) ? approvalRefusals.fourEyes(people, by) : closed
  }
  return key <= run.instance.lastEvent ? refusals.taskClosed() : refusals.noTask()
}

/** Whether four eyes keep somebody out of a step that has ended. */
function isBarred(run: Run, step: EndedStep, who: ActorId): boolean {
  const visit = visitAgain(run, step)
  return visit !== null && barred(contextOf(run, visit)).has(who)
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
  const step = elementOf(run.instance, command.elementInstanceKey)
  if (step?.step) return assignStep(run, step, command)
  const open = openTask(run, command)
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
  changeTask(run, element, { to: 'assigning', by, assignee })
  return null
}

/** The same for a step, where one of several holders takes it out of the others' hands. */
function assignStep(run: Run, element: ElementInstance, { by, type }: ClaimCommand): Refusal | null {
  const policy = stepPolicy(run.definition.node(element.at)?.parsed.policy, [])
  // Where everybody must answer there is nothing to take out of the others' hands.
  if (policy.decision.mode !== 'any') return refusals.noAction(type)
  const state = stateOf(element)
  const assignee = type === 'claim' ? by : null
  const taken = state.assignee !== null && state.assignee !== by
  const holds = openItems(state).some((item) => item.who === by)
  if (taken || !(holds || state.items.length === 0)) return refusals.notYours(state.assignee)
  if (assignee === state.assignee) return null
  emit(run, { type: 'taskAssigned', key: element.key, elementId: element.at, assignee, by })
  run.requests.push(stepPicture(run, visitOf(run, element)))
  return null
}

/** Completes a task without approval policy with what the person filled in. */
export function completeTask(run: Run, command: CompleteTaskCommand): Refusal | null {
  const { by, variables, choose } = command
  const step = elementOf(run.instance, command.elementInstanceKey)
  if (step?.step) return actOn(run, step, { by, action: 'complete', variables, ...(choose && { choose }) })
  const open = openTask(run, command)
  if ('code' in open) return open
  const { element, task } = open
  if (!mayComplete(run, task, by)) return refusals.notYours(task.assignee ?? null)
  const refused = refusals.variables(variables, run.instance) ?? refuseChosen(run, choose, 'chosenByPrevious')
  if (refused) return refused
  changeTask(run, element, choose ? { to: 'completing', by, variables, choose } : { to: 'completing', by, variables })
  return null
}

/** A button of an approval step; a task without approval policy offers none. */
export function act(run: Run, command: ActCommand): Refusal | null {
  const { elementInstanceKey, type: _type, now: _now, busy: _busy, ...input } = command
  const element = elementOf(run.instance, elementInstanceKey)
  if (element?.step) return actOn(run, element, input)
  const ended = run.instance.handled?.find((step) => step.key === elementInstanceKey)
  if (ended && command.action === 'revoke')
    return revokeStep(run, ended, command.by, command.comment ?? null, command.busy ?? [])
  const open = openTask(run, command)
  return 'code' in open ? open : refusals.noAction(command.action)
}

/** Whom somebody chooses for later steps must be among those whom the diagram lets him choose. */
const refuseChosen = (run: Run, choose: ActCommand['choose'], kind: ChosenKind): Refusal | null =>
  choose === undefined
    ? null
    : refuseChoice(choose, kind, (id) => run.definition.node(id)?.parsed.policy?.participants, run.host.people)

function actOn(run: Run, element: ElementInstance, input: ActInput): Refusal | null {
  const refused =
    refusals.variables(input.variables ?? {}, run.instance) ?? refuseChosen(run, input.choose, 'chosenByPrevious')
  if (refused) return refused
  const result = actOnStep(run, element, input)
  return result.ok ? null : result.refusal
}

/** The initiator takes the case back, where the process allows it: it ends, or he begins it once more. */
export function withdraw(run: Run, { by, comment, decidedElsewhere }: WithdrawCommand): Refusal | null {
  const { definition, instance } = run
  if (instance.parent) return refusals.called()
  const refused = refuseWithdraw({
    policy: definition.withdraw,
    initiator: instance.initiator,
    by,
    ended: instance.state !== 'active',
    items: approvalItems(definition, instance),
    decidedElsewhere: decidedElsewhere ?? false,
    wasEntered: (id) => trailOf(instance).some((entry) => entry.at === id && !entry.void),
  })
  if (refused) return refused
  if (definition.withdraw?.to === 'draft') return withdrawToDraft(run, by)
  endCase(run, by, comment ?? null, 'withdraw')
  return null
}
