import type { Binding } from '../model/definition.ts'
import type { JsonValue } from '../model/json.ts'
import type { ActorId } from './instance.ts'

/**
 * What a step may ask about the world: plain, synchronous look-ups in data that the caller has at hand. A step stays
 * pure, because what it learned here stands in its events.
 */
export interface Host {
  people: Directory
  calendars: Calendars
  /** Evaluates the decision in the version that the instance is pinned to. */
  evaluateDecision(
    decisionId: string,
    version: number | null,
    scope: { get(name: string): unknown; now: string; timeZone: string },
  ): DecisionAnswer
  timeZone: string
  /** The shared value of a data store as it stood before the step; null when there is none. */
  dataStore?(name: string): JsonValue
  /** The version of a process that a call of this caller means; null when there is none. */
  called?(caller: { processId: string; version: number }, processId: string, binding: Binding): number | null
  /** Milliseconds that have passed on some clock, for the budget of a step; without one a step may take its time. */
  elapsed?(): number
  /** Names of a form's fields in the version that the instance is pinned to; null when there is no such form. */
  formFields?(formId: string, version: number | null): readonly string[] | null
}

export type DecisionAnswer =
  | {
      ok: true
      output: JsonValue
      matched: { decisionId: string; ruleIndex: number; ruleId: string; annotation: string | null }[]
    }
  | { ok: false; code: string; message: { zh: string; en: string } }

export interface Person {
  id: ActorId
  name: string
  roles: readonly string[]
  departmentId: string | null
  managerId: ActorId | null
  /** Left the company: counts as nobody. */
  canceled: boolean
  substitute: { to: ActorId; from: string; until: string } | null
}

export interface Directory {
  person(id: ActorId): Person | undefined
  inRole(role: string): readonly Person[]
  inDepartment(departmentId: string): readonly Person[]
  /** `calendarId`: the working calendar that its deadlines in working time follow; absent: that of the shop. */
  department(
    id: string,
  ): { id: string; parentId: string | null; headId: ActorId | null; calendarId?: string | null } | undefined
}

export interface Calendars {
  /** Adds an ISO 8601 duration to an instant, in natural or working time. Unknown calendar or duration: null. */
  add(instant: string, duration: string, calendar: string): string | null
}
