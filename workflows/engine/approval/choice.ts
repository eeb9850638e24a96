import type { Participants } from '../../model/approval.ts'
import type { Refusal } from '../../model/problem.ts'
import type { Directory } from '../host.ts'
import type { ActorId } from '../instance.ts'
import { refusals } from './refusals.ts'
import { isReachable } from './task.ts'

export type ChosenKind = 'chosenAtStart' | 'chosenByPrevious'

/**
 * Whether whoever is chosen for later steps may be: the step lets the initiator (at the start) or the one before choose,
 * and the person is known, has not left and has one of the roles that the step names. What nobody of a step chose
 * before it may be chosen at the start too.
 */
export function refuseChoice(
  choose: Readonly<Record<string, readonly ActorId[]>>,
  kind: ChosenKind,
  participantsOf: (element: string) => Participants | undefined,
  people: Directory,
): Refusal | null {
  for (const [element, chosen] of Object.entries(choose)) {
    const offers = (participantsOf(element)?.list ?? []).filter(
      (one) => one.kind === kind || (kind === 'chosenAtStart' && one.kind === 'chosenByPrevious'),
    )
    if (offers.length === 0) return refusals.choiceNotAllowed(element, chosen.join(', '))
    for (const who of chosen) {
      if (!isReachable(people, who)) return refusals.userUnknown(who)
      const roles = people.person(who)?.roles ?? []
      const isAllowed = offers.some(({ value }) => {
        const wanted = (value ?? '').split(/\s+/).filter(Boolean)
        return wanted.length === 0 || wanted.some((role) => roles.includes(role))
      })
      if (!isAllowed) return refusals.choiceNotAllowed(element, who)
    }
  }
  return null
}
