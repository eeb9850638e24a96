import type { JsonObject } from '../workflows/model/json.ts'
import type { JobDocument } from '../workflows/runtime/face.ts'
import type { FollowUp } from '../workflows/runtime/ports.ts'

/**
 * A command to another aggregate, as a follow-up: a job without an instance. The id is deterministic, so that the same
 * effect asks once (reliability R1, R3).
 */
export function domainJob(id: string, jobType: string, variables: JsonObject, dueAt: string): FollowUp {
  const job: JobDocument = {
    id,
    jobType,
    processInstanceId: null,
    businessKey: null,
    elementId: null,
    elementInstanceKey: null,
    headers: {},
    variables,
    state: 'waiting',
    attempts: 0,
    retries: 20,
    dueAt,
    leaseUntil: null,
    lastError: null,
  }
  return { kind: 'insert', collection: 'jobs', id, data: job }
}
