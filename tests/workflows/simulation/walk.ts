import { compileProcess } from '../../../workflows/engine/compile.ts'
import type { CompiledProcess } from '../../../workflows/engine/compiled.ts'
import type { ProcessInstance } from '../../../workflows/engine/instance.ts'
import { readBpmn } from '../../../workflows/model/read-bpmn.ts'
import type { Resource } from '../../../workflows/runtime/face.ts'
import { runtimeCollections } from '../../../workflows/runtime/documents.ts'
import { createMemoryStore } from '../../../workflows/runtime/memory-store.ts'
import { perform } from '../../../workflows/runtime/scenario/perform.ts'
import { createWorld } from '../../../workflows/runtime/scenario/world.ts'
import type { Step } from '../../../workflows/runtime/scenario/format.ts'
import type { TaskDocument } from '../../../workflows/runtime/face.ts'
import { aHost } from '../../support/drive.ts'
import { seeded } from '../../support/seeded.ts'
import type { Dice } from '../../support/seeded.ts'
import { beginning, nodesOf, triggersOf, variables } from './diagram.ts'
import type { Diagram, Node } from './diagram.ts'
import { draw } from './draw.ts'
import type { Palette } from './draw.ts'
import { kindsIn } from './kinds.ts'
import { mortalStore } from './mortal-store.ts'
import { choose, offersOf } from './offers.ts'
import type { Offer } from './offers.ts'
import { nextVersion } from './next-version.ts'
import { createReference, TooMany } from './reference.ts'
import type { State, Variables } from './reference-state.ts'
import { decisions, toBpmn } from './to-bpmn.ts'
import { brokenIn, seeAll } from './watch.ts'
import type { Seen } from './watch.ts'

interface Kinds {
  drawn: Set<string>
  run: Set<string>
}

export type Walked =
  | { kind: 'ended' | 'stopped'; commands: Record<string, number>; kinds: Kinds }
  /** Publishing refused it, or it has more orders of events than are worth trying. */
  | { kind: 'left out'; why: string; commands: Record<string, number>; kinds: Kinds }
  | { kind: 'wrong'; why: string; told: string[]; xml: string }

const sorted = (record: object) => JSON.stringify(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)))

interface Beginning {
  steps: Step[]
  variables: Variables
  entry: string | undefined
  minutes: number
}

/** One of the ways in which the process may begin. */
function beginningOf({ id, body }: Diagram, dice: Dice): Beginning {
  const values: Record<string, boolean> = Object.fromEntries(variables.map((name) => [name, dice.chance(0.5)]))
  const told = (node: Node, variables: Variables): Step[] =>
    triggersOf(node).flatMap((what): Step[] => {
      const given = variables as Record<string, boolean>
      if (what.kind === 'message') return [{ message: { name: what.name, correlationKey: 'k', variables: given } }]
      if (what.kind === 'signal') return [{ signal: { name: what.name, variables: given } }]
      if (what.kind === 'timer') return [{ advance: `PT${what.minutes}M` }]
      return [{ start: { process: id, variables: given } }]
    })
  const gateway = body.nodes.find((node) => node.type === 'events' && node.instantiates !== undefined)
  const starts = gateway
    ? body.flows.filter(({ from }) => from === gateway.id).map(({ to }) => body.nodes.find(({ id }) => id === to)!)
    : body.nodes.filter((node) => node.type === 'start' || 'instantiates' in node)
  if (starts.length === 0)
    return { steps: [{ start: { process: id, variables: values } }], variables: values, entry: undefined, minutes: 0 }
  const node = dice.pick(starts)
  const trigger = 'trigger' in node ? node.trigger : null
  const minutes = trigger?.kind === 'timer' ? trigger.minutes : 0
  const begin = (steps: Step[], given: Variables): Beginning => ({ steps, variables: given, entry: node.id, minutes })
  if (trigger?.kind === 'timer') return begin(told(node, {}), {})
  if (trigger?.kind === 'condition') {
    const given = { ...values, [trigger.when]: true }
    return begin(told(node, given), given)
  }
  const steps = told(node, values)
  return begin(trigger?.kind === 'multiple' && !trigger.all ? [dice.pick(steps)] : steps, values)
}

/**
 * Draws a process by its seed, publishes it, and walks through it at random: after each command the engine must be in
 * a state that the reference interpreter can be in, its replayed events must give its state, a restart from the store
 * must change nothing, nothing may be orphaned, whatever waits must have a reason, and it could be canceled. Now and
 * then the process is killed at some operation of its store: then the command was carried out, or it was not.
 */
export async function walk(seed: number, palette: Palette, length: number): Promise<Walked> {
  const dice = seeded(seed)
  let diagram = draw(dice, palette)
  const xml = toBpmn(diagram)
  let nodes = new Map(nodesOf(diagram).map((node) => [node.id, node]))
  const commands: Record<string, number> = {}
  const count = (name: string) => (commands[name] = (commands[name] ?? 0) + 1)
  const nothing = { commands, kinds: { drawn: kindsIn(diagram, []).drawn, run: new Set<string>() } }

  const memory = createMemoryStore(runtimeCollections)
  const { store, killedAt } = mortalStore(memory)
  const world = createWorld({ title: `seed ${seed}`, files: [] }, { store, now: beginning, instances: {} })
  const resources: Resource[] = [
    { kind: 'process', content: xml },
    ...decisions.map((content): Resource => ({ kind: 'decision', content })),
  ]
  const published = await world.runtime.publish(resources, 'system')
  if (!published.ok) {
    const problems = (published.refusal.params?.['problems'] ?? []) as { severity: string; code: string }[]
    const errors = problems.filter(({ severity }) => severity === 'error')
    return { kind: 'left out', why: [...new Set(errors.map(({ code }) => code))].join(' '), ...nothing }
  }
  const compiled = new Map<string, CompiledProcess>()
  /** Keeps what a file says as one version of its processes. */
  async function compile(content: string, version: number): Promise<void> {
    const read = await readBpmn(content)
    if (!read.ok) throw new Error('it was published, and cannot be read')
    for (const parsed of read.definitions.processes) compiled.set(`${parsed.id} ${version}`, compileProcess(parsed))
  }
  await compile(xml, 1)
  const definitionOf = ({ processId, definitionVersion }: ProcessInstance) =>
    compiled.get(`${processId} ${definitionVersion}`)!
  const host = aHost()

  const told: string[] = []
  const wrong = (why: string): Walked => ({ kind: 'wrong', why, told, xml })
  let reference = createReference(diagram)
  const begin = beginningOf(diagram, dice)
  told.push(`begin ${JSON.stringify(begin)}`)
  let states: State[]
  /** Runs the reference; null when there are more orders than are worth trying. */
  const possible = (run: () => State[]): State[] | null => {
    try {
      return run()
    } catch (error) {
      if (error instanceof TooMany) return null
      throw error
    }
  }
  const started = possible(() => reference.start({ ...begin.variables }, begin.entry, begin.minutes))
  if (started === null) return { kind: 'left out', why: 'too many orders', ...nothing }
  states = started
  for (const step of begin.steps) {
    const performed = await perform(world, step)
    if (performed.state !== 'ok') return wrong(`the start failed: ${JSON.stringify(performed)}`)
  }
  const main = world.idOf('main')
  if (main === undefined) return wrong('nothing started')

  async function compare(seen: Seen): Promise<string | null> {
    const { variables: values } = seen.instances.find(({ id }) => id === main)!
    const own = (vars: Variables) =>
      JSON.stringify(
        watched.flatMap((name) => (vars[name] === undefined || vars[name] === null ? [] : [[name, vars[name]]])),
      )
    const agrees = (state: State) =>
      state.ended === seen.ended &&
      JSON.stringify(reference.waiting(state)) === JSON.stringify(seen.waiting) &&
      sorted(state.taken) === sorted(seen.taken) &&
      own(state.root.vars) === own(values)
    const agreeing = states.filter(agrees)
    if (agreeing.length === 0) {
      const where = (ended: boolean, waiting: string[], taken: object, vars: Variables) =>
        `${ended ? 'ended' : `waits at ${waiting.join(' ')}`}, flows ${sorted(taken)}, variables ${own(vars)}`
      const engine = where(seen.ended, seen.waiting, seen.taken, values)
      const others = states
        .slice(0, 3)
        .map((state) => where(state.ended, reference.waiting(state), state.taken, state.root.vars))
      return `the engine: ${engine}\nthe reference, one of ${states.length}:\n${others.join('\n')}`
    }
    states = agreeing
    return brokenIn(world, seen, definitionOf, host)
  }

  const watched = [...variables, ...[...nodes.keys()].map((id) => `all_${id}`)]

  async function isInLane(): Promise<boolean> {
    if (diagram.lane === null) return true
    const tasks = await world.all<TaskDocument>('tasks', { state: 'open' })
    return tasks.every(({ candidateRoles }) => candidateRoles.join() === diagram.lane)
  }

  /** Tells the engine; why it refuses, or null. */
  async function tell(offer: Offer): Promise<string | null> {
    const result = await offer.perform(world)
    await world.runtime.settle()
    return result.ok ? null : result.refusal.code
  }

  /** Publishes another version and takes the instance there; the states that it may be in stay what they are. */
  async function migrate(): Promise<string | null> {
    const next = nextVersion(diagram, dice)
    if (!next) return null
    const content = toBpmn(next)
    const renewed = await world.runtime.publish([{ kind: 'process', content }], 'system')
    if (!renewed.ok) return 'a version with one more task cannot be published'
    await compile(content, 2)
    const migrated = await world.runtime.migrate(main!, { version: 2, by: 'system', reason: null })
    told.push(`migrate: ${migrated.ok ? 'done' : migrated.refusal.code}\n${content}`)
    count('migrate')
    if (!migrated.ok) return null
    diagram = next
    nodes = new Map(nodesOf(diagram).map((node) => [node.id, node]))
    reference = createReference(diagram)
    return null
  }

  const over = ({ events }: Seen, kind: 'ended' | 'stopped'): Walked => ({
    kind,
    commands,
    kinds: kindsIn(diagram, events),
  })

  for (let turn = 0; ; turn++) {
    const seen = await seeAll(world, nodes)
    const trouble = await compare(seen)
    if (trouble !== null) return wrong(trouble)
    if (!(await isInLane())) return wrong('a task is offered to others than its lane')
    const { instances, ended } = seen
    if (ended || turn === length) return over(seen, ended ? 'ended' : 'stopped')
    if (dice.chance(0.2)) {
      world.restart()
      await world.runtime.settle()
      count('restart')
      const after = await seeAll(world, nodes)
      if (JSON.stringify(after.instances) !== JSON.stringify(instances)) return wrong('a restart changed something')
    }
    if (!commands['migrate'] && turn > 0 && dice.chance(0.05)) {
      const failed = await migrate()
      if (failed !== null) return wrong(failed)
      continue
    }
    const offer = choose(await offersOf(world, instances, diagram, nodes, dice), dice)
    const { command } = offer
    const isKilled = command.type !== 'advance' && dice.chance(0.1)
    told.push(`${isKilled ? 'killed at ' : ''}${JSON.stringify(command)}`)
    count(isKilled ? 'fault' : command.type)
    const next = possible(() => reference.command(states, command))
    if (next === null)
      return { kind: 'left out', why: 'too many orders', commands, kinds: kindsIn(diagram, seen.events) }
    if (isKilled) {
      const when = dice.chance(0.5) ? 'before' : 'after'
      await killedAt(dice.whole(1, 8), when, () => tell(offer))
      world.restart()
      await world.runtime.settle()
      states = [...states, ...next]
      continue
    }
    const refusal = await tell(offer)
    if (refusal !== null) told.push(`refused: ${refusal}`)
    // What a killed process was writing keeps others waiting for a while; what may be moved where is the engine's matter.
    const isNoRefusal = refusal === 'instance.busy' || command.type === 'move'
    states = refusal === null ? next : isNoRefusal ? states : reference.refusing(states, command)
  }
}
