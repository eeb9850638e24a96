import { stepPolicy } from './approval/step-policy.ts'
import { calledIdOf } from './calls.ts'
import type { CompiledProcess } from './compiled.ts'
import type { ProcessInstance, WorkItem } from './instance.ts'
import { entryOf, trailOf } from './trail.ts'

/** Items of every approval step of an instance that no return made void, ended or open. */
export function approvalItems(definition: CompiledProcess, instance: ProcessInstance): WorkItem[] {
  const ended = (instance.handled ?? []).filter((step) => step.approval && !step.void)
  const open = instance.elements.flatMap(({ at, step }) => {
    const node = step && definition.node(at)
    return node && stepPolicy(node.parsed.policy, []).approval ? [step] : []
  })
  return [...ended, ...open].flatMap(({ items }) => items)
}

/** Instances that this one called and that no return went back behind. */
export function calledStill(
  instance: ProcessInstance,
  calls: readonly { key: number; occurrence: number }[],
): string[] {
  const trail = trailOf(instance)
  return calls
    .filter(({ key }) => !entryOf(trail, key)?.void)
    .map(({ key, occurrence }) => calledIdOf(instance.id, key, occurrence))
}
