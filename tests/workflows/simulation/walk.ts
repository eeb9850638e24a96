import { replay } from '../../../workflows/engine/apply.ts'
import type { ElementInstance, ProcessInstance } from '../../../workflows/engine/instance.ts'
import { readScenario } from '../../../workflows/runtime/scenario/read-scenario.ts'
import { orphansOf } from '../../../workflows/runtime/scenario/expectation.ts'
import type { Step } from '../../../workflows/runtime/scenario/format.ts'
import { perform } from '../../../workflows/runtime/scenario/perform.ts'
import { createWorld } from '../../../workflows/runtime/scenario/world.ts'
import { seeded } from '../../support/seeded.ts'
import { nodesWithin, triggersOf } from './diagram.ts'
import type { Diagram, Node } from './diagram.ts'
import { draw } from './draw.ts'
import type { Palette } from './draw.ts'
import { createReference, TooMany } from './reference.ts'
import type { Command, State } from './reference.ts'
import { toBpmn } from './to-bpmn.ts'

export type Walked =
  | { kind: 'ended' | 'stopped'; commands: number }
  /** Publishing refused it, or it has more orders of events than are worth trying. */
  | { kind: 'left out'; why: string }
  | { kind: 'wrong'; why: string; told: string[]; xml: string }

type World = ReturnType<typeof createWorld>

/** Where something waits in the engine: leaves of the tree of element instances, without throws that compensate. */
function waitingOf({ elements }: ProcessInstance, nodes: ReadonlyMap<string, Node>): string[] {
  const scopes = new Set(elements.flatMap((element) => (element.scope === undefined ? [] : [element.scope])))
  const undoing = (element: ElementInstance) => {
    const node = nodes.get(element.at)
    return node !== undefined && 'trigger' in node && ['compensation', 'cancel'].includes(node.trigger.kind)
  }
  return elements
    .filter((element) => !element.loop && !scopes.has(element.key) && !undoing(element))
    .map((element) => element.at)
    .toSorted()
}

/** An element that nothing would ever move again (reliability R11). */
function idle({ elements }: ProcessInstance, known: ReadonlyMap<string, Node>): string[] {
  const scopes = new Set(elements.flatMap((element) => (element.scope === undefined ? [] : [element.scope])))
  return elements
    .filter(
      (element) =>
        !scopes.has(element.key) &&
        !element.arrived &&
        element.job === undefined &&
        !element.task &&
        !element.timers?.length &&
        !element.subscriptions?.length &&
        !element.conditions?.length &&
        !element.incident &&
        known.get(element.at)?.type !== 'throw' &&
        known.get(element.at)?.type !== 'end',
    )
    .map((element) => element.at)
}

function takenOf(world: World, id: string): Record<string, number> {
  const taken: Record<string, number> = {}
  for (const event of world.events(id))
    if (event.type === 'flowTaken') taken[event.flowId] = (taken[event.flowId] ?? 0) + 1
  return taken
}

const sorted = (record: Record<string, number>) => JSON.stringify(Object.entries(record).toSorted())

/** What could be done now, as the engine's own state offers it. */
function offers(instance: ProcessInstance, diagram: Diagram): Command[] {
  const nodes = nodesWithin(diagram.body)
  const commands: Command[] = []
  const names = new Map(nodes.map((node) => [node.id, node]))
  for (const { at, job, task } of instance.elements) {
    const node = names.get(at)
    if (job === undefined && !task) continue
    commands.push({ type: 'complete', node: at }, { type: 'complete', node: at })
    const catches = nodes.some((one) => one.type === 'boundary' && one.host === at && one.trigger.kind === 'error')
    if (node?.type === 'service' && job !== undefined && catches)
      commands.push({ type: 'throwError', node: at, name: 'e-job' })
  }
  for (const node of nodes) {
    for (const trigger of triggersOf(node))
      if (trigger.kind === 'message' || trigger.kind === 'signal')
        commands.push({ type: trigger.kind, name: trigger.name })
  }
  commands.push({ type: 'advance', minutes: 7 }, { type: 'advance', minutes: 19 })
  return commands
}

function stepOf(command: Command, nodes: ReadonlyMap<string, Node>): Step {
  switch (command.type) {
    case 'complete': {
      const variables = command.set ?? {}
      return nodes.get(command.node)?.type === 'user'
        ? { completeTask: { element: command.node, variables } }
        : { completeJob: { element: command.node, variables } }
    }
    case 'throwError':
      return { throwError: { element: command.node, code: command.name } }
    case 'message':
      return { message: { name: command.name, correlationKey: 'k' } }
    case 'signal':
      return { signal: { name: command.name } }
    case 'advance':
      return { advance: `PT${command.minutes}M` }
  }
}

/**
 * Draws a process by its seed, publishes it, and walks through it at random: after each command the engine must be in
 * a state that the reference interpreter can be in, its replayed events must give its state, a restart from the store
 * must change nothing, nothing may be orphaned, and whatever waits must have a reason.
 */
export async function walk(seed: number, palette: Palette, length: number): Promise<Walked> {
  const dice = seeded(seed)
  const diagram = draw(dice, palette)
  const xml = toBpmn(diagram)
  const read = readScenario(JSON.stringify({ title: `seed ${seed}`, files: ['p.bpmn'], steps: [] }))
  if (!read.ok) throw new Error(read.message)
  const world = createWorld(read.scenario)
  const published = await world.runtime.publish([{ kind: 'process', content: xml }], 'system')
  if (!published.ok) {
    const problems = (published.refusal.params?.['problems'] ?? []) as {
      severity: string
      code: string
      elementId: string | null
    }[]
    const errors = problems.filter(({ severity }) => severity === 'error')
    return { kind: 'left out', why: [...new Set(errors.map(({ code }) => code))].join(' ') }
  }
  const nodes = new Map(nodesWithin(diagram.body).map((node) => [node.id, node]))
  const told: string[] = []
  const wrong = (why: string): Walked => ({ kind: 'wrong', why, told, xml })

  const values = Object.fromEntries(['v0', 'v1', 'v2', 'v3', 'v4', 'v5'].map((name) => [name, dice.chance(0.5)]))
  told.push(`start ${JSON.stringify(values)}`)
  const reference = createReference(diagram)
  let states: State[]
  try {
    states = reference.start({ ...values })
  } catch (error) {
    if (error instanceof TooMany) return { kind: 'left out', why: 'too many orders' }
    throw error
  }
  const started = await perform(world, { start: { variables: values } })
  if (started.state !== 'ok') return wrong(`the start failed: ${JSON.stringify(started)}`)
  const id = world.idOf('main')
  if (id === undefined) return wrong('nothing started')

  async function compare(): Promise<string | null> {
    const instance = await world.instance(id!)
    if (!instance) return 'the instance is gone'
    const waiting = instance.state === 'active' ? waitingOf(instance, nodes) : []
    const taken = sorted(takenOf(world, id!))
    const isEnded = instance.state !== 'active'
    const agreeing = states.filter(
      (state) =>
        state.ended === isEnded &&
        JSON.stringify(reference.waiting(state)) === JSON.stringify(waiting) &&
        sorted(state.taken) === taken,
    )
    if (agreeing.length === 0) {
      const [first] = states
      return (
        `the engine ${isEnded ? 'has ended' : `waits at ${waiting.join(' ')}`}, flows ${taken}; the reference would ` +
        `be in one of ${states.length}: ${first ? `${first.ended ? 'ended' : reference.waiting(first).join(' ')}, flows ${sorted(first.taken)}` : 'none'}`
      )
    }
    states = agreeing
    const replayed = replay(world.events(id!))
    if (JSON.stringify(replayed) !== JSON.stringify(instance)) return 'replayed events give another state'
    const orphans = await orphansOf(world)
    if (orphans.length > 0) return `orphans: ${orphans.join(' ')}`
    const lazy = instance.state === 'active' ? idle(instance, nodes) : []
    return lazy.length > 0 ? `nothing will ever move ${lazy.join(' ')}` : null
  }

  for (let count = 0; ; count++) {
    const trouble = await compare()
    if (trouble !== null) return wrong(trouble)
    const instance = (await world.instance(id))!
    if (instance.state !== 'active') return { kind: 'ended', commands: count }
    if (count === length) return { kind: 'stopped', commands: count }
    if (dice.chance(0.2)) world.restart()
    const command = dice.pick(offers(instance, diagram))
    if (command.type === 'complete' && dice.chance(0.5)) {
      const name = `v${dice.whole(0, 5)}`
      command.set = { [name]: dice.chance(0.4) }
    }
    told.push(JSON.stringify(command))
    const performed = await perform(world, stepOf(command, nodes))
    if (performed.state !== 'ok') return wrong(`${JSON.stringify(command)}: ${JSON.stringify(performed)}`)
    try {
      states = reference.command(states, command)
    } catch (error) {
      if (error instanceof TooMany) return { kind: 'left out', why: 'too many orders' }
      throw error
    }
  }
}
