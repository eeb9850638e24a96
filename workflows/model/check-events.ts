import type { ParsedNode, ParsedProcess, Trigger } from './definition.ts'
import { linkName } from './graph.ts'
import type { Graph } from './graph.ts'
import type { Problem } from './problem.ts'
import { problem } from './problems.ts'

const nameOf = ({ id, name }: { id: string; name: string }) => (name === '' ? { id } : { id, name })
const wrong = (node: ParsedNode, what: string) => problem('bpmn.not_allowed_here', nameOf(node), what)

type Kinds = ReadonlySet<Trigger['kind']>
const kinds = (...some: Trigger['kind'][]): Kinds => new Set(some)

/** Which triggers an event may have at a position (BPMN table 10.93), as far as one of several. */
const allowed: Readonly<Record<string, Kinds>> = {
  startEvent: kinds('message', 'timer', 'signal', 'conditional'),
  eventSubProcess: kinds('message', 'timer', 'signal', 'conditional', 'error', 'escalation', 'compensate'),
  intermediateCatchEvent: kinds('message', 'timer', 'signal', 'conditional'),
  boundaryEvent: kinds('message', 'timer', 'signal', 'conditional', 'error', 'escalation'),
  intermediateThrowEvent: kinds('message', 'signal', 'escalation', 'compensate'),
  endEvent: kinds('message', 'signal', 'escalation', 'compensate', 'error', 'cancel', 'terminate'),
}

const positionOf = (node: ParsedNode, parent: ParsedNode | undefined) =>
  node.bpmnType === 'startEvent' && parent?.triggeredByEvent ? 'eventSubProcess' : node.bpmnType

/** What undoes is waited for, by the one event that does; beside an end of the scope, or a worker's job, it would be lost. */
function endsTwice({ triggers, job }: ParsedNode): Trigger[] {
  const ends = triggers.filter(({ kind }) => kind === 'error' || kind === 'cancel' || kind === 'terminate')
  const undoes = triggers.filter(({ kind }) => kind === 'compensate')
  const cancels = ends.filter(({ kind }) => kind === 'cancel')
  return [...(ends.length > 0 || job ? undoes : []), ...(ends.length > 1 || job ? cancels : [])]
}

/** Several triggers at one event: each must be one that the position allows. */
function severalTriggers({ nodes, byId }: Graph): Problem[] {
  return nodes.flatMap((node) => {
    const may = allowed[positionOf(node, byId.get(node.parentId ?? ''))]
    if (node.triggers.length < 2 || !may) return []
    return [...node.triggers.filter(({ kind }) => !may.has(kind)), ...endsTwice(node)].map(({ kind }) =>
      wrong(node, `${kind}EventDefinition`),
    )
  })
}

/** Events that would have to let their scope go on, which these never do; and catchers whose code is computed. */
function codes({ nodes }: Graph): Problem[] {
  return nodes.flatMap((node) => {
    const problems: Problem[] = []
    const catches = node.bpmnType === 'boundaryEvent' || node.bpmnType === 'startEvent'
    const interrupts = node.triggers.some(({ kind }) => kind === 'error' || kind === 'cancel' || kind === 'compensate')
    const what = node.bpmnType === 'startEvent' ? 'isInterrupting="false"' : 'cancelActivity="false"'
    const known = node.kind === 'errorBoundaryEvent' || node.triggers[0]?.kind === 'compensate'
    if (catches && interrupts && node.interrupting === false && !known) problems.push(wrong(node, what))
    for (const trigger of node.triggers)
      if (trigger.kind === 'error' || trigger.kind === 'escalation') {
        if (catches && trigger.code && 'expression' in trigger.code)
          problems.push(wrong(node, `=${trigger.code.expression}`))
        if (!catches && trigger.kind === 'escalation' && trigger.code === null)
          problems.push(problem('bpmn.missing', nameOf(node), 'escalationCode'))
      }
    return problems
  })
}

/** An event sub-process has exactly one start event, with a trigger, and no flow leads to it or from it. */
function eventSubProcesses({ nodes }: Graph): Problem[] {
  return nodes
    .filter((node) => node.triggeredByEvent)
    .flatMap((node) => {
      const starts = nodes.filter(({ parentId, bpmnType }) => parentId === node.id && bpmnType === 'startEvent')
      const problems: Problem[] = []
      if (node.bpmnType !== 'subProcess') problems.push(wrong(node, 'triggeredByEvent'))
      if (node.incoming.length + node.outgoing.length > 0) problems.push(wrong(node, 'bpmn:sequenceFlow'))
      if (nodes.some(({ attachedTo }) => attachedTo === node.id)) problems.push(wrong(node, 'bpmn:boundaryEvent'))
      for (const boundary of nodes.filter(({ attachedTo }) => attachedTo === node.id))
        problems.push(problem('bpmn.boundary_attachment', nameOf(boundary), node.name || node.id))
      if (node.multiInstance ?? node.standardLoop) problems.push(wrong(node, 'bpmn:loopCharacteristics'))
      if (starts.length === 0) problems.push(problem('bpmn.missing', nameOf(node), 'bpmn:startEvent'))
      // Told at the event sub-process and at the event, for either may be what has to change.
      if (starts.length > 1) problems.push(wrong(node, starts.map(({ id }) => id).join(', ')))
      for (const start of starts.slice(1)) problems.push(wrong(start, 'bpmn:startEvent'))
      for (const start of starts)
        if (start.triggers.length === 0)
          problems.push(
            problem('bpmn.missing', nameOf(start), 'bpmn:eventDefinition'),
            problem('bpmn.missing', nameOf(node), `bpmn:eventDefinition (${start.name || start.id})`),
          )
      return problems
    })
}

/** What begins by an event begins a process or an event sub-process, never a plain sub-process. */
function startsInside({ nodes, byId }: Graph): Problem[] {
  return nodes.flatMap((node) => {
    const parent = byId.get(node.parentId ?? '')
    if (!parent) return []
    if (node.bpmnType === 'startEvent' && node.triggers.length > 0 && !parent.triggeredByEvent)
      return [wrong(node, node.kind)]
    return node.instantiate ? [wrong(node, 'instantiate="true"')] : []
  })
}

/** A link leads from throwing events to the one catching event of its name in the same scope (coverage (c)11). */
function links({ nodes }: Graph): Problem[] {
  const catches = nodes.filter(({ kind }) => kind === 'linkCatchEvent')
  const partners = (node: ParsedNode) =>
    catches.filter((other) => other.parentId === node.parentId && linkName(other) === linkName(node))
  return nodes.flatMap((node) => {
    if (node.kind !== 'linkThrowEvent' && node.kind !== 'linkCatchEvent') return []
    const name = linkName(node)
    const problems: Problem[] = []
    const flows = node.kind === 'linkThrowEvent' ? node.outgoing : node.incoming
    if (flows.length > 0) problems.push(wrong(node, 'bpmn:sequenceFlow'))
    if (name === null) return problems
    if (node.kind === 'linkThrowEvent' && partners(node).length === 0)
      problems.push(problem('bpmn.link_target', nameOf(node), name))
    if (node.kind === 'linkCatchEvent' && partners(node)[0] !== node)
      problems.push(problem('bpmn.link_twice', nameOf(node), name))
    return problems
  })
}

const follows = /^(?:message|timer|signal|conditional|multiple|parallelMultiple)CatchEvent$/

/** Why an element may not stand behind an event-based gateway (BPMN 10.6.6); null when it may. */
function wrongFollower(graph: Graph, gateway: ParsedNode, node: ParsedNode): string | null {
  const isReceive = node.kind === 'receiveTask'
  if (!isReceive && !follows.test(node.kind)) return node.kind
  if (node.incoming.length > 1) return 'bpmn:incoming'
  if (isReceive && graph.nodes.some(({ attachedTo }) => attachedTo === node.id)) return 'bpmn:boundaryEvent'
  if (isReceive && (node.multiInstance ?? node.standardLoop)) return 'bpmn:loopCharacteristics'
  const isMessage = node.triggers.every(({ kind }) => kind === 'message')
  return gateway.instantiate && !isMessage ? node.kind : null
}

/** An event-based gateway and what follows it; a refusal names the gateway (coverage (c)26). */
function eventGateways(graph: Graph): Problem[] {
  return graph.nodes
    .filter(({ bpmnType }) => bpmnType === 'eventBasedGateway')
    .flatMap((gateway) => {
      const followers = gateway.outgoing.flatMap((id) => graph.byId.get(graph.flowById.get(id)?.to ?? '') ?? [])
      const problems = followers.flatMap((node) => {
        const why = wrongFollower(graph, gateway, node)
        return why === null
          ? []
          : [problem('bpmn.gateway_follower', nameOf(gateway), `${node.name || node.id}: ${why}`)]
      })
      const receives = followers.some(({ kind }) => kind === 'receiveTask')
      const catches = followers.find(({ kind }) => kind === 'messageCatchEvent')
      if (receives && catches)
        problems.push(problem('bpmn.gateway_follower', nameOf(gateway), catches.name || catches.id))
      if (gateway.outgoing.length < 2) problems.push(problem('bpmn.missing', nameOf(gateway), 'bpmn:outgoing'))
      if (gateway.instantiate && gateway.incoming.length > 0) problems.push(wrong(gateway, 'bpmn:incoming'))
      if (gateway.parallelEvents && !gateway.instantiate) problems.push(wrong(gateway, 'eventGatewayType="Parallel"'))
      return problems
    })
}

/** A receive task that starts an instance is where it begins (BPMN 10.3.3). */
function startingTasks({ nodes }: Graph): Problem[] {
  return nodes
    .filter(({ kind, instantiate, incoming }) => kind === 'receiveTask' && instantiate && incoming.length > 0)
    .map((node) => wrong(node, 'instantiate="true"'))
}

/** What events ask for beyond being complete: their places, their partners, what follows them. */
export const checkEvents = (graph: Graph, _process: ParsedProcess): Problem[] =>
  [severalTriggers, codes, eventSubProcesses, startsInside, startingTasks, links, eventGateways].flatMap((check) =>
    check(graph),
  )
