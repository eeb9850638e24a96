import type { Participant, ParticipantKind } from '../../model/approval.ts'
import type { JsonValue } from '../../model/json.ts'
import type { ActorId, WorkItem } from '../instance.ts'
import { barred } from './four-eyes.ts'
import { approvedBefore } from './repeated.ts'
import { ADMIN_ROLE, CUSTOMER, isReachable, type TaskContext, type TaskIncident } from './task.ts'
import { valueAt } from './values.ts'

/** Someone who gets an item, or whose item passes by rule. */
export interface Candidate {
  who: ActorId
  skipped: boolean
  from?: NonNullable<WorkItem['from']>
  /** What an earlier approval that passes this one was bound to. */
  seen?: string
}

export type Resolution =
  | { state: 'found'; candidates: Candidate[] }
  /** Nobody can act; the diagram says what then. */
  | { state: 'verdict'; outcome: 'approved' | 'rejected' }
  | { state: 'incident'; incident: TaskIncident }

type Found = { ok: true; ids: ActorId[] } | { ok: false; incident: TaskIncident }
const found = (...ids: (ActorId | null | undefined)[]): Found => ({
  ok: true,
  ids: ids.filter((id): id is ActorId => typeof id === 'string'),
})

const strings = (value: JsonValue | undefined): ActorId[] =>
  (Array.isArray(value) ? value : [value]).filter((entry): entry is string => typeof entry === 'string')

/** Whom a head or a chain starts from: the initiator, the handler of the step before, or a field's value. */
function subjects(of: string | undefined, context: TaskContext): ActorId[] {
  if (of === undefined || of === 'initiator') return [context.initiator]
  if (of === 'previous') {
    const before = context.handled.findLast((step) => step.onPath)
    return before ? [before.by] : []
  }
  return strings(valueAt(context.variables, of.slice('field:'.length)))
}

function departmentHead({ of, levels }: Participant, context: TaskContext): Found {
  return found(
    ...subjects(of, context).map((subject) => {
      const own = context.people.person(subject)?.departmentId ?? subject
      let department = context.people.department(own)
      for (let level = 1; level < (levels ?? 1) && department; level++)
        department = department.parentId === null ? undefined : context.people.department(department.parentId)
      return department?.headId
    }),
  )
}

function managerChain({ of, upTo }: Participant, context: TaskContext): Found {
  const levels = upTo !== undefined && /^\d+$/.test(upTo) ? Number(upTo) : Infinity
  const chain: ActorId[] = []
  const seen = new Set<ActorId>()
  let person = context.people.person(subjects(of, context)[0] ?? '')
  while (person && !seen.has(person.id) && chain.length < levels) {
    seen.add(person.id)
    person = person.managerId === null ? undefined : context.people.person(person.managerId)
    if (!person || seen.has(person.id)) break
    chain.push(person.id)
    if (levels === Infinity && upTo !== undefined && person.roles.includes(upTo)) break
  }
  return found(...chain)
}

function expression({ value }: Participant, context: TaskContext): Found {
  const evaluated = context.evaluate(value ?? '')
  const fail = (values: Record<string, JsonValue>): Found => ({
    ok: false,
    incident: { code: 'participants.expression_failed', values: { expression: value ?? '', ...values } },
  })
  if (!evaluated.ok) return fail({ message: evaluated.message })
  const result = evaluated.value
  if (result === null) return found()
  const list = Array.isArray(result) ? result : [result]
  if (!list.every((entry): entry is string => typeof entry === 'string')) return fail({ value: result })
  const unknown = list.find((id) => id !== CUSTOMER && context.people.person(id) === undefined)
  return unknown === undefined ? found(...list) : fail({ user: unknown })
}

function handlerOf({ value }: Participant, context: TaskContext): Found {
  if (context.startElements.includes(value ?? '')) return found(context.initiator)
  return found(context.handled.findLast((step) => step.elementId === value)?.by)
}

/** Whom somebody chose for this step; nobody when no choice was made. */
const chosen = (_: Participant, context: TaskContext): Found => found(...(context.choose[context.elementId] ?? []))

const ids = (people: readonly { id: ActorId }[]) => found(...people.map((person) => person.id))

const resolvers: Record<ParticipantKind, (participant: Participant, context: TaskContext) => Found> = {
  user: ({ value }) => found(...(value ?? '').split(/\s+/).filter(Boolean)),
  role: ({ value }, context) => ids(context.people.inRole(value ?? '')),
  department: ({ value }, context) => ids(context.people.inDepartment(value ?? '')),
  departmentHead,
  managerChain,
  initiator: (_, context) => found(context.initiator),
  field: ({ value }, context) => found(...strings(valueAt(context.variables, value ?? ''))),
  handlerOf,
  chosenAtStart: chosen,
  chosenByPrevious: chosen,
  expression,
}

/**
 * Who is asked, in order and each person once: those named, without those who left and those barred by four eyes, with
 * the rules for the initiator and for repeated approvers applied.
 */
export function resolveParticipants(context: TaskContext): Resolution {
  const named: ActorId[] = []
  for (const participant of context.policy.participants.list) {
    const answer = resolvers[participant.kind](participant, context)
    if (!answer.ok) return { state: 'incident', incident: answer.incident }
    named.push(...answer.ids)
  }
  const excluded = barred(context)
  const eligible = (id: ActorId) => isReachable(context.people, id) && !excluded.has(id)

  const reachable = named.filter((id) => isReachable(context.people, id))
  const candidates = unique(reachable.flatMap((id) => forInitiator(id, context, eligible)))
  if (candidates.length > 0) return { state: 'found', candidates: candidates.map((one) => passRepeated(one, context)) }
  return nobody(context, eligible)
}

/** Whoever is barred gets no item; his manager, where the diagram hands it on, is somebody else. */
function forInitiator(who: ActorId, context: TaskContext, eligible: (id: ActorId) => boolean): Candidate[] {
  const { whenInitiator } = context.policy.participants
  if (who === context.initiator && whenInitiator === 'manager') {
    const manager = context.people.person(who)?.managerId ?? null
    if (manager === null || !eligible(manager)) return []
    return [{ who: manager, skipped: false, from: { who, how: 'manager' } }]
  }
  if (!eligible(who)) return []
  return [{ who, skipped: who === context.initiator && whenInitiator === 'skip' }]
}

function unique(candidates: Candidate[]): Candidate[] {
  const seen = new Set<ActorId>()
  return candidates.filter((candidate) => !seen.has(candidate.who) && seen.add(candidate.who))
}

function passRepeated(candidate: Candidate, context: TaskContext): Candidate {
  if (candidate.skipped) return candidate
  const seen = approvedBefore(candidate.who, context)
  return seen === null ? candidate : { ...candidate, skipped: true, seen }
}

function nobody(context: TaskContext, eligible: (id: ActorId) => boolean): Resolution {
  const { whenNobody, whenNobodyUser, whenNobodyRole } = context.policy.participants
  if (whenNobody === 'approve') return { state: 'verdict', outcome: 'approved' }
  if (whenNobody === 'reject') return { state: 'verdict', outcome: 'rejected' }
  if (whenNobody === 'assign') {
    const assigned =
      whenNobodyUser !== undefined
        ? [whenNobodyUser]
        : context.people.inRole(whenNobodyRole ?? ADMIN_ROLE).map((person) => person.id)
    const candidates = unique(assigned.filter(eligible).map((who) => ({ who, skipped: false })))
    if (candidates.length > 0) return { state: 'found', candidates }
  }
  return { state: 'incident', incident: { code: 'participants.nobody', values: { element: context.elementId } } }
}
