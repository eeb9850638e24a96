import type { ActRequest, TaskDetail } from '../../../server/contract/tasks.ts'
import { CUSTOMER_ACTOR } from '../../../server/contract/cases.ts'

export type ActOffer = TaskDetail['actions'][number]

export type Position = 'before' | 'after' | 'parallel'
export type Afterwards = 'rerun' | 'back' | 'affected'

/** What a person gave with an act in its dialog. */
export interface ActInput {
  readonly comment: string
  /** Colleagues that the act names; one for most acts. */
  readonly people: readonly string[]
  readonly signature: string | null
  /** When added signers are asked. */
  readonly position: Position
  /** Where the case goes back to, and how it comes again. */
  readonly target: string | null
  readonly afterwards: Afterwards
  /** Whose item an admin takes. */
  readonly from: string | null
  /** People for later steps, by element id. */
  readonly choose: Readonly<Record<string, readonly string[]>>
}

export const nothingGiven: ActInput = {
  comment: '',
  people: [],
  signature: null,
  position: 'before',
  target: null,
  afterwards: 'rerun',
  from: null,
  choose: {},
}

/** What an act's dialog asks for besides words and signature. */
export type Asked = 'person' | 'people' | 'addressee' | 'signer' | 'holder' | 'target' | 'position' | 'choices'

const asks: Readonly<Record<string, readonly Asked[]>> = {
  transfer: ['person'],
  delegate: ['person'],
  cc: ['people'],
  addSigner: ['people', 'position'],
  removeSigner: ['signer'],
  reassign: ['holder', 'person'],
  return: ['target'],
  ask: ['addressee'],
  approve: ['choices'],
  complete: ['choices'],
}

/** The questions of an act's dialog, without those that have one answer here. */
export function askedOf(offer: ActOffer, detail: TaskDetail): readonly Asked[] {
  return (asks[offer.name] ?? []).filter((what) => {
    if (what === 'choices') return detail.choices.length > 0
    if (what === 'target') return detail.returns.targets.length > 0
    if (what === 'holder') return openHolders(detail).length > 1
    return true
  })
}

/** Those whose answer is still open, for an admin who gives an item to somebody else. */
export const openHolders = (detail: TaskDetail) => detail.signers.filter(({ state }) => state === 'open')

/** The customer reads what is written with a refusal of her case, or a question to her. */
export const customerReads = (offer: ActOffer, input: ActInput, detail: TaskDetail): boolean =>
  detail.task.caseNo !== null &&
  (offer.name === 'reject' || (offer.name === 'ask' && input.people[0] === CUSTOMER_ACTOR))

/** A refusal and a question are nothing without words, whatever the diagram says. */
export const needsComment = (offer: ActOffer): boolean =>
  offer.comment === 'required' || offer.name === 'reject' || offer.name === 'ask'

export type Missing = 'comment' | 'people' | 'target' | 'signature' | `choose.${string}`

/** What is missing before an act can be sent: the names of the fields of its dialog. */
export function missingIn(offer: ActOffer, input: ActInput, detail: TaskDetail): Missing[] {
  const asked = askedOf(offer, detail)
  const wantsPeople = asked.some((what) => ['person', 'people', 'addressee', 'signer'].includes(what))
  return [
    ...(needsComment(offer) && input.comment.trim() === '' ? (['comment'] as const) : []),
    ...(wantsPeople && input.people.length === 0 ? (['people'] as const) : []),
    ...(asked.includes('target') && input.target === null ? (['target'] as const) : []),
    ...(asked.includes('choices')
      ? detail.choices.flatMap(({ elementId }): Missing[] =>
          (input.choose[elementId] ?? []).length === 0 ? [`choose.${elementId}`] : [],
        )
      : []),
    ...(offer.signature && input.signature === null ? (['signature'] as const) : []),
  ]
}

/** Whom or what an act is about, as the request says it. */
function addressOf(input: ActInput, asked: readonly Asked[]): ActRequest['to'] {
  if (asked.includes('people')) return [...input.people]
  if (asked.includes('target')) return input.target ?? undefined
  return input.people[0]
}

/** The request of an act. Whoever refuses or asks sends no fields: nothing of the form takes effect then. */
export function actRequest(
  offer: ActOffer,
  input: ActInput,
  variables: Record<string, unknown> | null,
  detail: TaskDetail,
): ActRequest {
  const asked = askedOf(offer, detail)
  const to = addressOf(input, asked)
  const comment = input.comment.trim()
  const freeAfterwards = offer.name === 'return' && detail.returns.afterwards === null
  const from = offer.name === 'reassign' ? (input.from ?? openHolders(detail)[0]?.userId) : undefined
  return {
    action: offer.name,
    ...(offer.value ? { value: offer.value } : {}),
    ...(comment ? { comment } : {}),
    ...(to?.length ? { to } : {}),
    ...(from === undefined ? {} : { from }),
    ...(asked.includes('position') ? { position: input.position } : {}),
    ...(freeAfterwards ? { afterwards: input.afterwards } : {}),
    ...(asked.includes('choices')
      ? { choose: Object.fromEntries(Object.entries(input.choose).map(([id, people]) => [id, [...people]])) }
      : {}),
    ...(input.signature ? { signature: input.signature } : {}),
    ...(writesForm(offer) && variables && Object.keys(variables).length > 0 ? { variables } : {}),
  }
}

/** Acts that take what stands in the form with them, so that it has to be right first. */
export const writesForm = (offer: ActOffer): boolean =>
  offer.name === 'approve' || offer.name === 'complete' || offer.name === 'custom'

/** An act that is done at once: there is nothing to ask and nothing to warn of. */
export const needsNoDialog = (offer: ActOffer, detail: TaskDetail): boolean =>
  offer.name === 'urge' ||
  (offer.name === 'complete' && !offer.signature && offer.comment === 'none' && askedOf(offer, detail).length === 0)

export type ActPlace = 'deed' | 'opposite' | 'more' | 'quiet' | 'rare'

const places: Record<string, ActPlace> = {
  approve: 'deed',
  complete: 'deed',
  opinion: 'deed',
  answer: 'deed',
  reject: 'opposite',
  ask: 'quiet',
  saveDraft: 'quiet',
  urge: 'quiet',
  revoke: 'quiet',
  withdraw: 'rare',
  delegate: 'rare',
  addSigner: 'rare',
  removeSigner: 'rare',
  cc: 'rare',
  reassign: 'rare',
  terminate: 'rare',
}

/** Where an act stands in the bar: the filled one at the end, its opposite before it, quiet ones at the left, rare ones in a menu. */
export const placeOf = (offer: ActOffer): ActPlace => places[offer.name] ?? 'more'

/** Does an approval of this task need something that a list cannot give: fields to fill, a signature, people to choose? */
export function canApproveFromList(detail: TaskDetail): boolean {
  const approve = detail.actions.find(({ name }) => name === 'approve')
  return (
    approve !== undefined &&
    !approve.signature &&
    detail.choices.length === 0 &&
    !detail.fields.fields.some(({ access }) => access === 'required')
  )
}
