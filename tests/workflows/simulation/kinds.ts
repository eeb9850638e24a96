import { rows } from '../../conformance/bpmn/rows.ts'
import type { EngineEvent } from '../../../workflows/engine/events.ts'
import { nodesOf, processesOf, scopesWithin } from './diagram.ts'
import type { Boundary, Data, Diagram, Loop, Node, Scope, Task, Trigger } from './diagram.ts'

/** The rows and positions of the coverage tables 1.1 to 1.4, which a simulation has to meet. */
export const kinds: readonly string[] = rows
  .map(({ id }) => id)
  .filter((id) => !id.startsWith('notes/') && !id.startsWith('conventions/'))

const tasks = {
  user: 'user-task',
  service: 'service-task',
  abstract: 'abstract-task',
  manual: 'manual-task',
  script: 'script-task',
  rule: 'business-rule-task',
  send: 'send-task',
  receive: 'receive-task',
} as const satisfies Record<Task['type'], string>

const isTask = (node: Node): node is Task => node.type in tasks

function ofLoop(loop: Loop | undefined): string[] {
  if (!loop) return []
  if (loop.kind === 'standard') return ['scopes/standard-loop']
  return [
    `scopes/multi-instance-${loop.kind}`,
    loop.collects ? 'scopes/multi-instance-output' : 'scopes/multi-instance-cardinality',
    ...(loop.enough === undefined ? [] : ['scopes/multi-instance-completion-condition']),
  ]
}

function ofTask(node: Task, scope: Scope, data: ReadonlyMap<string, Data>, lane: string | null): string[] {
  const used = [node.reads?.data, node.writes?.data].flatMap((id) => (id === undefined ? [] : [data.get(id)!]))
  return [
    `tasks/${tasks[node.type]}${node.instantiates ? '-instantiate' : ''}`,
    ...(scope.flows.filter(({ from }) => from === node.id).length > 1 ? ['tasks/outgoing-flows'] : []),
    ...(lane !== null && node.type === 'user' ? ['tasks/lanes'] : []),
    ...used.flatMap(({ kind }) => ['scopes/data-associations', `scopes/data-${kind}`]),
  ]
}

const gateways = { xor: 'exclusive', and: 'parallel', or: 'inclusive' } as const

function ofGateway(node: Node, scope: Scope): string[] {
  if (node.type === 'complex') return ['gateways/complex']
  const out = scope.flows.filter(({ from }) => from === node.id)
  if (node.type === 'events') {
    if (node.instantiates)
      return [`gateways/event-based-${node.instantiates === 'parallel' ? 'parallel' : 'instantiate'}`]
    const types = out.map(({ to }) => scope.nodes.find(({ id }) => id === to)?.type)
    return [
      ...(types.includes('catch') ? ['gateways/event-based'] : []),
      ...(types.includes('receive') ? ['gateways/event-based-receive-task'] : []),
    ]
  }
  if (node.type !== 'xor' && node.type !== 'and' && node.type !== 'or') return []
  const name = gateways[node.type]
  const joins = scope.flows.filter(({ to }) => to === node.id).length > 1
  return [
    ...(out.length > 1 ? [`gateways/${name}-split`] : []),
    ...(joins ? [`gateways/${name}-${node.type === 'xor' ? 'merge' : 'join'}`] : []),
  ]
}

const eventOf = (trigger: Trigger): string => {
  if (trigger.kind === 'multiple') return trigger.all ? 'parallel-multiple' : 'multiple'
  return trigger.kind === 'condition' ? 'conditional' : trigger.kind
}

/** The position of an event, as the rows name it. */
function positionOf(node: Extract<Node, { trigger: Trigger }>): string {
  const beside = 'interrupting' in node && !node.interrupting ? '-non-interrupting' : ''
  return `${node.type === 'eventSub' ? 'event-sub-process' : node.type}${beside}`
}

const scopes = { sub: 'sub-process', call: 'call-activity', transaction: 'transaction', adHoc: 'ad-hoc' } as const

/** The rows that one node stands for. */
function rowsOf(node: Node, scope: Scope, around: Node | null, data: ReadonlyMap<string, Data>, lane: string | null) {
  if (node.type === 'start' && around?.type === 'eventSub') return []
  return [
    ...(isTask(node) ? ofTask(node, scope, data, lane) : ofGateway(node, scope)),
    ...(node.type in scopes ? [`scopes/${scopes[node.type as keyof typeof scopes]}`] : []),
    ...('loop' in node ? ofLoop(node.loop) : []),
    ...('trigger' in node ? [`events/${eventOf(node.trigger)}-${positionOf(node)}`] : []),
    ...(node.type === 'boundary' && node.trigger.kind === 'compensation' ? ['scopes/compensation-handler'] : []),
    ...(node.type === 'eventSub' ? [`scopes/event-sub-process-${node.interrupting ? '' : 'non-'}interrupting`] : []),
  ]
}

/** Elements that something has gone through: those that were completed, and scopes that were entered. */
function doneIn(events: readonly EngineEvent[]): Set<string> {
  const done = new Set<string>()
  for (const event of events) {
    if (event.type === 'gatewayActivated') done.add(event.elementId)
    if (event.type === 'elementMoved' && (event.to === 'completed' || event.to === 'activated'))
      done.add(event.elementId)
  }
  return done
}

/** Which rows a diagram has, and which of them its run went through. */
export function kindsIn(diagram: Diagram, events: readonly EngineEvent[]): { drawn: Set<string>; run: Set<string> } {
  const drawn = new Set<string>()
  const run = new Set<string>()
  const done = doneIn(events)
  const byId = new Map(nodesOf(diagram).map((node) => [node.id, node]))
  const handlerOf = (node: Boundary) => node.handler
  for (const { body } of processesOf(diagram)) {
    const all = scopesWithin(body)
    const data = new Map(all.flatMap((scope) => scope.data.map((one) => [one.id, one] as const)))
    for (const scope of all)
      for (const node of scope.nodes) {
        const names = rowsOf(node, scope, byId.get(scope.id) ?? null, data, diagram.lane)
        const witness = node.type === 'boundary' ? (handlerOf(node) ?? node.id) : node.id
        for (const name of names) {
          drawn.add(name)
          if (done.has(witness)) run.add(name)
        }
      }
  }
  // Something inside a sub-process that was over is undone: its handler ran, and it was not begun again around it.
  const inSub = [...byId.values()].filter((node) => node.type === 'sub' && node.inside.nodes.some(isHandler))
  if (inSub.length > 0) drawn.add(ofCompleted)
  if (inSub.some((node) => undoneLater(node, events))) run.add(ofCompleted)
  return { drawn, run }
}

const ofCompleted = 'scopes/compensation-of-sub-process'

const isHandler = (node: Node) => 'undoes' in node && node.undoes === true

/** Whether a handler inside a sub-process begins after that has completed. */
function undoneLater(node: Node, events: readonly EngineEvent[]): boolean {
  if (node.type !== 'sub') return false
  const handlers = new Set(node.inside.nodes.filter(isHandler).map(({ id }) => id))
  const moves = events.filter((event) => event.type === 'elementMoved')
  const over = moves.findIndex(({ elementId, to }) => elementId === node.id && to === 'completed')
  return over >= 0 && moves.slice(over).some(({ elementId, to }) => handlers.has(elementId) && to === 'activated')
}

/** How many processes had each row, and how many went through it. */
export function createTally() {
  const drawn = new Map<string, number>()
  const run = new Map<string, number>()
  const count = (map: Map<string, number>, names: Iterable<string>) => {
    for (const name of names) map.set(name, (map.get(name) ?? 0) + 1)
  }
  return {
    add(seen: { drawn: Iterable<string>; run: Iterable<string> }) {
      count(drawn, seen.drawn)
      count(run, seen.run)
    },
    /** Rows that no process has gone through. */
    missing: (): string[] => kinds.filter((kind) => !run.has(kind)),
    lines: (): string[] => [
      '| row | drawn | run |',
      '| --- | ---: | ---: |',
      ...kinds.map((kind) => `| ${kind} | ${drawn.get(kind) ?? 0} | ${run.get(kind) ?? 0} |`),
    ],
  }
}
