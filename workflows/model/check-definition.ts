import { checkApproval } from './check-approval.ts'
import { checkCompensation } from './check-compensation.ts'
import { checkListeners } from './check-listeners.ts'
import { checkEvents } from './check-events.ts'
import type { ParsedFlow, ParsedNode, ParsedProcess, Text, Trigger } from './definition.ts'
import { graphOf } from './graph.ts'
import { reservedNames } from './json.ts'
import type { Graph } from './graph.ts'
import type { Problem } from './problem.ts'
import { mayChange, passes, type QuickProcesses } from './passing.ts'
import { pathOf, problem } from './problems.ts'
import { unsoundJoins } from './soundness.ts'

type Check = (graph: Graph, process: ParsedProcess, quickCalls: QuickProcesses) => Problem[]

const isActivity = ({ bpmnType }: ParsedNode) => /(?:[tT]ask|[sS]ubProcess|callActivity|transaction)$/.test(bpmnType)
const nameOf = ({ id, name }: { id: string; name: string }) => (name === '' ? { id } : { id, name })
const listed = (nodes: readonly { id: string }[]) => nodes.map(({ id }) => id).join(', ')

const unsupported: Check = (_graph, process) => [
  ...process.nodes.flatMap((node) => node.unsupported.map(({ what, code }) => problem(code, nameOf(node), what))),
  ...process.unsupported.map(({ what, code, at }) => problem(code, nameOf(at ?? process), what)),
]

const starts: Check = ({ nodes, scopes }) => [
  ...nodes
    .filter((node) => node.bpmnType === 'startEvent' && node.incoming.length > 0)
    .map((node) => problem('bpmn.start_with_incoming', nameOf(node))),
  ...nodes
    .filter((node) => node.bpmnType === 'endEvent' && node.outgoing.length > 0)
    .map((node) => problem('bpmn.end_with_outgoing', nameOf(node))),
  ...scopes
    // A sub-process without content passes; a process without any could only end at once.
    .filter((scope, index) => scope.starts.length === 0 && (scope.nodes.length > 0 || index === 0))
    .map((scope) => problem('bpmn.no_start', nameOf(scope.owner))),
]

/** What people and histories know a node by. */
const ids: Check = ({ nodes }, process) =>
  nodes
    .filter(({ id }) => id === '')
    .map(({ parentId, bpmnType, name }) =>
      problem('bpmn.missing', { id: parentId ?? process.id }, `bpmn:${bpmnType} ${name} id`.replace('  ', ' ')),
    )

/** An ad-hoc sub-process begins and ends by what people choose (BPMN 10.3.5): without start and end events. */
const adHocs: Check = ({ nodes, byId, scopes }) => [
  ...nodes
    .filter(({ bpmnType, parentId }) => {
      const around = parentId === null ? undefined : byId.get(parentId)
      return around?.bpmnType === 'adHocSubProcess' && /^(?:start|end)Event$/.test(bpmnType)
    })
    .map((node) => problem('bpmn.not_allowed_here', nameOf(node), node.bpmnType)),
  ...nodes
    .filter((node) => node.bpmnType === 'adHocSubProcess' && !scopes.some(({ owner }) => owner.id === node.id))
    .map((node) => problem('bpmn.missing', nameOf(node), 'bpmn:task')),
]

const boundaries: Check = ({ nodes, byId }) =>
  nodes.flatMap((node) => {
    if (node.attachedTo === undefined) return []
    if (node.attachedTo === '') return [problem('bpmn.missing', nameOf(node), 'attachedToRef')]
    const host = byId.get(node.attachedTo)
    const problems: Problem[] = []
    if (!host || host === node || !isActivity(host) || host.parentId !== node.parentId)
      problems.push(problem('bpmn.boundary_attachment', nameOf(node), host?.name || node.attachedTo))
    if (node.incoming.length > 0) problems.push(problem('bpmn.boundary_with_incoming', nameOf(node)))
    if (node.kind === 'errorBoundaryEvent' && node.interrupting === false)
      problems.push(problem('bpmn.not_allowed_here', nameOf(node), 'cancelActivity="false"'))
    return problems
  })

const label = (flow: ParsedFlow) => nameOf(flow)

const flows: Check = ({ byId }, process) =>
  process.flows.flatMap((flow) => {
    const from = byId.get(flow.from)
    const to = byId.get(flow.to)
    const open = flow.from === '' ? 'sourceRef' : flow.to === '' ? 'targetRef' : null
    if (open !== null) return [problem('bpmn.missing', label(flow), open)]
    if (!from || !to) return [problem('bpmn.dangling_ref', label(flow), from ? flow.to : flow.from)]
    const problems: Problem[] = []
    if (from.parentId !== to.parentId) problems.push(problem('bpmn.flow_crosses_scope', label(flow)))
    const mayChoose = isActivity(from) || /^(?:exclusive|inclusive|complex)Gateway$/.test(from.bpmnType)
    if (flow.condition !== null && !mayChoose) problems.push(problem('bpmn.condition_not_allowed', label(flow)))
    return problems
  })

const defaults: Check = ({ nodes }, process) =>
  nodes.flatMap((node) => {
    const { defaultFlow } = node
    if (defaultFlow === null) return []
    if (!node.outgoing.includes(defaultFlow)) return [problem('bpmn.default_flow', nameOf(node), defaultFlow)]
    const flow = process.flows.find(({ id }) => id === defaultFlow)
    if (!flow?.condition) return []
    return [
      problem('bpmn.default_with_condition', nameOf(node), defaultFlow),
      problem('bpmn.condition_on_default', nameOf(flow)),
    ]
  })

const choices: Check = ({ nodes }, process) =>
  nodes.flatMap((node) => {
    if (node.bpmnType !== 'exclusiveGateway' || node.outgoing.length < 2) return []
    const open = node.outgoing.findIndex((id) => {
      const flow = process.flows.find((candidate) => candidate.id === id)
      return flow?.condition === null && id !== node.defaultFlow
    })
    const hides = open >= 0 && node.outgoing.slice(open + 1).some((id) => id !== node.defaultFlow)
    return hides ? [problem('bpmn.no_condition', nameOf(node), node.outgoing[open], 'warning')] : []
  })

type TriggerOf<K extends Trigger['kind']> = Extract<Trigger, { kind: K }>

/** Whether one of an event's definitions of a kind is not complete. */
const lacks = <K extends Trigger['kind']>(node: ParsedNode, kind: K, open: (trigger: TriggerOf<K>) => boolean) =>
  node.triggers.some((trigger) => trigger.kind === kind && open(trigger as TriggerOf<K>))

/** What an element needs before it can do anything. */
const needs: readonly { when: (node: ParsedNode) => boolean; what: string }[] = [
  { when: ({ kind }) => kind === 'noneCatchEvent' || kind === 'noneBoundaryEvent', what: 'bpmn:eventDefinition' },
  { when: (node) => node.kind === 'serviceTask' && !node.job, what: 'zeebe:taskDefinition' },
  {
    when: ({ job }) => job !== undefined && 'text' in job.type && job.type.text.trim() === '',
    what: 'zeebe:taskDefinition type',
  },
  { when: (node) => node.kind === 'scriptTask' && !node.script?.expression && !node.job, what: 'zeebe:script' },
  {
    when: ({ kind, decision, job }) =>
      kind === 'businessRuleTask' &&
      !job &&
      (!decision || ('text' in decision.decisionId && decision.decisionId.text.trim() === '')),
    what: 'zeebe:calledDecision',
  },
  {
    when: ({ kind, call }) =>
      kind === 'callActivity' && (!call || ('text' in call.processId && call.processId.text.trim() === '')),
    what: 'zeebe:calledElement processId',
  },
  { when: (node) => lacks(node, 'message', ({ message }) => message === null && !node.job), what: 'bpmn:message name' },
  {
    when: (node) => lacks(node, 'timer', ({ timer }) => timer === null),
    what: 'timeDate / timeDuration / timeCycle',
  },
  { when: (node) => lacks(node, 'signal', ({ name }) => name === null), what: 'bpmn:signal name' },
  { when: (node) => lacks(node, 'conditional', ({ condition }) => condition === null), what: 'bpmn:condition' },
  { when: (node) => lacks(node, 'link', ({ name }) => name === null), what: 'bpmn:linkEventDefinition name' },
  {
    when: (node) => node.bpmnType === 'endEvent' && lacks(node, 'error', ({ code }) => code === null),
    what: 'errorCode',
  },
  {
    when: ({ kind, incoming, activationCondition }) =>
      kind === 'complexGateway' && incoming.length > 1 && activationCondition === undefined,
    what: 'activationCondition',
  },
  {
    when: ({ multiInstance }) =>
      multiInstance !== undefined &&
      !multiInstance.collection &&
      !multiInstance.cardinality &&
      !multiInstance.loopDataInput,
    what: 'inputCollection / loopCardinality / loopDataInputRef',
  },
  {
    when: ({ standardLoop }) =>
      standardLoop !== undefined && standardLoop.condition === null && standardLoop.maximum === null,
    what: 'loopCondition / loopMaximum',
  },
  {
    when: ({ data }) =>
      [...(data?.inputs ?? []), ...(data?.outputs ?? [])].some(
        ({ sources, transformation, assignments }) =>
          sources.length > 1 && transformation === null && assignments.length === 0,
      ),
    what: 'transformation',
  },
  {
    when: ({ data }) =>
      [...(data?.inputs ?? []), ...(data?.outputs ?? [])].some(({ assignments }) =>
        assignments.some(({ from, to }) => from === '' || to === ''),
      ),
    what: 'assignment from / to',
  },
  {
    when: ({ inputs, outputs }) => [...inputs, ...outputs].some(({ target }) => target === ''),
    what: 'zeebe:ioMapping target',
  },
]

const parts: Check = ({ nodes }) =>
  nodes.flatMap((node) =>
    needs.filter(({ when }) => when(node)).map(({ what }) => problem('bpmn.missing', nameOf(node), what)),
  )

/** How a name begins that an expression can read. */
const beginsName = /^[\p{L}\p{S}_]/u

const variableNames: Check = ({ nodes }) =>
  nodes.flatMap((node) => {
    const targets = [...node.inputs, ...node.outputs].map(({ target }) => target).filter((target) => target !== '')
    const results = [
      node.script?.resultVariable,
      node.decision?.resultVariable,
      node.multiInstance?.inputElement,
      node.multiInstance?.outputCollection,
    ].filter((name) => typeof name === 'string')
    return [
      ...[...targets, ...results]
        .filter((name) => !name.split('.').every((part) => beginsName.test(part)))
        .map((name) => problem('bpmn.variable_name', nameOf(node), name)),
      ...[...targets.flatMap((target) => target.split('.')), ...results]
        .filter((name) => reservedNames.has(name))
        .map((name) => problem('bpmn.reserved_name', nameOf(node), name)),
    ]
  })

const cardinalities: Check = ({ nodes }) =>
  nodes.flatMap((node) => {
    const said = node.multiInstance?.cardinality ?? null
    if (said === null || !/^-?[\d.]+$|^"|^null$/.test(said)) return []
    const count = Number(said)
    const valid = Number.isInteger(count) && count >= 0 && count <= 1000
    return valid ? [] : [problem('mi.limit', nameOf(node), said)]
  })

const quantities: Check = ({ nodes }) =>
  nodes.flatMap((node) =>
    (['startQuantity', 'completionQuantity'] as const)
      .filter((name) => !Number.isInteger(node[name] ?? 1) || (node[name] ?? 1) < 1 || (node[name] ?? 1) > 1000)
      .map((name) => problem('bpmn.quantity', nameOf(node), `${name}="${node[name]}"`)),
  )

/** Fixed numbers of Camunda 8's words: attempts, and the priority of a task from 0 to 100. */
const numbers: Check = ({ nodes }, process) => {
  const ofJobs = (node: { jobPriority?: Text }) => ({
    what: 'zeebe:jobPriorityDefinition priority',
    value: node.jobPriority,
    least: -(2 ** 31),
    most: 2 ** 31 - 1,
  })
  const said = [
    {
      node: process,
      numbers: [
        ...(process.listeners ?? []).map(({ retries }) => ({
          what: 'retries',
          value: retries,
          least: 0,
          most: Infinity,
        })),
        ofJobs(process),
      ],
    },
    ...nodes.map((node) => ({
      node,
      numbers: [
        ...[node.job, ...(node.listeners ?? []), ...(node.taskListeners ?? [])].map((job) => ({
          what: 'retries',
          value: job?.retries,
          least: 0,
          most: Infinity,
        })),
        { what: 'zeebe:priorityDefinition priority', value: node.priority, least: 0, most: 100 },
        ofJobs(node),
      ],
    })),
  ]
  return said.flatMap(({ node, numbers: some }) =>
    some.flatMap(({ what, value, least, most }) => {
      if (!value || !('text' in value)) return []
      const number = /^\s*[-+]?\d+\s*$/.test(value.text) ? Number(value.text) : NaN
      const fits = number >= least && number <= most
      return fits ? [] : [problem('bpmn.number', nameOf(node), `${what}="${value.text}"`)]
    }),
  )
}

const throwable = new Set(['message', 'signal', 'escalation', 'error'])

/** What a multi-instance activity throws must be something that can be thrown beside its work, and say which. */
const loopEvents: Check = ({ nodes }) =>
  nodes.flatMap((node) =>
    (node.multiInstance?.events ?? []).flatMap(({ triggers }) => {
      const foreign = triggers.filter(({ kind }) => !throwable.has(kind)).map(({ kind }) => kind)
      const nameless = triggers.some(
        (trigger) =>
          (trigger.kind === 'message' && !trigger.message) || (trigger.kind === 'signal' && trigger.name === null),
      )
      return [
        ...foreign.map((kind) => problem('bpmn.not_allowed_here', nameOf(node), kind)),
        ...(nameless ? [problem('bpmn.missing', nameOf(node), 'bpmn:message / bpmn:signal name')] : []),
      ]
    }),
  )

const maxima: Check = ({ nodes }) =>
  nodes.flatMap((node) => {
    const maximum = node.standardLoop?.maximum ?? null
    const valid = maximum === null || (Number.isInteger(maximum) && maximum >= 0)
    return valid ? [] : [problem('loop.maximum', nameOf(node), String(maximum))]
  })

const ways: Check = ({ scopes, next, previous }) =>
  scopes.flatMap((scope) => {
    if (scope.starts.length === 0) return []
    const reached = spread(scope.starts, next)
    const lost = scope.nodes.filter((node) => !reached.has(node))
    // Where no flow goes on the token ends, also beside a boundary event (coverage (c)14).
    const ending = spread(
      scope.nodes.filter((node) => next(node).every(({ attachedTo }) => attachedTo !== undefined)),
      previous,
    )
    const caught = scope.nodes.filter((node) => reached.has(node) && !ending.has(node))
    return [
      ...lost.map((node) => ({ ...problem('bpmn.unreachable', nameOf(node), listed(lost)), path: idsOf(lost) })),
      ...caught.map((node) => {
        const path = idsOf(wayTo(node, scope.starts, next))
        return { ...problem('bpmn.no_way_to_end', nameOf(node), listed(caught)), path }
      }),
    ]
  })

const idsOf = (nodes: readonly ParsedNode[]) => nodes.map(({ id }) => id)

/** A shortest way from the beginning of a scope to a node of it. */
function wayTo(
  node: ParsedNode,
  starts: readonly ParsedNode[],
  next: (node: ParsedNode) => readonly ParsedNode[],
): ParsedNode[] {
  const before = new Map<ParsedNode, ParsedNode | null>(starts.map((start) => [start, null]))
  const open = [...starts]
  for (let place = 0; place < open.length && !before.has(node); place++)
    for (const other of next(open[place] as ParsedNode))
      if (!before.has(other)) {
        before.set(other, open[place] as ParsedNode)
        open.push(other)
      }
  const way: ParsedNode[] = []
  for (let at: ParsedNode | null = node; at; at = before.get(at) ?? null) way.push(at)
  return way.reverse()
}

function spread(from: readonly ParsedNode[], step: (node: ParsedNode) => readonly ParsedNode[]): Set<ParsedNode> {
  const seen = new Set(from)
  const open = [...from]
  for (let node = open.pop(); node; node = open.pop())
    for (const other of step(node))
      if (!seen.has(other)) {
        seen.add(other)
        open.push(other)
      }
  return seen
}

/** Nodes of a loop through a node, in the order of their turn; null when it stands on none. */
function loopThrough(node: ParsedNode, quick: (from: ParsedNode) => readonly ParsedNode[]): ParsedNode[] | null {
  const ahead = quick(node)
  if (!spread(ahead, quick).has(node)) return null
  return ahead.includes(node) ? [node] : wayTo(node, ahead, quick)
}

/** A parallel join in a loop waits for whatever comes from outside of it. */
const holdsUp = (node: ParsedNode, loop: ReadonlySet<ParsedNode>, previous: Graph['previous']) =>
  node.bpmnType === 'parallelGateway' && previous(node).some((other) => !loop.has(other))

/**
 * Loops that never wait. One that cannot change what its own conditions read turns for ever or not at all, and is
 * refused; one that computes as it turns may be meant, and has its budget at run time.
 */
const busyLoops: Check = ({ nodes, next, previous }, process, quickCalls) => {
  const turning = new Set(nodes.filter((node) => passes(node, process, quickCalls)))
  const onItself = new Set(process.flows.filter(({ from, to }) => from === to).map(({ from }) => from))
  const quick = (from: ParsedNode) => {
    const ahead = next(from).filter((other) => turning.has(other))
    return onItself.has(from.id) ? [...ahead, from] : ahead
  }
  const onLoop = (node: ParsedNode) => {
    const ahead = spread(quick(node), quick)
    return ahead.has(node) ? new Set([...ahead].filter((other) => spread(quick(other), quick).has(node))) : null
  }
  for (let stands = true; stands;) {
    stands = false
    for (const node of turning) {
      const loop = node.bpmnType === 'parallelGateway' ? onLoop(node) : null
      if (loop && holdsUp(node, loop, previous)) {
        turning.delete(node)
        stands = true
      }
    }
  }
  const reported = new Set<ParsedNode>()
  return [...turning].flatMap((node) => {
    if (reported.has(node)) return []
    const loop = onLoop(node)
    const way = loop && loopThrough(node, quick)
    if (!loop || !way) return []
    for (const other of loop) reported.add(other)
    const conditions = process.flows
      .filter(({ from }) => [...loop].some(({ id }) => id === from))
      .flatMap(({ condition }) => condition ?? [])
    const mayEnd = [...loop].some((other) => mayChange(other, conditions, process, quickCalls))
    const told = problem('bpmn.busy_loop', nameOf(node), pathOf([...way, node]), mayEnd ? 'warning' : 'error')
    return [{ ...told, path: idsOf(way) }]
  })
}

const compensation: Check = (graph) => checkCompensation(graph)

const policies: Check = (_, process) => checkApproval(process)

const checks: readonly Check[] = [
  unsupported,
  ids,
  starts,
  adHocs,
  boundaries,
  checkEvents,
  flows,
  defaults,
  choices,
  parts,
  variableNames,
  cardinalities,
  maxima,
  loopEvents,
  quantities,
  numbers,
  ways,
  busyLoops,
  checkListeners,
  compensation,
  policies,
]

const isStructure = /^bpmn\.(?:dangling_ref|flow_crosses_scope|no_start|boundary_attachment|default_flow|unreachable)$/

/**
 * Everything wrong with the structure of a process, all at once, each with its element. Expressions and what the engine
 * can run are checked by `checkProcess` of the engine, which calls this.
 */
export function checkDefinition(process: ParsedProcess, quickCalls: QuickProcesses = new Map()): Problem[] {
  const graph = graphOf(process)
  const problems = checks.flatMap((check) => check(graph, process, quickCalls))
  // Tokens cannot be played where the drawing itself does not hold together.
  const broken = problems.some(({ code, severity }) => severity === 'error' && isStructure.test(code))
  return broken ? problems : [...problems, ...unsoundJoins(graph)]
}
