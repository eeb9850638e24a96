import type { JobDocument, TaskDocument } from '../../../workflows/runtime/face.ts'
import type { IncidentDocument, SubscriptionDocument } from '../../../workflows/runtime/documents.ts'
import type { ProcessInstance } from '../../../workflows/engine/instance.ts'
import type { JsonObject } from '../../../workflows/model/json.ts'
import type { Result } from '../../../workflows/model/problem.ts'
import type { World } from '../../../workflows/runtime/scenario/world.ts'
import type { Dice } from '../../support/seeded.ts'
import { scopesWithin, triggersOf, variables } from './diagram.ts'
import type { AdHoc, Diagram, Node } from './diagram.ts'
import type { Command } from './reference.ts'

/** A command for both: what the reference calls it, and how the engine is told. */
export interface Offer {
  weight: number
  command: Command
  perform(world: World): Promise<Result<unknown>>
}

const minutesLater = (world: World, minutes: number) =>
  world.calendars.add(world.now(), `PT${minutes}M`, 'natural') as string

const ok: Result<null> = { ok: true, value: null }

/** What work brings: a variable now and then, and what its data output asks for. */
function broughtBy(node: Node, dice: Dice): JsonObject {
  if ('undoes' in node && node.undoes) return {}
  const some = dice.chance(0.5) ? { [dice.pick(variables)]: dice.chance(0.4) } : {}
  const out = 'writes' in node && node.writes ? { [node.writes.from]: dice.chance(0.5) } : {}
  return { ...some, ...out }
}

async function work(world: World, nodes: ReadonlyMap<string, Node>, dice: Dice): Promise<Offer[]> {
  const offers: Offer[] = []
  for (const { taskId, elementId } of await world.all<TaskDocument>('tasks', { state: 'open' })) {
    const set = broughtBy(nodes.get(elementId)!, dice)
    offers.push({
      weight: 4,
      command: { type: 'complete', node: elementId, set },
      perform: ({ runtime }) => runtime.completeTask(taskId, 'system', set),
    })
  }
  for (const { id, elementId } of await world.all<JobDocument>('jobs', { state: 'waiting' })) {
    const node = nodes.get(elementId!)!
    const set = broughtBy(node, dice)
    offers.push({
      weight: 4,
      command: { type: 'complete', node: node.id, set },
      perform: ({ runtime }) => runtime.answerJob(id, { kind: 'complete', variables: set }),
    })
    const catches = [...nodes.values()].some(
      (one) => one.type === 'boundary' && one.host === node.id && one.trigger.kind === 'error',
    )
    const message = 'as the dice fell'
    if (catches)
      offers.push({
        weight: 2,
        command: { type: 'throwError', node: node.id, name: 'e-job' },
        perform: ({ runtime }) => runtime.answerJob(id, { kind: 'error', code: 'e-job', message }),
      })
    offers.push({
      weight: 1,
      command: { type: 'failJob', node: node.id },
      perform: ({ runtime }) => runtime.answerJob(id, { kind: 'fail', message, final: true }, 0),
    })
  }
  return offers
}

/** Messages and signals from outside; what begins a process is not told again, for that would begin another. */
async function news(world: World, diagram: Diagram, nodes: ReadonlyMap<string, Node>): Promise<Offer[]> {
  const awaited = new Set(
    (await world.all<SubscriptionDocument>('subscriptions', {})).map(({ messageName }) => messageName),
  )
  const begins = new Set(
    diagram.body.nodes
      .filter((node) => node.type === 'start' || 'instantiates' in node || followsStart(diagram, node))
      .flatMap((node) => triggersOf(node).flatMap((what) => ('name' in what ? [what.name] : []))),
  )
  return [...nodes.values()]
    .filter(({ type }) => ['catch', 'boundary', 'eventSub', 'receive'].includes(type))
    .flatMap((node) => triggersOf(node))
    .flatMap((what): Offer[] => {
      if (what.kind !== 'message' && what.kind !== 'signal') return []
      const { kind, name } = what
      if (begins.has(name) && !awaited.has(name)) return []
      return [
        {
          weight: awaited.has(name) ? 3 : 0.3,
          command: { type: kind, name },
          perform: ({ runtime, newId }) =>
            kind === 'signal'
              ? runtime.broadcastSignal({ signalId: newId(), name, variables: {} })
              : runtime.publishMessage({
                  messageId: newId(),
                  name,
                  correlationKey: 'k',
                  variables: {},
                  timeToLive: 'PT0S',
                }),
        },
      ]
    })
}

const followsStart = ({ body }: Diagram, node: Node) =>
  body.flows.some(
    ({ from, to }) => to === node.id && body.nodes.some((one) => one.id === from && 'instantiates' in one),
  )

/** Requests to the ad-hoc sub-processes at work, also such as must be refused. */
function requests(instances: readonly ProcessInstance[], nodes: ReadonlyMap<string, Node>, dice: Dice): Offer[] {
  return instances.flatMap(({ id, elements }) =>
    elements
      .filter(({ adHoc }) => adHoc)
      .map(({ at }): Offer => {
        const { inside } = nodes.get(at) as AdHoc
        const offered = inside.nodes.filter((node) => !inside.flows.some(({ to }) => to === node.id))
        const inner = [dice.pick(offered).id, ...(dice.chance(0.25) ? [dice.pick(offered).id] : [])]
        return {
          weight: 4,
          command: { type: 'activate', node: at, inner },
          perform: ({ runtime }) => runtime.activateAdHoc(id, at, inner, 'system'),
        }
      }),
  )
}

const movable = new Set(['user', 'service', 'receive', 'catch'])
const enterable = new Set(['user', 'service', 'abstract', 'manual', 'script', 'sub', 'call', 'adHoc'])

/** What an administrator may do to the instance that began it all. */
function administration(main: ProcessInstance, diagram: Diagram, dice: Dice): Offer[] {
  const set = { [dice.pick(variables)]: dice.chance(0.5) }
  const offers: Offer[] = [
    {
      weight: 0.5,
      command: { type: 'set', variables: set },
      perform: ({ runtime }) => runtime.setVariables(main.id, set, 'system'),
    },
    {
      weight: 0.05,
      command: { type: 'cancel' },
      perform: ({ runtime }) => runtime.cancel(main.id, 'system', null),
    },
  ]
  const places = scopesWithin(diagram.body).filter(({ nodes }) => nodes.some(({ type }) => type === 'start'))
  const from = dice.pick(['', ...main.elements.map(({ at }) => at)])
  const scope = places.find(({ nodes }) =>
    nodes.some((node) => node.id === from && movable.has(node.type) && !('undoes' in node)),
  )
  const isPlain = (node: Node) =>
    enterable.has(node.type) && !('undoes' in node) && scope!.flows.some(({ to }) => to === node.id)
  const targets = scope?.nodes.filter(isPlain) ?? []
  if (targets.length > 0) {
    const to = dice.pick(targets).id
    offers.push({
      weight: 0.7,
      command: { type: 'move', node: from, to },
      perform: ({ runtime }) => runtime.modify(main.id, { changes: [{ from, to }], by: 'system', reason: null }),
    })
  }
  return offers
}

async function repairs(world: World): Promise<Offer[]> {
  const incidents = await world.all<IncidentDocument>('incidents', { state: 'open' })
  return incidents
    .filter(({ code }) => code !== 'join.stuck')
    .map(({ incidentId, elementId }) => ({
      weight: 2,
      command: { type: 'resolve', node: elementId },
      perform: ({ runtime }) => runtime.resolveIncident(incidentId, 'system'),
    }))
}

/** Everything that could be done now. */
export async function offersOf(
  world: World,
  instances: readonly ProcessInstance[],
  diagram: Diagram,
  nodes: ReadonlyMap<string, Node>,
  dice: Dice,
): Promise<Offer[]> {
  const active = instances.filter(({ state }) => state === 'active')
  const main = active.find(({ parent }) => parent === null)
  const later = [7, 19, 61].map((minutes): Offer => ({
    weight: minutes > 60 ? 0.3 : 0.7,
    command: { type: 'advance', minutes },
    perform: async () => {
      await world.advanceTo(minutesLater(world, minutes))
      return ok
    },
  }))
  return [
    ...(await work(world, nodes, dice)),
    ...(await news(world, diagram, nodes)),
    ...requests(active, nodes, dice),
    ...(main ? administration(main, diagram, dice) : []),
    ...(await repairs(world)),
    ...later,
  ]
}

export function choose(offers: readonly Offer[], dice: Dice): Offer {
  let left = dice.next() * offers.reduce((sum, { weight }) => sum + weight, 0)
  return offers.find(({ weight }) => (left -= weight) < 0) ?? offers.at(-1)!
}
