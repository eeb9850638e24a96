import { ok, type Result } from '../../../model/problem.ts'
import type { ActorId } from '../../instance.ts'
import type { ActInput } from '../act.ts'
import { barred } from '../four-eyes.ts'
import { hasItem } from '../items.ts'
import { refusals } from '../refusals.ts'
import { CUSTOMER, type StepState, type TaskContext } from '../task.ts'

/** The persons that an act names, as a list. */
export const named = ({ to }: ActInput): ActorId[] => (to === undefined ? [] : Array.isArray(to) ? to : [to])

/** Someone of the house who has not left; with `customer` also her. */
export function knownPerson(context: TaskContext, id: ActorId | undefined): Result<ActorId> {
  const person = context.people.person(id ?? '')
  return id !== undefined && person && !person.canceled
    ? ok(id)
    : { ok: false, refusal: refusals.userUnknown(id ?? '') }
}

export const knownAddressee = (context: TaskContext, id: ActorId | undefined): Result<ActorId> =>
  id === CUSTOMER ? ok(id) : knownPerson(context, id)

/** Who may take over an item: known, without a part in the step, and not barred by four eyes. */
export function receiver(task: StepState, context: TaskContext, id: ActorId | undefined): Result<ActorId> {
  const known = knownPerson(context, id)
  if (!known.ok) return known
  if (hasItem(task, known.value)) return { ok: false, refusal: refusals.alreadySigner(context.people, known.value) }
  if (barred(context).has(known.value)) return { ok: false, refusal: refusals.fourEyes(context.people, known.value) }
  return known
}
