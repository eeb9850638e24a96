import type { ModdleElement } from 'bpmn-moddle'
import { taskTimes } from './definition.ts'
import type { ParsedListener, ParsedTaskListener, TaskDefinition, Unsupported } from './definition.ts'
import { childrenOf, extension, text, textOf } from './read-values.ts'

/** What stands in task headers, by key. */
export function readHeaders(holder: ModdleElement | undefined): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const header of childrenOf(holder, 'values')) {
    const key = text(header['key'])
    if (key !== null && key !== '__proto__') headers[key] = text(header['value']) ?? ''
  }
  return headers
}

const readListener = (listener: ModdleElement): TaskDefinition => ({
  type: textOf(text(listener['type']) ?? ''),
  retries: textOf(text(listener['retries']) ?? '3'),
  headers: readHeaders(listener['headers'] as ModdleElement | undefined),
})

/** Listeners of one kind in the order of the file; those of a time that nobody knows are refused by name. */
function listenersOf<Time extends string>(
  element: ModdleElement,
  type: 'ExecutionListener' | 'TaskListener',
  times: readonly Time[],
  unsupported: Unsupported[],
): (TaskDefinition & { on: Time })[] {
  return childrenOf(extension(element, `zeebe:${type}s`), 'listeners').flatMap((listener) => {
    const time = text(listener['eventType'])
    const on = times.find((one) => one === time)
    if (on) return [{ on, ...readListener(listener) }]
    const what = `zeebe:${type.slice(0, 1).toLowerCase()}${type.slice(1)} eventType="${time ?? ''}"`
    unsupported.push({ what, code: 'bpmn.not_executable' })
    return []
  })
}

/** Who is asked before an element or a process begins, and after it is done. */
export const readListeners = (element: ModdleElement, unsupported: Unsupported[]): ParsedListener[] =>
  listenersOf(element, 'ExecutionListener', ['start', 'end'], unsupported)

/** Who is asked before a user task changes. */
export const readTaskListeners = (element: ModdleElement, unsupported: Unsupported[]): ParsedTaskListener[] =>
  listenersOf(element, 'TaskListener', taskTimes, unsupported)
