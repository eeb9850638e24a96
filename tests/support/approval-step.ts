import { actOnTask, type ActInput } from '../../workflows/engine/approval/act.ts'
import { fireTaskTimer } from '../../workflows/engine/approval/expire.ts'
import { openTask } from '../../workflows/engine/approval/open.ts'
import { stepPolicy } from '../../workflows/engine/approval/step-policy.ts'
import {
  waitingFor,
  type HandledStep,
  type StepState,
  type TaskChange,
  type TaskContext,
} from '../../workflows/engine/approval/task.ts'
import type { Participant, Participants, TaskAction, TaskPolicy } from '../../workflows/model/approval.ts'
import type { JsonObject } from '../../workflows/model/json.ts'
import { createCalendars } from '../../workflows/runtime/calendars.ts'
import { aDirectory, type DepartmentSpec, type PersonSpec } from './directory.ts'

export const user = (value: string): Participant => ({ kind: 'user', value })
export const role = (value: string): Participant => ({ kind: 'role', value })

export const participants = (list: Participant[], more: Partial<Participants> = {}): Participants => ({
  list,
  whenNobody: 'incident',
  whenInitiator: 'keep',
  whenRepeated: 'ask',
  ...more,
})

/** Buttons by name, `reject!` with comment required, `custom=escalated` with its value. */
export const actions = (...names: string[]): TaskAction[] =>
  names.map((text) => {
    const [name = '', value] = text.replace('!', '').split('=')
    return {
      name: name as TaskAction['name'],
      ...(value !== undefined && { value }),
      comment: text.endsWith('!') ? 'required' : 'optional',
      signature: false,
    }
  })

export interface StepSpec extends TaskPolicy {
  people?: Record<string, PersonSpec>
  departments?: Record<string, DepartmentSpec>
  initiator?: string
  variables?: JsonObject
  handled?: Partial<HandledStep>[]
  formFields?: string[]
  initiatorFields?: string[]
  now?: string
  choose?: TaskContext['choose']
  results?: Record<string, ReturnType<TaskContext['evaluate']>>
}

const office = { timeZone: 'Asia/Shanghai', hours: ['09:00-18:00'], days: [1, 2, 3, 4, 5] }

/** One activation of an approval step on its own, with a clock that the test moves. */
export function aStep(spec: StepSpec) {
  const {
    choose,
    people,
    departments,
    initiator,
    variables,
    handled,
    formFields,
    initiatorFields,
    now,
    results,
    ...policy
  } = spec
  const context: TaskContext = {
    elementId: 'approve',
    name: '经理审批',
    policy: stepPolicy(policy, []),
    initiator: initiator ?? 'li',
    now: now ?? '2026-03-02T01:00:00.000Z',
    timeZone: 'Asia/Shanghai',
    people: aDirectory(people ?? { li: {}, wang: {}, zhao: {}, chen: {} }, departments),
    calendars: createCalendars({ working: office }, 'Asia/Shanghai'),
    variables: variables ?? {},
    formFields: formFields ?? null,
    initiatorFields: initiatorFields ?? null,
    handled: (handled ?? []).map((step, index) => ({
      key: index + 1,
      elementId: 'check',
      approval: true,
      outcome: 'approved',
      by: 'li',
      at: '2026-03-02T00:00:00.000Z',
      comment: null,
      action: 'approve',
      items: [],
      asked: [],
      onPath: true,
      void: false,
      ...step,
    })),
    unfinished: [],
    startElements: ['start'],
    reserved: ['approve', 'check'],
    urgeEvery: 'PT1H',
    before: null,
    choose: choose ?? {},
    evaluate: (expression) => results?.[expression] ?? { ok: false, message: 'no such expression' },
  }
  const opening = openTask(context)
  const changes: TaskChange[] = opening.ok ? [opening.change] : []
  const take = (change: TaskChange) => {
    changes.push(change)
    Object.assign(context.variables, change.variables)
  }
  const last = () => changes.at(-1)!

  const run = {
    context,
    incident: opening.ok ? null : opening.incident,
    get task(): StepState {
      return last().task
    },
    get last(): TaskChange {
      return last()
    },
    /** The act's code of refusal, or `ok`. */
    act(by: string, action: string, more: Omit<ActInput, 'by' | 'action'> = {}): string {
      const result = actOnTask(run.task, context, { by, action, ...more })
      if (!result.ok) return result.refusal.code
      take(result.value)
      return 'ok'
    },
    refusal(by: string, action: string, more: Omit<ActInput, 'by' | 'action'> = {}) {
      const result = actOnTask(run.task, context, { by, action, ...more })
      return result.ok ? null : result.refusal
    },
    /** Moves the clock; due timers of the task fire in the order of their times. */
    at(instant: string) {
      for (;;) {
        const due = run.task.timers
          .filter((timer) => timer.dueAt <= instant)
          .toSorted((a, b) => (a.dueAt < b.dueAt ? -1 : 1))[0]
        if (!due || run.outcome) break
        context.now = due.dueAt
        take(fireTaskTimer(run.task, context, due.id))
      }
      context.now = instant
      return run
    },
    get outcome(): string | null {
      return last().outcome?.outcome ?? null
    },
    /** `wang open`, `zhao waiting` in the order of asking. */
    get items(): string[] {
      return run.task.items.map((item) => `${item.who} ${item.state}`)
    },
    get waitingFor(): string[] {
      return waitingFor(run.task)
    },
    get notices() {
      return changes.flatMap((change) => change.notices)
    },
    get log(): string[] {
      return changes.flatMap((change) => change.log.map((entry) => `${entry.by} ${entry.action}`))
    },
  }
  return run
}
