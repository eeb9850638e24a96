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

/** Throws a message: by a job where there is a task definition, else inside the engine (coverage (c)3). */
export function send(run: Run, visit: Visit): Outcome {
  const { node } = visit
  if (node.job) return waitForJob(run, visit, node.job)
  const message = readMessage(
    run,
    visit,
    node.triggers.find(({ kind }) => kind === 'message'),
  )
  if (!message.ok) return message.failure
  const messageId = `${run.instance.id}:${visit.key}`
  const said = { messageId, name: message.name, correlationKey: message.key }
  emit(run, { type: 'messagePublished', key: visit.key, elementId: node.id, ...said })
  // Its variables are the input mapping, or its data inputs; without either it carries nothing.
  const variables = node.inputs.length > 0 ? { ...visit.locals } : dataPayload(visit)
  run.requests.push({ type: 'publishMessage', ...said, variables, timeToLive })
  return done
}
