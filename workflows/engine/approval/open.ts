import { decide } from './decide.ts'
import { startClock } from './deadline.ts'
import { closeLeftOver, firstItems } from './items.ts'
import { resolveParticipants } from './participants.ts'
import {
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

function withClock(context: TaskContext, items: StepState['items']): Opening {
  const clock = context.policy.deadline === null ? null : startClock(context, context.policy.deadline)
  if (clock?.ok === false) return { ok: false, incident: { code: 'deadline.invalid', values: clock.values } }
  const task: StepState = { ...blank(context), items, dueAt: clock?.dueAt ?? null, timers: clock?.timers ?? [] }
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
