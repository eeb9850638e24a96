import type { TaskDocument } from '../../workflows/runtime/face.ts'
import type { Localized } from '../contract/shared.ts'
import type { TaskDetail } from '../contract/tasks.ts'
import type { Actor } from '../http/route.ts'
import { ADMIN_ROLE } from '../contract/identity.ts'
import { followingTasks } from '../cases/outline.rules.ts'
import { nameOf } from '../cases/read.ts'
import type { Outline } from '../cases/step-log.rules.ts'
import type { TaskDependencies } from './dependencies.ts'
import { actionLabel } from './labels.ts'
import { mayWithdraw } from './withdraw.ts'

type UserActor = Extract<Actor, { kind: 'user' }>
type Offer = TaskDetail['actions'][number]

const plain = (name: string, comment: Offer['comment'] = 'optional', label?: Localized): Offer => ({
  name,
  label: label ?? actionLabel(name),
  comment,
  signature: false,
})

/** The buttons of whoever holds the task: the designer's own, or of a delegate the one to say what he thinks. */
export function actionsOf(task: TaskDocument, me: string): TaskDetail['actions'] {
  if (!task.approval) return [plain('complete', 'none')]
  if (task.items.some(({ who, state, back }) => who === me && state === 'open' && back !== undefined))
    return [plain('opinion', 'required')]
  return task.actions
    .filter(({ name }) => name !== 'removeSigner' || signersOf(task, me, () => null).some(({ removable }) => removable))
    .map(({ name, value, label, comment, signature }) => ({
      name,
      ...(value ? { value } : {}),
      label: actionLabel(name, label, value),
      comment,
      signature,
    }))
}

/** Acts of people who need not hold the task, each with when it is worth asking the runner whether it is possible. */
const standing: readonly { offer: Offer; when: (task: TaskDocument, actor: UserActor) => boolean }[] = [
  { offer: plain('urge'), when: ({ state, initiator }, { userId }) => state === 'open' && initiator === userId },
  { offer: plain('withdraw'), when: ({ state, initiator }, { userId }) => state === 'open' && initiator === userId },
  {
    offer: plain('revoke'),
    when: ({ items, closedBy }, { userId }) => closedBy === userId || items.some(({ who }) => who === userId),
  },
  { offer: plain('answer', 'required'), when: ({ question }, { userId }) => question?.to === userId },
  {
    offer: plain('reassign'),
    when: ({ state, items }, { roles }) =>
      state === 'open' && roles.includes(ADMIN_ROLE) && items.some((item) => item.state === 'open'),
  },
]

/** What somebody may do without holding the task; whether he really may is found out by the runner on a copy. */
export async function standingOf(
  deps: TaskDependencies,
  task: TaskDocument,
  actor: UserActor,
): Promise<TaskDetail['standing']> {
  const wanted = standing.filter(({ when }) => when(task, actor))
  const possible = await Promise.all(
    wanted.map(async ({ offer }) => {
      // Of a reassignment the person is still to be chosen, so there is nothing to try.
      if (offer.name === 'reassign') return offer
      const act = { by: actor.userId, action: offer.name, comment: '—' }
      const tried =
        offer.name === 'withdraw'
          ? await mayWithdraw(deps, task, actor.userId)
          : await deps.runtime.previewAct(task.taskId, act)
      return tried.ok ? offer : null
    }),
  )
  return possible.filter((offer) => offer !== null)
}

/** Who signs, in the order of asking. */
export function signersOf(task: TaskDocument, me: string, name: (id: string) => string | null): TaskDetail['signers'] {
  const called = (id: string) => name(id) ?? id
  return task.items.map(({ id, who, state, comment, answeredAt, from, addedBy, position, opinions = [] }) => ({
    id,
    userId: who,
    name: called(who),
    state,
    comment,
    at: answeredAt,
    from: from ? { name: called(from.who), how: from.how } : null,
    added: addedBy === undefined ? null : { by: called(addedBy), position: position ?? 'before' },
    opinions: opinions.map((one) => ({ ...one, who: called(one.who) })),
    removable: task.state === 'open' && addedBy === me && (state === 'open' || state === 'waiting'),
  }))
}

/** Steps that the reader may send the case back to: those that the diagram allows and that lie on this case's way. */
export async function returnsOf(
  deps: TaskDependencies,
  task: TaskDocument,
  actor: UserActor,
  outline: Outline,
): Promise<TaskDetail['returns']> {
  const policy = outline.nodes.get(task.elementId)?.returns ?? null
  const none = { targets: [], afterwards: policy?.afterwards ?? null }
  if (!task.actions.some(({ name }) => name === 'return') || policy === null) return none
  const candidates =
    policy.to === 'listed'
      ? policy.elements
      : policy.to === 'any'
        ? [...outline.nodes.values()].filter(({ kind }) => kind === 'userTask').map(({ id }) => id)
        : []
  const history = await deps.runtime.history(task.processInstanceId)
  const targets = await Promise.all(
    candidates.map(async (elementId) => {
      const act = { by: actor.userId, action: 'return', to: elementId, comment: '—', signature: '—' }
      if (!(await deps.runtime.previewReturn(task.taskId, act)).ok) return null
      const ended = history.findLast((event) => event.type === 'stepEnded' && event.elementId === elementId)
      const who = ended?.type === 'stepEnded' ? nameOf(deps, ended.result.by) : null
      return { elementId, name: outline.nodes.get(elementId)?.name || elementId, who }
    }),
  )
  return { ...none, targets: targets.filter((target) => target !== null) }
}

/** Steps right after this one whose people its handler chooses. */
export const choicesOf = (task: TaskDocument, outline: Outline): TaskDetail['choices'] =>
  followingTasks(outline, task.elementId).flatMap(({ id, name, chosenFrom }) =>
    chosenFrom === null ? [] : [{ elementId: id, name: name || id, roles: chosenFrom }],
  )
