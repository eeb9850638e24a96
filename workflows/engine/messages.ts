import type { JsonObject } from '../model/json.ts'
import { dataPayload } from './data.ts'
import { done } from './element.ts'
import type { Outcome, Visit } from './element.ts'
import { waitForJob } from './jobs.ts'
import { emit } from './run.ts'
import type { Run } from './run.ts'
import { readMessage } from './waits.ts'

/**
 * How long a thrown message is kept for somebody who begins to wait later: branches of one case run in any order, and
 * a message must not be lost by that.
 */
const timeToLive = 'PT1H'

/** What a thrown event carries: its input mapping, or its data inputs; without either nothing (coverage (c)3). */
export const payload = (visit: Visit): JsonObject =>
  visit.node.inputs.length > 0 ? { ...visit.locals } : dataPayload(visit)

/** Publishes a message inside the engine. */
export function publish(run: Run, visit: Visit, message: { name: string; key: string | null }, suffix = ''): void {
  const { node, key } = visit
  const messageId = `${run.instance.id}:${key}${suffix}`
  const said = { messageId, name: message.name, correlationKey: message.key }
  emit(run, { type: 'messagePublished', key, elementId: node.id, ...said })
  run.requests.push({ type: 'publishMessage', ...said, variables: payload(visit), timeToLive })
}

/** Throws a message: by a job where there is a task definition, else inside the engine (coverage (c)3). */
export function send(run: Run, visit: Visit): Outcome {
  const { job, triggers } = visit.node
  if (job) return waitForJob(run, visit, job)
  const message = readMessage(run, visit, triggers[0])
  if (!message.ok) return message.failure
  publish(run, visit, message)
  return done
}
