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

const isNew = (request: Request, lastEvent: number) =>
  request.type === 'createJob' || (request.type === 'openTask' && request.elementInstanceKey > lastEvent)

const endsSomething = ({ type }: Request) => type === 'cancelJob' || type === 'closeTask'

/**
 * Leaves out jobs and tasks that began and ended in the same step: nobody outside has seen them, so no worker must take
 * one and no inbox show one. `lastEvent` is the number of the last event before the step.
 */
export function withoutPassing(requests: readonly Request[], lastEvent: number): readonly Request[] {
  // Mostly nothing ends in a step, or only what was there before.
  if (!requests.some(endsSomething) || !requests.some((request) => isNew(request, lastEvent))) return requests
  const made = new Set<string>()
  const passing = new Set<string>()
  for (const request of requests) {
    const subject = subjectOf(request)
    if (!subject) continue
    if (subject.isEnd && made.has(subject.id)) passing.add(subject.id)
    else if (isNew(request, lastEvent)) made.add(subject.id)
  }
  return passing.size === 0 ? requests : requests.filter((request) => !passing.has(subjectOf(request)?.id ?? ''))
}
