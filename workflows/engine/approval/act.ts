import type { TaskAction } from '../../model/approval.ts'
import type { JsonObject } from '../../model/json.ts'
import { ok, type Refusal, type Result } from '../../model/problem.ts'
import type { ActorId, WorkItem } from '../instance.ts'
import { acts } from './acts/table.ts'
import { clockWon, resumeClock } from './deadline.ts'
import { barred } from './four-eyes.ts'
import { takenFrom } from './items.ts'
import { nameOf, refusals } from './refusals.ts'
import {
  itemsOf,
  openItems,
  SYSTEM,
  type HandledStep,
  type StepState,
  type TaskChange,
  type TaskContext,
} from './task.ts'

/** An act as somebody asks for it; `approval-vocabulary.md`, Acts. */
export interface ActInput {
  by: ActorId
  action: string
  value?: string
  comment?: string
  signature?: string
  variables?: JsonObject
  to?: string | string[]
  from?: string
  position?: 'before' | 'after' | 'parallel'
  choose?: Record<string, ActorId[]>
  afterwards?: 'rerun' | 'back' | 'affected'
}

/** What an act's own file gets: the checks that all acts share are done. */
export interface ActCase {
  task: StepState
  context: TaskContext
  input: ActInput
  /** Blank text is no comment; with `none` a comment is ignored. */
  comment: string | null
  /** The button as the designer drew it; null where the act needs none. */
  offer: TaskAction | null
  /** The holder's open item; only for acts of a holder. */
  item: WorkItem | null
}

export interface Act {
  /** Who may: the holder of an open item, anybody with a part in the step, who was asked, the initiator, a process admin. */
  by: 'holder' | 'party' | 'asked' | 'initiator' | 'admin'
  /** `always`: needs no button of the designer; `work`: also on work without a verdict. */
  offered: 'action' | 'always' | 'work'
  run(act: ActCase): Result<TaskChange>
}

const refused = (refusal: Refusal): Result<never> => ({ ok: false, refusal })

/**
 * Does one act on one open task. The order of the checks is part of the contract: the clock and the faster one first,
 * then four eyes, then whose task it is, then the button, the comment and the signature, then the act itself.
 */
export function actOnTask(task: StepState, context: TaskContext, input: ActInput): Result<TaskChange> {
  const act = Object.hasOwn(acts, input.action) ? acts[input.action]! : null
  const needs = act?.by ?? 'holder'
  let item: WorkItem | null = null
  if (needs === 'holder' || needs === 'party') {
    const late = tooLate(task, context, input)
    if (late) return refused(late)
  }
  if (needs === 'holder') {
    const held = holds(task, context, input)
    if (!held.ok) return held
    item = held.value
    if ((item.back !== undefined) !== (input.action === 'opinion'))
      return refused(refusals.actionNotOffered(input.action))
  }
  const offer = context.policy.actions.find(
    (action) => action.name === input.action && (action.name !== 'custom' || action.value === input.value),
  )
  const isOffered =
    act?.offered === 'always' || (act?.offered === 'work' && !context.policy.approval) || offer !== undefined
  if (!act || !isOffered) return refused(refusals.actionNotOffered(input.action))

  const written = input.comment?.trim() ? input.comment : null
  if (offer?.comment === 'required' && written === null) return refused(refusals.commentRequired())
  if (offer?.signature && !input.signature?.trim()) return refused(refusals.signatureRequired())
  const comment = offer?.comment === 'none' ? null : written
  const done = act.run({ task, context, input, comment, offer: offer ?? null, item })
  return done.ok ? ok(dropQuestion(done.value, context, input)) : done
}

/** Acts that leave one's own question as it stands. */
const quiet = new Set(['ask', 'cc', 'saveDraft'])

/**
 * A pending question is dropped by whatever its asker does, and when he holds no open item any more; the clock goes on.
 * What others of the step do leaves it pending.
 */
function dropQuestion(change: TaskChange, context: TaskContext, { by, action }: ActInput): TaskChange {
  const { question } = change.task
  if (question === null || change.outcome !== null) return change
  const asks = openItems(change.task).some(({ who }) => who === question.by)
  if (asks && (by !== question.by || quiet.has(action))) return change
  return { ...change, task: resumeClock(change.task, context) }
}

/** The clock was faster, or four eyes keep him out: that comes before the question whose task it is. */
function tooLate(task: StepState, context: TaskContext, { by, action }: ActInput): Refusal | null {
  const isParty = () => itemsOf(task, by).length > 0 || takenFrom(task.items, by) || lent(task, by)
  if (clockWon(task, context) && isParty()) {
    const clock = { by: SYSTEM, action: context.policy.deadline!.atEnd, at: task.dueAt! }
    return refusals.closed(context.people, context.timeZone, clock, action)
  }
  return barred(context).has(by) ? refusals.fourEyes(context.people, by) : null
}

/** The open item of somebody who wants to decide, or why he cannot. */
function holds(task: StepState, context: TaskContext, { by, action }: ActInput): Result<WorkItem> {
  const open = openItemOf(task, by)
  if (!context.policy.approval && task.items.length === 0) return ok(anybodys(task, by))
  if (open) {
    if (task.assignee !== null && task.assignee !== by)
      return refused(refusals.notYours(nameOf(context.people, task.assignee)))
    return ok(open)
  }
  const own = itemsOf(task, by)
  const said = task.items.find((item) => item.opinions?.some(({ who }) => who === by))
  if (said) {
    const { at } = said.opinions!.findLast(({ who }) => who === by)!
    return refused(refusals.closed(context.people, context.timeZone, { by, action: 'opinion', at }, action))
  }
  const taken = own.find((item) => item.state === 'canceled' && item.openedAt !== null)
  if (taken) {
    const last = task.items.findLast((item) => item.state === 'rejected') ?? taken
    const before = {
      by: taken.removedBy ?? last.who,
      action: taken.removedBy === undefined ? 'reject' : 'removeSigner',
      at: taken.answeredAt ?? last.answeredAt ?? context.now,
    }
    return refused(refusals.closed(context.people, context.timeZone, before, action))
  }
  const answered = own.find((item) => item.answeredAt !== null && item.state !== 'canceled')
  if (answered) {
    const deed = answered.state === 'rejected' ? 'reject' : context.policy.approval ? 'approve' : 'complete'
    const before = { by, action: deed, at: answered.answeredAt! }
    return refused(refusals.closed(context.people, context.timeZone, before, action))
  }
  const lost = takenFrom(task.items, by)
  if (!lost) return refused(refusals.notYours())
  const before = { by: lost.by, action: lost.how, at: lost.at }
  return refused(refusals.closed(context.people, context.timeZone, before, action))
}

function openItemOf({ items }: StepState, who: ActorId): WorkItem | undefined {
  for (const item of items) if (item.state === 'open' && item.who === who) return item
  return undefined
}

/** The item of somebody who does work that was given to nobody. */
const anybodys = (task: StepState, who: ActorId): WorkItem => ({
  id: '1',
  who,
  state: 'open',
  openedAt: task.openedAt,
  answeredAt: null,
  comment: null,
})

/** An item that somebody gave away for an opinion. */
const lent = (task: StepState, who: ActorId) => task.items.find((item) => item.back?.who === who)

/**
 * Why somebody can no longer act on a task that has ended: who held an item, or was asked something, reads who was
 * faster, everybody else only that it is not his; also who had given his away, or had somebody stand in for him.
 */
export function refuseClosed(
  step: Pick<HandledStep, 'items' | 'asked' | 'by' | 'action' | 'at'>,
  context: Pick<TaskContext, 'people' | 'timeZone'>,
  { by, action }: Pick<ActInput, 'by' | 'action'>,
): Refusal {
  const isParty =
    step.by === by ||
    step.asked.includes(by) ||
    takenFrom(step.items, by) !== undefined ||
    step.items.some((item) => {
      const isHeld = item.openedAt !== null || (item.answeredAt !== null && item.state !== 'canceled')
      return (item.who === by && isHeld) || item.back?.who === by || item.opinions?.some(({ who }) => who === by)
    })
  return isParty ? refusals.closed(context.people, context.timeZone, step, action) : refusals.notYours()
}
