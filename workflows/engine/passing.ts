import type { EngineEvent } from './events.ts'
import type { Request } from './requests.ts'

/** What a request makes outside, or takes back there; null for all that cannot end within one step. */
function subjectOf(request: Request): { id: string; isEnd: boolean } | null {
  switch (request.type) {
    case 'createJob':
    case 'cancelJob':
      return { id: `job ${request.jobId}`, isEnd: request.type === 'cancelJob' }
    case 'openTask':
    case 'closeTask':
      return { id: `task ${request.taskId}`, isEnd: request.type === 'closeTask' }
    case 'remind':
      return { id: `task ${request.taskId}`, isEnd: false }
    default:
      return null
  }
}

/**
 * Leaves out jobs and tasks that began and ended in the same step: nobody outside has seen them, so no worker must take
 * one and no inbox show one. `events` are those of the step.
 */
export function withoutPassing(requests: readonly Request[], events: readonly EngineEvent[]): readonly Request[] {
  return endsWhatBegan(requests) ? leavingOut(requests, events) : requests
}

/** Mostly nothing ends in a step, or only what was there before the step began anything. */
function endsWhatBegan(requests: readonly Request[]): boolean {
  let begun = false
  for (const { type } of requests)
    if (type === 'createJob' || type === 'openTask') begun = true
    else if (begun && (type === 'cancelJob' || type === 'closeTask')) return true
  return false
}

function leavingOut(requests: readonly Request[], events: readonly EngineEvent[]): readonly Request[] {
  // The task of an element that was activated earlier is only shown anew.
  const activated = new Set(
    events.flatMap((event) => (event.type === 'elementMoved' && event.to === 'activated' ? [event.key] : [])),
  )
  const isNew = (request: Request) =>
    request.type === 'createJob' || (request.type === 'openTask' && activated.has(request.elementInstanceKey))
  const made = new Set<string>()
  const passing = new Set<string>()
  for (const request of requests) {
    const subject = subjectOf(request)
    if (!subject) continue
    if (subject.isEnd && made.has(subject.id)) passing.add(subject.id)
    else if (isNew(request)) made.add(subject.id)
  }
  return passing.size === 0 ? requests : requests.filter((request) => !passing.has(subjectOf(request)?.id ?? ''))
}
