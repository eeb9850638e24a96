import type { ActorId } from '../../workflows/engine/instance.ts'
import type { CaseDependencies } from './dependencies.ts'
import { addCommunication } from './store.ts'

export interface ToCustomer {
  /** Deterministic, so that a repetition says nothing twice. */
  id: string
  caseNo: string
  orderNo: string
  /** Code of the reply template, or what kind of message it is. */
  template: string
  channel: string
  by: string
  summary: string
  body: string
}

/** Says something to the customer: on the page of her case, and as a message to the phone that she ordered with. */
export async function tellCustomer(deps: CaseDependencies, said: ToCustomer): Promise<void> {
  const { id, caseNo, orderNo, template, channel, by, summary, body } = said
  const at = deps.clock.now()
  await addCommunication(deps.store, {
    id,
    caseNo,
    at,
    direction: 'out',
    channel,
    by,
    summary,
    body,
    visible: true,
    files: [],
  })
  const phone = await deps.orders.phoneOf(orderNo)
  if (phone !== null) await deps.notifications.tellCustomer({ id, to: phone, template, text: body, caseNo, orderNo })
}

/** The people behind a role's key or a user's id; those who left are nobody. */
export function colleaguesOf(deps: CaseDependencies, to: string): ActorId[] {
  const person = deps.people.person(to)
  const people = person ? [person] : deps.people.inRole(to)
  return people.filter(({ canceled }) => !canceled).map(({ id }) => id)
}
