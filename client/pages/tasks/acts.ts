import type { ActRequest, TaskDetail } from '../../../server/contract/tasks.ts'
import { CUSTOMER_ACTOR } from '../../../server/contract/cases.ts'

export type ActOffer = TaskDetail['actions'][number]

/** What a person gave with an act in its dialog. */
export interface ActInput {
  readonly comment: string
  readonly to: string | null
  readonly signature: string | null
}

/** Acts that name a colleague. */
const toPerson = new Set(['transfer', 'cc'])

export const needsPerson = (offer: ActOffer): boolean => toPerson.has(offer.name)

/** The customer reads what is written with a refusal or a question. */
export const customerReads = (offer: ActOffer): boolean => offer.name === 'reject' || offer.name === 'ask'

/** A refusal and a question are nothing without words, whatever the diagram says. */
export const needsComment = (offer: ActOffer): boolean => offer.comment === 'required' || customerReads(offer)

/** What is missing before an act can be sent: the names of the fields of its dialog. */
export function missingIn(offer: ActOffer, input: ActInput): ('comment' | 'to' | 'signature')[] {
  return [
    ...(needsComment(offer) && input.comment.trim() === '' ? (['comment'] as const) : []),
    ...(needsPerson(offer) && input.to === null ? (['to'] as const) : []),
    ...(offer.signature && input.signature === null ? (['signature'] as const) : []),
  ]
}

/** The request of an act. Whoever refuses or asks sends no fields: nothing of the form takes effect then. */
export function actRequest(offer: ActOffer, input: ActInput, variables: Record<string, unknown> | null): ActRequest {
  const to = offer.name === 'ask' ? CUSTOMER_ACTOR : input.to
  const comment = input.comment.trim()
  return {
    action: offer.name,
    ...(offer.value ? { value: offer.value } : {}),
    ...(comment ? { comment } : {}),
    ...(to ? { to } : {}),
    ...(input.signature ? { signature: input.signature } : {}),
    ...(writesForm(offer) && variables && Object.keys(variables).length > 0 ? { variables } : {}),
  }
}

/** Acts that take what stands in the form with them, so that it has to be right first. */
export const writesForm = (offer: ActOffer): boolean => offer.name === 'approve' || offer.name === 'complete'

export type ActPlace = 'deed' | 'opposite' | 'more' | 'quiet'

const places: Record<string, ActPlace> = {
  approve: 'deed',
  complete: 'deed',
  reject: 'opposite',
  ask: 'quiet',
  saveDraft: 'quiet',
}

/** Where an act stands in the bar: the filled one at the end, its opposite before it, quiet ones at the left. */
export const placeOf = (offer: ActOffer): ActPlace => places[offer.name] ?? 'more'

/** Does an approval of this task need something that a list cannot give: fields to fill, a signature? */
export function canApproveFromList(detail: TaskDetail): boolean {
  const approve = detail.actions.find(({ name }) => name === 'approve')
  return (
    approve !== undefined && !approve.signature && !detail.fields.fields.some(({ access }) => access === 'required')
  )
}
