import type { JsonObject } from '../model/json.ts'

/** Who stands behind a command: a user's id, `customer` for the private link, `system` for clocks and jobs. */
export type ActorId = string

/**
 * One run of a process: small JSON that only `apply` changes. Outside the engine only the fields declared here may be
 * read; the rest is the engine's own.
 */
export interface ProcessInstance {
  id: string
  processId: string
  /** Version of the definition this instance is pinned to. */
  definitionVersion: number
  /** The user's reference for the run, for a case its number. */
  businessKey: string | null
  state: 'active' | 'completed' | 'terminated'
  initiator: ActorId
  startedAt: string
  endedAt: string | null
  /** Number of the last event; events are numbered without a gap from 1. */
  lastEvent: number
  /** Variables of the process scope; inner scopes are the engine's own business. */
  variables: JsonObject
  parent: { processInstanceId: string; elementInstanceKey: number } | null
  /** Versions of decisions and forms that were current when the instance started; it keeps to them (its version). */
  pinned: { decisions: Record<string, number>; forms: Record<string, number> }
}

export type WorkItemState = 'waiting' | 'open' | 'approved' | 'rejected' | 'skipped' | 'canceled'

/** One person's share of a user task. */
export interface WorkItem {
  id: string
  who: ActorId
  state: WorkItemState
  openedAt: string | null
  answeredAt: string | null
  comment: string | null
  /** Audit names both persons: who gave the item away, to whom, and how. */
  from?: { who: ActorId; how: 'transfer' | 'delegate' | 'substitute' | 'escalate' | 'reassign' | 'manager' }
  addedBy?: ActorId
  /** Hash of the fields that this person could see when deciding. */
  seen?: string
}
