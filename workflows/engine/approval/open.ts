import { decide } from './decide.ts'
import { startClock } from './deadline.ts'
import { changedSince } from './seen.ts'
import { unanswered } from './answer.ts'
import { barred } from './four-eyes.ts'
import { agrees, isPending } from './groups.ts'
import type { Detour, WorkItem } from '../instance.ts'
import { closeLeftOver, firstItems, openReady } from './items.ts'
import { resolveParticipants } from './participants.ts'
import {
  isReachable,
  SYSTEM,
  type StepState,
  type TaskChange,
  type TaskContext,
  type TaskIncident,
  type TaskOutcome,
} from './task.ts'

export type Opening = { ok: true; change: TaskChange } | { ok: false; incident: TaskIncident }

/**
 * Activates a user task: who is asked, until when; decided at once when a rule decides it. Every activation starts
 * afresh, so a second one has its own items and its own clock.
 */
export function openTask(context: TaskContext): Opening {
  // Work that names nobody is anybody's.
  if (!context.policy.approval && context.policy.participants.list.length === 0) return withClock(context, [])
  const resolution = resolveParticipants(context)
  if (resolution.state === 'incident') return { ok: false, incident: resolution.incident }
  if (resolution.state === 'verdict') return { ok: true, change: decidedByRule(context, [], resolution.outcome) }

  const items = firstItems(resolution.candidates, context)
  const decision = decide(context.policy.decision, items)
  if (decision.state === 'decided')
    return { ok: true, change: decidedByRule(context, closeLeftOver(items), decision.outcome) }

  return withClock(context, items)
}

/**
 * Opens the step of the one who had sent the case back, as it stood: he is asked, what the others said is kept as long
 * as they see nothing new, and where their answers are needed for the decision those who had not answered are asked
 * again. When he cannot act any more everybody is asked afresh.
 */
export function openAgain(context: TaskContext, { by, items }: Pick<Detour, 'by' | 'items'>): Opening {
  const asks = by === null || context.policy.decision.mode !== 'any'
  const returner = items.find((item) => item.state === 'open' && item.who === by)
  if (by !== null && (!returner || !isReachable(context.people, by) || barred(context).has(by)))
    return openTask(context)
  const again = items.map((item): WorkItem => {
    if (item === returner) return unanswered(item)
    if (isPending(item)) return asks ? unanswered(item) : { ...item, state: 'canceled' }
    const isBound = (agrees(item) || item.state === 'rejected') && item.seen !== undefined
    return isBound && changedSince(item.seen!, context, 'everything') !== null ? unanswered(item) : item
  })
  const opened = openReady(again, context)
  const decision = decide(context.policy.decision, opened)
  return decision.state === 'decided'
    ? { ok: true, change: decidedByRule(context, closeLeftOver(opened), decision.outcome) }
    : withClock(context, opened)
}

function withClock(context: TaskContext, items: StepState['items']): Opening {
  const clock = context.policy.deadline === null ? null : startClock(context, context.policy.deadline, items)
  if (clock?.ok === false) return { ok: false, incident: { code: 'deadline.invalid', values: clock.values } }
  const task: StepState = {
    ...blank(context),
    items,
    ...(clock && { dueAt: clock.dueAt, calendar: clock.calendar, timers: clock.timers }),
  }
  return { ok: true, change: { task, log: [], variables: {}, notices: [], outcome: null, returnTo: null } }
}

function decidedByRule(context: TaskContext, items: StepState['items'], verdict: 'approved' | 'rejected'): TaskChange {
  const outcome: TaskOutcome = {
    outcome: context.policy.approval ? verdict : 'completed',
    by: SYSTEM,
    at: context.now,
    comment: null,
    action: verdict === 'approved' ? 'approve' : 'reject',
  }
  return { task: { ...blank(context), items }, log: [], variables: {}, notices: [], outcome, returnTo: null }
}

/** Roles are offered as a whole only when nobody but roles was named. */
function offeredRoles(context: TaskContext): string[] {
  const { list } = context.policy.participants
  return list.every((participant) => participant.kind === 'role') ? list.map(({ value }) => value ?? '') : []
}

const blank = (context: TaskContext): StepState => ({
  items: [],
  openedAt: context.now,
  assignee: null,
  candidateRoles: offeredRoles(context),
  dueAt: null,
  timers: [],
  question: null,
  askedBefore: [],
  drafts: {},
  urgedAt: null,
  clock: 1,
  expired: false,
})
