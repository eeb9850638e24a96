import type { JsonObject, JsonValue } from '../model/json.ts'
import type { ActorId, ProcessInstance, WorkItem } from './instance.ts'

/**
 * What happened, in the past tense. `apply` is the only writer of an instance, so replaying the events gives the
 * state. An event says all that a person wants to read in the history later: which branch and why, who and what.
 */
export interface EventBase {
  /** Gap-free number within the instance. */
  seq: number
  at: string
}

/** Lifecycle of an element instance; see `lifecycle.ts` for the table of legal moves. */
export type ElementState = 'activating' | 'activated' | 'completing' | 'completed' | 'terminating' | 'terminated'

export type EngineEvent = EventBase &
  (
    | {
        type: 'instanceStarted'
        instance: Omit<ProcessInstance, 'state' | 'endedAt' | 'lastEvent'>
      }
    | { type: 'instanceEnded'; state: 'completed' | 'terminated'; by: ActorId | null; reason: string | null }
    | {
        type: 'elementMoved'
        key: number
        elementId: string
        scopeKey: number | null
        to: ElementState
        /** Sequence flow by which it was entered, at activating. */
        via?: string | null
        locals?: JsonObject
      }
    | {
        type: 'flowTaken'
        flowId: string
        because?: { expression: string; values: Record<string, JsonValue> } | 'default'
      }
    | { type: 'variablesSet'; scopeKey: number | null; variables: JsonObject; by: ActorId | null }
    | {
        type: 'decisionEvaluated'
        key: number
        decisionId: string
        output: JsonValue
        rules: { index: number; id: string; annotation: string | null }[]
      }
    | { type: 'jobCreated' | 'jobCompleted' | 'jobCanceled'; key: number; jobId: string; jobType: string }
    | { type: 'timerArmed'; timerId: string; key: number; elementId: string; dueAt: string }
    | { type: 'timerFired' | 'timerDisarmed'; timerId: string }
    | {
        type: 'subscriptionOpened'
        subscriptionId: string
        key: number
        elementId: string
        messageName: string
        correlationKey: string
        once: boolean
      }
    | { type: 'messageCorrelated'; subscriptionId: string; messageId: string; variables: JsonObject }
    | { type: 'subscriptionClosed'; subscriptionId: string }
    | { type: 'messagePublished'; key: number; messageId: string; name: string; correlationKey: string | null }
    | {
        type: 'taskActed'
        key: number
        by: ActorId
        action: string
        comment: string | null
        to?: ActorId[]
        variables: JsonObject
      }
    | { type: 'itemsChanged'; key: number; items: WorkItem[] }
    | { type: 'errorThrown'; key: number; code: string; message: string; caughtBy: string | null }
    | { type: 'incidentRaised'; incidentId: string; key: number; code: string; values: Record<string, JsonValue> }
    | { type: 'incidentResolved'; incidentId: string; by: ActorId }
  )
