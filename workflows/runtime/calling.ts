import type { CompiledProcess } from '../engine/compiled.ts'
import type { Problem } from '../model/problem.ts'
import { problem } from '../model/problems.ts'
import type { ReadPart } from './read-resource.ts'

/** Ids of the processes that a process calls by name. */
export const calledBy = (definition: CompiledProcess): string[] => [
  ...new Set(definition.nodes.flatMap(({ call }) => call?.processId.text ?? [])),
]

/** Whether `from` calls `goal`, over as many calls as it takes. */
function leadsTo(from: string, goal: string, calls: Readonly<Record<string, readonly string[]>>): boolean {
  const seen = new Set<string>()
  const open = [from]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === goal) return true
    if (seen.has(id) || !Object.hasOwn(calls, id)) continue
    seen.add(id)
    open.push(...calls[id]!)
  }
  return false
}

/** Processes that would call each other for ever, told at each call activity on the circle (reliability B28). */
export function callCircles(
  parts: readonly ReadPart[],
  published: Readonly<Record<string, readonly string[]>> = {},
): Problem[] {
  const processes = parts.flatMap(({ process }) => process ?? [])
  const calls = { ...published, ...Object.fromEntries(processes.map((one) => [one.id, calledBy(one)])) }
  return processes.flatMap((process) =>
    process.nodes.flatMap(({ id, name, call }) => {
      const called = call?.processId.text ?? null
      if (called === null || !leadsTo(called, process.id, calls)) return []
      return [problem('bpmn.call_circle', name === '' ? { id } : { id, name }, called)]
    }),
  )
}
