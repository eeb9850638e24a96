import type { ModdleElement } from 'bpmn-moddle'
import type { ParsedListener, Unsupported } from './definition.ts'
import { childrenOf, extension, text, textOf } from './read-values.ts'

/** When a listener of a user task is asked, as a listener of any element; the other times are not told to anybody. */
const taskTimes: Readonly<Record<string, ParsedListener['on']>> = { creating: 'start', completing: 'end' }

function readListener(listener: ModdleElement, on: ParsedListener['on']): ParsedListener {
  const headers: Record<string, string> = {}
  for (const header of childrenOf(listener['headers'] as ModdleElement | undefined, 'values')) {
    const key = text(header['key'])
    if (key !== null && key !== '__proto__') headers[key] = text(header['value']) ?? ''
  }
  return {
    on,
    type: textOf(text(listener['type']) ?? ''),
    retries: textOf(text(listener['retries']) ?? '3'),
    headers,
  }
}

/**
 * Execution and task listeners of an element in the order in which they are asked: at the start those of the element
 * before those of the task, at the end the other way round.
 */
export function readListeners(element: ModdleElement, unsupported: Unsupported[]): ParsedListener[] {
  const refuse = (what: string, time: string | null) =>
    unsupported.push({ what: `zeebe:${what} eventType="${time ?? ''}"`, code: 'bpmn.not_executable' })
  const general: ParsedListener[] = []
  for (const listener of childrenOf(extension(element, 'zeebe:ExecutionListeners'), 'listeners')) {
    const time = text(listener['eventType'])
    if (time === 'start' || time === 'end') general.push(readListener(listener, time))
    else refuse('executionListener', time)
  }
  const ofTask: ParsedListener[] = []
  for (const listener of childrenOf(extension(element, 'zeebe:TaskListeners'), 'listeners')) {
    const time = text(listener['eventType'])
    const on = time === null ? undefined : taskTimes[time]
    if (on) ofTask.push(readListener(listener, on))
    else refuse('taskListener', time)
  }
  const at = (some: readonly ParsedListener[], on: ParsedListener['on']) => some.filter((one) => one.on === on)
  return [...at(general, 'start'), ...at(ofTask, 'start'), ...at(ofTask, 'end'), ...at(general, 'end')]
}
