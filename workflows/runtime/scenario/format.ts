import type { JobResult } from '../../engine/commands.ts'
import type { JsonObject, JsonValue } from '../../model/json.ts'
import type { WorkItemState } from '../../engine/instance.ts'
import type { CalendarSpec } from '../calendars.ts'

/** A scenario as its file says it; `scenario.schema.json` describes the same for editors and for the check. */
export interface Scenario {
  title: string
  files: string[]
  process?: string
  now?: string
  people?: Record<string, PersonSpec>
  departments?: Record<string, { parent?: string; head?: string; calendar?: string }>
  calendars?: Record<string, CalendarSpec>
  jobs?: Record<string, JobAnswer>
  row?: string
  refused?: string[]
  steps?: Step[]
}

export interface PersonSpec {
  name?: string
  roles?: string[]
  department?: string
  manager?: string
  /** Departments whose head this person is. */
  heads?: string[]
  substitute?: { to: string; from: string; until: string }
  canceled?: boolean
}

export interface JobAnswer {
  complete?: JsonObject
  error?: { code: string; message?: string; variables?: JsonObject }
  fail?: { message?: string; times?: number; then?: JobAnswer }
}

interface OfInstance {
  instance?: string
}

interface JobPick extends OfInstance {
  element?: string
  type?: string
  nth?: number
}

export interface ActStep extends OfInstance {
  element?: string
  by: string
  action: string
  value?: string
  to?: string | string[]
  from?: string
  position?: 'before' | 'after' | 'parallel'
  afterwards?: 'rerun' | 'back' | 'affected'
  comment?: string
  /** true stands for any. */
  signature?: string | boolean
  variables?: JsonObject
  nth?: number
  choose?: Record<string, string[]>
}

/** What a return would do, by element ids. */
export interface Foreseen {
  void?: string[]
  kept?: string[]
  restarts?: string[]
  compensates?: string[]
}

export interface Expectation extends OfInstance {
  state?: 'active' | 'completed' | 'terminated'
  active?: string[]
  completed?: string[] | Record<string, number>
  terminated?: string[] | Record<string, number>
  never?: string[]
  flows?: Record<string, number>
  order?: string[]
  variables?: JsonObject
  incidents?: { element: string; code?: string }[]
  timers?: { element: string; due?: string }[]
  messages?: { element?: string; name?: string; correlationKey?: string | number }[]
  waitingFor?: Record<string, string[]>
  items?: Record<string, { who?: string; state?: WorkItemState; position?: number }[]>
  drafts?: Record<string, Record<string, JsonObject>>
  instances?: Record<string, number>
  orphans?: number
}

/** What each step brings; a step in the file is an object with exactly one of these keys. */
export interface Steps {
  start: {
    process?: string
    variables?: JsonObject
    businessKey?: string
    by?: string
    as?: string
    element?: string
    choose?: Record<string, string[]>
  }
  message: { name: string; correlationKey?: string | number; variables?: JsonObject; as?: string; ttl?: string }
  signal: { name: string; variables?: JsonObject }
  advance: string | { to: string }
  completeTask: OfInstance & {
    element: string
    variables?: JsonObject
    nth?: number
    by?: string
    choose?: Record<string, string[]>
  }
  act: ActStep
  completeJob: JobPick & { variables?: JsonObject; result?: JobResult }
  failJob: JobPick & { message?: string; retries?: number; backoff?: string }
  throwError: JobPick & { code: string; message?: string; variables?: JsonObject }
  setVariables: OfInstance & { variables: JsonObject; scope?: string }
  activate: OfInstance & { element: string; inner?: string[]; variables?: JsonObject }
  resolve: OfInstance & { element: string }
  cancel: OfInstance
  restart: Record<string, never>
  evaluate: { decision: string; input?: JsonObject; output?: JsonValue }
  feel: { expression: string; context?: JsonObject; result?: JsonValue }
  expect: Expectation
  rejects: Partial<Steps> & { code?: string }
  batch: { acts: ActStep[]; results: string[] }
  /** The act stands in a step of its own, or its fields beside what is expected. */
  preview: ({ act: ActStep } | ActStep) & Foreseen
}

export type StepName = keyof Steps
export type Step = Partial<Steps>
