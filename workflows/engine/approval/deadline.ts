import type { Deadline } from '../../model/approval.ts'
import type { JsonValue } from '../../model/json.ts'
import type { WorkItem } from '../instance.ts'
import { instantOf, millisecondsOf } from '../instants.ts'
import { instantIn } from '../timers.ts'
import type { Question, StepState, TaskContext, TaskTimer } from './task.ts'

/** Reminders of one task in all, repeated ones counted. */
const mostReminders = 10

export type Clock =
  { ok: true; dueAt: string; calendar: string; timers: TaskTimer[] } | { ok: false; values: Record<string, JsonValue> }

/**
 * `working` is the working time of the department that does the work, or of one above it, where it keeps a calendar of
 * its own; every other name is itself. The work is where it was given first: a transfer does not move the clock.
 */
function calendarOf({ people }: TaskContext, calendar: string, items: readonly WorkItem[]): string {
  if (calendar !== 'working') return calendar
  const first = items.find((item) => item.under === undefined)
  const seen = new Set<string>()
  let at = people.person(first?.from?.who ?? first?.who ?? '')?.departmentId ?? null
  while (at !== null && !seen.has(at)) {
    seen.add(at)
    const department = people.department(at)
    if (department?.calendarId) return department.calendarId
    at = department?.parentId ?? null
  }
  return calendar
}

const inCalendarOf = (context: TaskContext, deadline: Deadline, items: readonly WorkItem[]): Deadline => ({
  ...deadline,
  calendar: calendarOf(context, deadline.calendar, items),
})

/** When a task that opens now is due, and the timers for that. `ok: false` becomes the incident `deadline.invalid`. */
export function startClock(context: TaskContext, written: Deadline, items: readonly WorkItem[]): Clock {
  const deadline = inCalendarOf(context, written, items)
  const due = 'duration' in deadline.due ? deadline.due.duration : evaluateDue(context, deadline.due.expression)
  if (typeof due !== 'string') return { ok: false, values: due }
  const dueAt = /^-?P/.test(due)
    ? context.calendars.add(context.now, due, deadline.calendar)
    : instantIn(due, context.timeZone)
  if (dueAt === null) return { ok: false, values: { due, calendar: deadline.calendar } }
  const reminders = planReminders(context, deadline, dueAt)
  if (reminders === null) return { ok: false, values: { due, calendar: deadline.calendar } }
  return {
    ok: true,
    dueAt,
    calendar: deadline.calendar,
    timers: [{ id: 'deadline', what: 'deadline', dueAt }, ...reminders],
  }
}

function evaluateDue(context: TaskContext, expression: string): string | Record<string, JsonValue> {
  const evaluated = context.evaluate(expression)
  if (!evaluated.ok) return { expression, message: evaluated.message }
  return typeof evaluated.value === 'string' ? evaluated.value : { expression, value: evaluated.value }
}

/** Reminders that are still to come, in the calendar of the deadline. */
function planReminders(context: TaskContext, deadline: Deadline, dueAt: string): TaskTimer[] | null {
  const planned: TaskTimer[] = []
  for (const [index, { offset, every, times }] of deadline.reminders.entries()) {
    let at = context.calendars.add(dueAt, offset, deadline.calendar)
    const repeats = every === undefined ? 1 : (times ?? 1)
    for (let turn = 0; turn < repeats; turn++) {
      if (at === null) return null
      planned.push({ id: `reminder-${index}-${turn}`, what: 'reminder', dueAt: at })
      if (every !== undefined) at = context.calendars.add(at, every, deadline.calendar)
    }
  }
  return planned.slice(0, mostReminders).filter((timer) => timer.dueAt > context.now)
}

/** Stops the clock for a question; what was armed is kept with it. */
export const pauseClock = (task: StepState, question: Omit<Question, 'paused'>): StepState => ({
  ...task,
  question: { ...question, paused: task.timers },
  timers: [],
})

/**
 * Lets the clock of a pending question go on: the time that was left when it stopped is left again, in the deadline's
 * calendar; reminders keep their distance from the due time. Without a question nothing changes.
 */
export function resumeClock(task: StepState, context: TaskContext): StepState {
  const { question } = task
  if (question === null) return task
  const resumed = {
    ...task,
    clock: task.clock + 1,
    question: null,
    askedBefore: [...new Set([...task.askedBefore, question.to])],
  }
  const { deadline: written } = context.policy
  if (written === null || task.dueAt === null || question.paused.length === 0)
    return { ...resumed, timers: question.paused }
  const deadline =
    task.calendar === undefined ? inCalendarOf(context, written, task.items) : { ...written, calendar: task.calendar }

  const waiting = question.paused.some((timer) => timer.what === 'deadline')
  const dueAt = waiting ? shifted(context, deadline.calendar, question.at, task.dueAt) : task.dueAt
  const again = new Map((planReminders(context, deadline, dueAt) ?? []).map((timer) => [timer.id, timer.dueAt]))
  again.set('deadline', dueAt)
  return {
    ...resumed,
    dueAt,
    timers: question.paused.flatMap((timer) => {
      const at = again.get(timer.id)
      return at === undefined ? [] : [{ ...timer, dueAt: at }]
    }),
  }
}

/** The due time that leaves from now on what was left of it at `since`. */
function shifted({ calendars, now }: TaskContext, calendar: string, since: string, dueAt: string): string {
  const left = secondsUntil({ calendars }, calendar, since, dueAt)
  return calendars.add(now, `PT${left}S`, calendar) ?? dueAt
}

/** Seconds of the calendar between two instants: the least number that, added to the first, reaches the second. */
function secondsUntil({ calendars }: Pick<TaskContext, 'calendars'>, calendar: string, from: string, to: string) {
  const [start, end] = [millisecondsOf(from) ?? 0, millisecondsOf(to) ?? 0]
  let [low, high] = [0, Math.max(0, Math.ceil((end - start) / 1000))]
  const target = instantOf(end)
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if ((calendars.add(from, `PT${middle}S`, calendar) ?? target) >= target) high = middle
    else low = middle + 1
  }
  return low
}

/** The due time has come and what follows from it was not done yet: at that very instant the clock wins. */
export const clockWon = (task: StepState, context: TaskContext): boolean =>
  task.dueAt !== null &&
  !task.expired &&
  task.question === null &&
  context.now >= task.dueAt &&
  context.policy.deadline !== null &&
  context.policy.deadline.atEnd !== 'remind'
