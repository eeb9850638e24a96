import { compileExpression } from '../expressions/compile.ts'
import type { Expression } from '../expressions/compile.ts'
import { beginsByItself } from '../model/graph.ts'
import { latest } from '../model/read-binding.ts'
import type {
  Mapping,
  ParsedCall,
  ParsedMessage,
  ParsedNode,
  ParsedProcess,
  TaskDefinition,
  Text,
  Trigger,
} from '../model/definition.ts'
import type {
  Choice,
  CompiledAdHoc,
  CompiledCall,
  CompiledFlow,
  CompiledJob,
  CompiledListeners,
  CompiledLoop,
  CompiledMapping,
  CompiledMessage,
  CompiledNode,
  CompiledProcess,
  CompiledTrigger,
  Source,
} from './compiled.ts'
import { loopThrows } from './loop-events.ts'
import { waysInto } from './arriving.ts'
import { compileData, compilePlace } from './compile-data.ts'
import { waits } from './element.ts'
import type { Element } from './element.ts'
import { markUndo } from './compile-undo.ts'
import { elements } from './elements/table.ts'
import { readingOf } from './known-names.ts'

/** Expressions of a definition, each text parsed once. */
type Expressions = (text: string) => Expression

function expressionsOf(parsed: ParsedProcess): Expressions {
  const reading = readingOf(parsed)
  const known = new Map<string, Expression>()
  return (text) => {
    const seen = known.get(text)
    if (seen) return seen
    const result = compileExpression(text, reading)
    // The checks refuse this before publishing; an old definition that slipped through gets incidents.
    const expression: Expression = result.ok
      ? result.expression
      : {
          source: text,
          variables: [],
          notes: [],
          evaluate: () => ({ ok: false, code: result.problem.code, message: result.problem.message }),
          within: () => null,
        }
    known.set(text, expression)
    return expression
  }
}

const sourceOf = (text: Text, feel: Expressions): Source =>
  'text' in text ? { text: text.text, expression: null } : { text: null, expression: feel(text.expression) }

const optional = (text: Text | null | undefined, feel: Expressions) => (text ? sourceOf(text, feel) : null)

const mappingsOf = (mappings: readonly Mapping[], feel: Expressions): CompiledMapping[] =>
  mappings.map(({ source, target }) => ({ source: sourceOf(source, feel), target: target.split('.') }))

/** Listeners by their time; their own headers come before those of the element. */
function byTime<T extends TaskDefinition & { on: string }>(
  listeners: readonly T[],
  headers: Record<string, string> | undefined,
  feel: Expressions,
  priority: Text | undefined,
) {
  return (on: T['on']) =>
    listeners
      .filter((one) => one.on === on)
      .map((one) => jobOf({ ...one, headers: { ...headers, ...one.headers } }, feel, priority))
}

function listenersOf(parsed: ParsedNode, feel: Expressions, priority: Text | undefined): CompiledListeners | null {
  const { listeners, headers, bpmnType, incoming } = parsed
  if (!listeners) return null
  const at = byTime(listeners, headers, feel, priority)
  const late = /^(?:parallel|inclusive)Gateway$/.test(bpmnType) && incoming.length > 1
  return { start: at('start'), end: at('end'), late }
}

function taskListenersOf(
  { taskListeners, headers }: ParsedNode,
  feel: Expressions,
  priority: Text | undefined,
): CompiledNode['taskListeners'] {
  if (!taskListeners) return null
  const at = byTime(taskListeners, headers, feel, priority)
  return {
    creating: at('creating'),
    assigning: at('assigning'),
    updating: at('updating'),
    completing: at('completing'),
    canceling: at('canceling'),
  }
}

const jobOf = (job: TaskDefinition, feel: Expressions, priority: Text | undefined): CompiledJob => ({
  type: sourceOf(job.type, feel),
  retries: sourceOf(job.retries, feel),
  priority: optional(priority, feel),
  headers: job.headers,
})

const messageOf = (message: ParsedMessage | null | undefined, feel: Expressions): CompiledMessage | null =>
  message
    ? {
        name: sourceOf(message.name, feel),
        correlationKey: message.correlationKey === null ? null : feel(message.correlationKey),
        properties: (message.properties ?? []).map(({ path, binding }) => ({
          path: feel(path),
          binding: binding === null ? null : feel(binding),
        })),
      }
    : null

function callOf(call: ParsedCall | undefined, feel: Expressions): CompiledCall | null {
  if (!call) return null
  const { processId, binding, allDown, allUp, businessKey } = call
  return {
    processId: sourceOf(processId, feel),
    binding,
    allDown,
    allUp,
    businessKey: businessKey === null ? null : sourceOf(businessKey, feel),
  }
}

function triggerOf(trigger: Trigger, feel: Expressions): CompiledTrigger {
  switch (trigger.kind) {
    case 'message':
      return { kind: 'message', message: messageOf(trigger.message, feel) }
    case 'timer': {
      const { timer } = trigger
      return { kind: 'timer', timer: timer && { kind: timer.kind, value: sourceOf(timer.value, feel) } }
    }
    case 'signal':
      return { kind: 'signal', name: optional(trigger.name, feel) }
    case 'error':
    case 'escalation':
      return { kind: trigger.kind, code: optional(trigger.code, feel) }
    case 'conditional':
      return {
        kind: 'conditional',
        condition: trigger.condition === null ? null : feel(trigger.condition),
        filter: trigger.filter ?? null,
      }
    default:
      return { ...trigger }
  }
}

const simpleName = /^[\p{L}_][\p{L}\p{N}_]*$/u

const noLoop: CompiledLoop = {
  kind: 'standard',
  collection: null,
  cardinality: null,
  listPlace: null,
  outputPlace: null,
  inputElement: null,
  outputCollection: null,
  outputElement: null,
  outputName: null,
  completionCondition: null,
  events: [],
  throwsOf: null,
  loopCondition: null,
  testBefore: false,
  maximum: null,
}

function loopOf({ multiInstance: loop, standardLoop }: ParsedNode, feel: Expressions): CompiledLoop | null {
  const compiled = (text: string | null) => (text === null ? null : feel(text))
  if (standardLoop) {
    const { condition, testBefore, maximum } = standardLoop
    return { ...noLoop, loopCondition: compiled(condition), testBefore, maximum }
  }
  if (!loop) return null
  return {
    ...noLoop,
    kind: loop.sequential ? 'sequential' : 'parallel',
    collection: compiled(loop.collection),
    cardinality: compiled(loop.cardinality),
    inputElement: loop.inputElement,
    outputCollection: loop.outputCollection,
    outputElement: compiled(loop.outputElement),
    outputName: loop.outputDataItem ?? (simpleName.test(loop.outputElement ?? '') ? loop.outputElement : null),
    completionCondition: compiled(loop.completionCondition),
    throwsOf: loop.events ? loopThrows : null,
    events: (loop.events ?? []).map(({ when, condition, triggers }) => ({
      when,
      condition: compiled(condition),
      triggers: triggers.map((trigger) => triggerOf(trigger, feel)),
    })),
  }
}

function adHocOf({ adHoc }: ParsedNode, feel: Expressions): CompiledAdHoc | null {
  if (!adHoc) return null
  const { elements, condition, ordering, cancelRemaining, outputCollection, outputElement, offers } = adHoc
  return {
    elements: elements === null ? null : feel(elements),
    condition: condition === null ? null : feel(condition),
    sequential: ordering === 'Sequential',
    cancels: cancelRemaining,
    outputCollection,
    outputElement: outputElement === null ? null : feel(outputElement),
    offers,
  }
}

function nodeOf(
  parsed: ParsedNode,
  index: number,
  feel: Expressions,
  element: Element,
  jobPriority?: Text,
): CompiledNode {
  const { assignment, job } = parsed
  return {
    index,
    id: parsed.id,
    name: parsed.name,
    kind: parsed.kind,
    element,
    parent: null,
    incoming: [],
    outgoing: [],
    defaultFlow: null,
    always: null,
    boundaries: [],
    attachedTo: null,
    awaits: [],
    gathers: parsed.kind.startsWith('parallelMultiple'),
    goOn: element.goOn ?? null,
    linkTarget: null,
    listeners: [],
    interrupting: parsed.interrupting ?? true,
    inputs: mappingsOf(parsed.inputs, feel),
    outputs: mappingsOf(parsed.outputs, feel),
    loop: loopOf(parsed, feel),
    starts: [],
    data: null,
    adHoc: adHocOf(parsed, feel),
    size: 1,
    linkedFrom: [],
    waysIn: null,
    onLoop: false,
    startQuantity: parsed.startQuantity ?? 1,
    completionQuantity: parsed.completionQuantity ?? 1,
    activation: parsed.activationCondition ? feel(parsed.activationCondition) : null,
    job: job ? jobOf(job, feel, parsed.jobPriority ?? jobPriority) : null,
    executionListeners: listenersOf(parsed, feel, jobPriority),
    taskListeners: taskListenersOf(parsed, feel, jobPriority),
    triggers: parsed.triggers.map((trigger) => triggerOf(trigger, feel)),
    script: parsed.script
      ? { expression: feel(parsed.script.expression), resultVariable: parsed.script.resultVariable }
      : null,
    decision: parsed.decision ? { ...parsed.decision, decisionId: sourceOf(parsed.decision.decisionId, feel) } : null,
    formBinding: parsed.formBinding ?? latest,
    assignment: assignment
      ? {
          assignee: optional(assignment.assignee, feel),
          candidateGroups: optional(assignment.candidateGroups, feel),
          candidateUsers: optional(assignment.candidateUsers, feel),
        }
      : null,
    call: callOf(parsed.call, feel),
    priority: optional(parsed.priority, feel),
    dueDate: optional(parsed.dueDate, feel),
    followUpDate: optional(parsed.followUpDate, feel),
    externalForm: optional(parsed.externalForm, feel),
    expressions: policyExpressions(parsed, feel),
    undo: null,
    parsed,
  }
}

function policyExpressions(parsed: ParsedNode, feel: Expressions): ReadonlyMap<string, Expression> {
  const texts: string[] = []
  const { participants, deadline } = parsed.policy ?? {}
  for (const { kind, value } of participants?.list ?? []) if (kind === 'expression' && value) texts.push(value)
  if (deadline && 'expression' in deadline.due) texts.push(deadline.due.expression)
  return new Map(texts.map((text) => [text, feel(text)]))
}

/** The process itself as a node: what its event sub-processes listen by. */
function rootOf({ id, name, listeners, jobPriority }: ParsedProcess, feel: Expressions): CompiledNode {
  const parsed: ParsedNode = {
    id,
    name,
    bpmnType: 'process',
    kind: 'process',
    parentId: null,
    incoming: [],
    outgoing: [],
    defaultFlow: null,
    lane: null,
    inputs: [],
    outputs: [],
    unsupported: [],
    triggers: [],
    ...(listeners && { listeners }),
  }
  const element: Element = { name: { zh: '流程', en: 'process' }, activate: () => waits }
  return nodeOf(parsed, -1, feel, element, jobPriority)
}

type Neighbors = (node: CompiledNode) => CompiledNode[]

/** Where a token may go on from a node: over flows, links and boundary events. */
const nextOf: Neighbors = ({ outgoing, boundaries, linkTarget }) => {
  const next = outgoing.map((flow) => flow.to)
  if (boundaries.length > 0) next.push(...boundaries)
  if (linkTarget) next.push(linkTarget)
  return next
}

/** The same the other way round. */
const beforeOf: Neighbors = ({ incoming, attachedTo, linkedFrom }) => {
  const before = incoming.map((flow) => flow.from)
  if (attachedTo) before.push(attachedTo)
  if (linkedFrom.length > 0) before.push(...linkedFrom)
  return before
}

/** What is left when nodes without a neighbor on one side are taken away, again and again. */
function withoutEnds(nodes: readonly CompiledNode[], on: Neighbors, back: Neighbors): CompiledNode[] {
  const ways = new Map(nodes.map((node) => [node, 0]))
  for (const node of nodes) for (const next of on(node)) if (ways.has(next)) ways.set(node, ways.get(node)! + 1)
  const ends = nodes.filter((node) => ways.get(node) === 0)
  for (const end of ends)
    for (const node of back(end)) {
      const left = (ways.get(node) ?? 0) - 1
      ways.set(node, left)
      if (left === 0) ends.push(node)
    }
  return nodes.filter((node) => ways.get(node)! > 0)
}

function leadsBack(node: CompiledNode): boolean {
  const seen = new Set<CompiledNode>()
  const open = nextOf(node)
  for (let at = open.pop(); at; at = open.pop()) {
    if (at === node) return true
    if (seen.has(at)) continue
    seen.add(at)
    open.push(...nextOf(at))
  }
  return false
}

/** Nodes that can be reached from themselves, or that go round without end. Most leave at once, being on no loop. */
function markLoops(nodes: readonly CompiledNode[]): void {
  for (const node of nodes) node.onLoop = node.loop?.kind === 'standard'
  const between = withoutEnds(withoutEnds(nodes, nextOf, beforeOf), beforeOf, nextOf)
  for (const node of between) node.onLoop ||= leadsBack(node)
}

/** Elements in which others stand; what runs inside one begins where its starts are. */
const holdsNodes = new Set(['subProcess', 'transaction', 'adHocSubProcess', 'eventSubProcess'])

/** Where a run of a scope begins: its none start event, or, without any start event, what nothing leads to ((c)14). */
function startsOf(nodes: readonly CompiledNode[], parent: CompiledNode | null): CompiledNode[] {
  const inside = nodes.filter((node) => node.parent === parent)
  const starts = inside.filter((node) => node.parsed.bpmnType === 'startEvent')
  if (parent?.kind === 'eventSubProcess') return starts
  if (starts.length > 0) return starts.filter((node) => node.kind === 'noneStartEvent')
  return inside.filter((node) => node.incoming.length === 0 && node.attachedTo === null && !beginsByItself(node.parsed))
}

/** What it waits for itself. */
function awaitsOf(node: CompiledNode): CompiledNode[] {
  if (node.kind === 'eventBasedGateway') return node.outgoing.map((flow) => flow.to)
  const catches = node.kind === 'receiveTask' || node.parsed.bpmnType === 'intermediateCatchEvent'
  return catches ? [node] : []
}

/** Whether a node holds tokens until there are enough. */
const takesSeveral = ({ kind, incoming, startQuantity }: CompiledNode) =>
  startQuantity > 1 ||
  kind === 'complexGateway' ||
  (incoming.length > 1 && /^(?:parallel|inclusive)Gateway$/.test(kind))

const linkName = (node: CompiledNode) => {
  const [trigger] = node.triggers
  return trigger?.kind === 'link' ? trigger.name : null
}

/** Whether something outside, or a variable, makes the event happen; errors and escalations find their own way. */
const isAwaited = (node: CompiledNode) =>
  node.gathers || node.triggers.some(({ kind }) => /^(?:message|timer|signal|conditional)$/.test(kind))

function alwaysOf(node: CompiledNode): readonly Choice[] | null {
  const conditional = node.outgoing.some((flow) => flow.condition !== null) || node.defaultFlow !== null
  const single = node.kind !== 'exclusiveGateway' || node.outgoing.length <= 1
  return conditional || !single ? null : node.outgoing.map((flow) => ({ flow, because: null }))
}

/**
 * Makes a checked process ready to run. Everything in it must be executable (`checkProcess` refuses what is not);
 * anything else is a defect and throws.
 */
export function compileProcess(parsed: ParsedProcess): CompiledProcess {
  const feel = expressionsOf(parsed)
  const root = rootOf(parsed, feel)
  const nodes = parsed.nodes.map((node, index) => {
    const element = elements.get(node.kind)
    if (!element) throw new Error(`${node.id} (${node.kind}) cannot be executed`)
    return nodeOf(node, index, feel, element, parsed.jobPriority)
  })
  const byId = new Map([root, ...nodes].map((node) => [node.id, node]))
  const nodeAt = (id: string): CompiledNode => {
    const node = byId.get(id)
    if (!node) throw new Error(`${parsed.id} has no element ${id}`)
    return node
  }
  const flows = parsed.flows.map((flow, index): CompiledFlow => {
    const condition = flow.condition === null ? null : feel(flow.condition)
    const compiled = { index, id: flow.id, from: nodeAt(flow.from), to: nodeAt(flow.to), condition }
    compiled.from.outgoing.push(compiled)
    compiled.to.incoming.push(compiled)
    return compiled
  })
  const flowById = new Map(flows.map((flow) => [flow.id, flow]))
  for (const node of nodes) {
    const { parentId, attachedTo, defaultFlow } = node.parsed
    node.parent = parentId === null ? null : nodeAt(parentId)
    for (let around = node.parent; around; around = around.parent) around.size += 1
    node.defaultFlow = defaultFlow === null ? null : (flowById.get(defaultFlow) ?? null)
    if (attachedTo === undefined) continue
    node.attachedTo = nodeAt(attachedTo)
    node.attachedTo.boundaries.push(node)
  }
  for (const node of nodes) {
    node.awaits = awaitsOf(node)
    if (node.kind === 'linkThrowEvent') {
      const isTarget = (other: CompiledNode) => other.kind === 'linkCatchEvent' && other.parent === node.parent
      node.linkTarget = nodes.find((other) => isTarget(other) && linkName(other) === linkName(node)) ?? null
      node.linkTarget?.linkedFrom.push(node)
    }
    const handler = node.parsed.bpmnType === 'startEvent' ? node.parent : null
    if (handler?.kind === 'eventSubProcess') (handler.parent ?? root).listeners.push(node)
  }
  const known = parsed.data ?? []
  const around = {
    feel,
    node: (id: string) => byId.get(id),
    named: (name: string) => known.find((place) => place.ref === name) ?? known.find((place) => place.name === name),
  }
  markUndo(nodes, root)
  markLoops(nodes)
  for (const node of nodes) {
    node.always = alwaysOf(node)
    node.data = compileData(node.parsed, around)
    if (node.loop) {
      node.loop.listPlace = compilePlace(node.parsed.multiInstance?.loopDataInput, around)
      node.loop.outputPlace = compilePlace(node.parsed.multiInstance?.loopDataOutput, around)
    }
    if (node.element.look && (node.incoming.length > 1 || node.activation)) node.waysIn = waysInto(node)
    if (holdsNodes.has(node.kind)) node.starts = startsOf(nodes, node)
  }
  return {
    id: parsed.id,
    name: parsed.name,
    nodes,
    flows,
    node: (id) => byId.get(id),
    root,
    listens: root.listeners.some(isAwaited) || root.executionListeners !== null,
    conditional: nodes.some((node) => node.triggers.some(({ kind }) => kind === 'conditional')),
    starts: startsOf(nodes, null),
    case: parsed.case ?? null,
    withdraw: parsed.withdraw ?? null,
    looks: nodes.some((node) => node.waysIn !== null),
    joins: nodes.some(takesSeveral),
    calls: nodes.some((node) => node.call !== null),
    stores: [...new Set(known.filter((place) => place.store).map((place) => place.name))],
    traced: parsed.nodes.some((node) => node.policy !== undefined) || parsed.withdraw?.until === 'element',
  }
}
