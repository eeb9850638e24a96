import { replay } from '../../../workflows/engine/apply.ts'
import type { CompiledProcess } from '../../../workflows/engine/compiled.ts'
import type { EngineEvent } from '../../../workflows/engine/events.ts'
import type { Host } from '../../../workflows/engine/host.ts'
import type { ElementInstance, ProcessInstance } from '../../../workflows/engine/instance.ts'
import { step } from '../../../workflows/engine/step.ts'
import { orphansOf } from '../../../workflows/runtime/scenario/expectation.ts'
import type { World } from '../../../workflows/runtime/scenario/world.ts'
import { findLeftovers, findStuckInstances } from '../../../workflows/runtime/stuck-instances.ts'
import { stable } from '../../support/crash-story.ts'
import type { Node } from './diagram.ts'

/** What an instance and all that it called look like, in the words of the reference interpreter. */
export interface Seen {
  instances: ProcessInstance[]
  events: EngineEvent[]
  ended: boolean
  waiting: string[]
  taken: Record<string, number>
}

type Nodes = ReadonlyMap<string, Node>

/** Where something waits: leaves of the tree of element instances, without calls and throws that compensate. */
function waitingOf({ elements, state }: ProcessInstance, nodes: Nodes): string[] {
  if (state !== 'active') return []
  const scopes = new Set(elements.flatMap((element) => (element.scope === undefined ? [] : [element.scope])))
  const undoes = ({ at }: ElementInstance) => {
    const node = nodes.get(at)
    const isThrow = node?.type === 'throw' || node?.type === 'end'
    return isThrow && ['compensation', 'cancel'].includes(node.trigger.kind)
  }
  return elements
    .filter((element) => !element.loop && element.call === undefined && !scopes.has(element.key) && !undoes(element))
    .map((element) => element.at)
}

export async function seeAll(world: World, nodes: Nodes): Promise<Seen> {
  const instances = await world.all<ProcessInstance>('instances', {})
  const events = (await Promise.all(instances.map(({ id }) => world.runtime.history(id)))).flat()
  const taken: Record<string, number> = {}
  for (const event of events) if (event.type === 'flowTaken') taken[event.flowId] = (taken[event.flowId] ?? 0) + 1
  return {
    instances,
    events,
    ended: instances.every(({ state }) => state !== 'active'),
    waiting: instances.flatMap((instance) => waitingOf(instance, nodes)).toSorted(),
    taken,
  }
}

/** Elements that nothing would ever move again (reliability R11). */
const idleIn = ({ elements }: ProcessInstance): string[] => {
  const scopes = new Set(elements.flatMap((element) => (element.scope === undefined ? [] : [element.scope])))
  return elements
    .filter(
      (element) =>
        !scopes.has(element.key) &&
        !element.arrived &&
        !element.taken &&
        !element.adHoc &&
        !element.undoing &&
        element.job === undefined &&
        element.call === undefined &&
        !element.task &&
        !element.timers?.length &&
        !element.subscriptions?.length &&
        !element.conditions?.length &&
        !element.incident,
    )
    .map((element) => element.at)
}

/** Ending an instance ends it, whatever state it is in (reliability 6.6). */
function survivesCancel(instance: ProcessInstance, definition: CompiledProcess, host: Host, now: string): boolean {
  const byCaller = instance.parent ? { byCaller: true as const } : {}
  const ended = step(
    definition,
    structuredClone(instance),
    { type: 'cancel', by: 'system', reason: null, now, ...byCaller },
    host,
  )
  return !ended.ok || ended.instance.state !== 'terminated' || ended.instance.elements.length > 0
}

/** What must hold after every command whatever the process is; the first that does not, as a sentence. */
export async function brokenIn(
  world: World,
  { instances }: Seen,
  definitionOf: (instance: ProcessInstance) => CompiledProcess,
  host: Host,
): Promise<string | null> {
  for (const instance of instances) {
    const history = await world.runtime.history(instance.id)
    const gap = history.findIndex(({ seq }, index) => seq !== index + 1)
    if (gap >= 0) return `event ${gap + 1} of ${instance.id} has number ${history[gap]?.seq}`
    if (stable(replay(history)) !== stable(instance))
      return `replayed events give another state: ${stable(replay(history))} for ${stable(instance)}`
    if (instance.state !== 'active') continue
    const idle = idleIn(instance)
    if (idle.length > 0) return `nothing will ever move ${idle.join(' ')}`
    if (survivesCancel(instance, definitionOf(instance), host, world.now())) return `${instance.id} cannot be canceled`
  }
  const orphans = await orphansOf({ ...world, instanceIds: () => instances.map(({ id }) => id) })
  if (orphans.length > 0) return `orphans: ${orphans.join(' ')}`
  const stuck = await findStuckInstances(world.store)
  if (stuck.length > 0) return `stuck: ${stuck.map(({ processId }) => processId).join(' ')}`
  const left = await findLeftovers(world.store)
  if (left.length > 0) return `left over: ${left.map(({ processId }) => processId).join(' ')}`
  for (const collection of ['errands', 'signals'])
    if ((await world.store.count(collection)) > 0) return `${collection} are left`
  return null
}
