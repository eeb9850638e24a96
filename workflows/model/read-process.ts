import type { ModdleElement } from 'bpmn-moddle'
import type {
  AdHoc,
  LoopEvent,
  DataPlace,
  Mapping,
  MultiInstance,
  Offer,
  ParsedFile,
  ParsedFlow,
  ParsedNode,
  ParsedProcess,
  StandardLoop,
  TaskDefinition,
  Text,
  Trigger,
  Unsupported,
} from './definition.ts'
import { placeOf, readData } from './read-data.ts'
import { readCase, readPolicy, readWithdraw } from './read-approval.ts'
import { readBinding } from './read-binding.ts'
import { readCall } from './read-call.ts'
import { eventKind, isEvent, readMessage, readTrigger, readTriggers } from './read-events.ts'
import { readHeaders, readListeners, readTaskListeners } from './read-listeners.ts'
import { childrenOf, extension, feelOf, lower, text, textOf } from './read-values.ts'
import { demandsOf, foreignIn, isFeel, languageOf } from './read-foreign.ts'
import { unsupportedOf } from './read-unsupported.ts'

const shortType = (element: ModdleElement) => lower(element.$type.replace(/^bpmn:/, ''))

function readJob(element: ModdleElement): TaskDefinition | undefined {
  const definition = extension(element, 'zeebe:TaskDefinition')
  if (!definition) return undefined
  return {
    type: textOf(text(definition['type']) ?? ''),
    retries: textOf(text(definition['retries']) ?? '3'),
    headers: readHeaders(extension(element, 'zeebe:TaskHeaders')),
  }
}

/** The kind under which the engine's table knows a node: `timerBoundaryEvent`, `userTask`, `eventSubProcess`. */
function kindOf(bpmnType: string, element: ModdleElement, triggers: readonly Trigger[], parent: ModdleElement): string {
  const event = eventKind(bpmnType, element, triggers, parent)
  if (event !== null) return event
  if (bpmnType === 'subProcess' && element['triggeredByEvent'] === true) return 'eventSubProcess'
  return bpmnType
}

function readMappings(element: ModdleElement, list: 'inputParameters' | 'outputParameters'): Mapping[] {
  return childrenOf(extension(element, 'zeebe:IoMapping'), list).map((parameter) => ({
    // Without a source the variable is there and has no value, as in Camunda 8.
    source: textOf(text(parameter['source']) ?? '=null'),
    target: (text(parameter['target']) ?? '').trim(),
  }))
}

/** What a multi-instance activity throws by its behavior; without a reference nothing that anybody could catch. */
function readLoopEvents(loop: ModdleElement): LoopEvent[] {
  const referred = (name: string) => {
    const definition = loop[name] as ModdleElement | undefined
    return definition ? readTrigger(definition) : []
  }
  switch (loop['behavior']) {
    case 'One':
      return [{ when: 'first', condition: null, triggers: referred('oneBehaviorEventRef') }]
    case 'None':
      return [{ when: 'each', condition: null, triggers: referred('noneBehaviorEventRef') }]
    case 'Complex':
      return childrenOf(loop, 'complexBehaviorDefinition').map((definition) => ({
        when: 'each',
        condition: feelOf(text((definition['condition'] as ModdleElement | undefined)?.['body'])),
        triggers: readTriggers(definition['event'] as ModdleElement),
      }))
    default:
      return []
  }
}

function readLoop(loop: ModdleElement): MultiInstance {
  const zeebe = extension(loop, 'zeebe:LoopCharacteristics')
  const part = (name: string) => loop[name] as ModdleElement | undefined
  const body = (name: string) => feelOf(text(part(name)?.['body']))
  const input = part('loopDataInputRef')
  const output = part('loopDataOutputRef')
  const inputItem = part('inputDataItem')
  const outputItem = part('outputDataItem')
  const events = readLoopEvents(loop)
  return {
    sequential: loop['isSequential'] === true,
    collection: feelOf(text(zeebe?.['inputCollection'])),
    cardinality: body('loopCardinality'),
    inputElement: text(zeebe?.['inputElement']) ?? (inputItem ? placeOf(inputItem).name : null),
    outputCollection: text(zeebe?.['outputCollection']),
    outputElement: feelOf(text(zeebe?.['outputElement'])),
    completionCondition: body('completionCondition'),
    ...(input && { loopDataInput: placeOf(input) }),
    ...(output && { loopDataOutput: placeOf(output) }),
    ...(events.length > 0 && { events }),
    ...(outputItem && { outputDataItem: placeOf(outputItem).name }),
  }
}

/** What can be told of an element to whoever chooses it. */
function readOffer(element: ModdleElement): Offer {
  const properties = childrenOf(extension(element, 'zeebe:Properties'), 'properties')
  const pairs = properties.map((one) => [text(one.name) ?? '', text(one['value']) ?? ''] as const)
  return {
    elementId: element.id ?? '',
    elementName: text(element.name) ?? '',
    documentation: text(childrenOf(element, 'documentation')[0]?.['text']) ?? '',
    properties: Object.fromEntries(pairs.filter(([name]) => name !== '' && name !== '__proto__')),
  }
}

function readAdHoc(element: ModdleElement): AdHoc {
  const zeebe = extension(element, 'zeebe:AdHoc')
  return {
    elements: feelOf(text(zeebe?.['activeElementsCollection'])),
    condition: feelOf(text((element['completionCondition'] as ModdleElement | undefined)?.['body'])),
    ordering: element['ordering'] === 'Sequential' ? 'Sequential' : 'Parallel',
    cancelRemaining: element['cancelRemainingInstances'] !== false,
    outputCollection: text(zeebe?.['outputCollection']),
    outputElement: feelOf(text(zeebe?.['outputElement'])),
    offers: childrenOf(element, 'flowElements')
      .filter(({ $type }) => flowNodeTypes.test($type))
      .map(readOffer),
  }
}

function readStandardLoop(loop: ModdleElement): StandardLoop {
  const maximum = loop['loopMaximum']
  return {
    condition: feelOf(text((loop['loopCondition'] as ModdleElement | undefined)?.['body'])),
    testBefore: loop['testBefore'] === true,
    maximum: maximum === undefined ? null : Number(maximum),
  }
}

const optionalText = (value: unknown): Text | null => {
  const said = text(value)
  return said === null ? null : textOf(said)
}

const readJobPriority = (element: ModdleElement) =>
  optionalText(extension(element, 'zeebe:JobPriorityDefinition')?.['priority'])

/** What stands on tasks only, each kind its own. */
function readTask(node: ParsedNode, element: ModdleElement): void {
  const job = readJob(element)
  if (job) node.job = job
  if (node.bpmnType === 'sendTask' || node.bpmnType === 'receiveTask')
    node.triggers = [
      { kind: 'message', message: readMessage(element['messageRef'] as ModdleElement | undefined, element) },
    ]
  const script = extension(element, 'zeebe:Script')
  if (script)
    node.script = {
      expression: feelOf(text(script['expression'])) ?? '',
      resultVariable: text(script['resultVariable']),
    }
  const decision = extension(element, 'zeebe:CalledDecision')
  if (decision)
    node.decision = {
      decisionId: textOf(text(decision['decisionId']) ?? ''),
      binding: readBinding(decision, 'zeebe:calledDecision', node.unsupported),
      resultVariable: text(decision['resultVariable']),
    }
  const form = extension(element, 'zeebe:FormDefinition')
  const formId = text(form?.['formId'])
  if (formId !== null) {
    node.formId = formId
    node.formBinding = readBinding(form, 'zeebe:formDefinition', node.unsupported)
  }
  const externalForm = optionalText(form?.['externalReference'])
  if (externalForm) node.externalForm = externalForm
  const jobPriority = readJobPriority(element)
  if (jobPriority) node.jobPriority = jobPriority
  if (node.bpmnType !== 'userTask') return
  const assignment = extension(element, 'zeebe:AssignmentDefinition')
  if (assignment)
    node.assignment = {
      assignee: optionalText(assignment['assignee']),
      candidateGroups: optionalText(assignment['candidateGroups']),
      candidateUsers: optionalText(assignment['candidateUsers']),
    }
  const priority = optionalText(extension(element, 'zeebe:PriorityDefinition')?.['priority'])
  if (priority) node.priority = priority
  const schedule = extension(element, 'zeebe:TaskSchedule')
  for (const name of ['dueDate', 'followUpDate'] as const) {
    const date = optionalText(schedule?.[name])
    if (date) node[name] = date
  }
}

function readNode(
  element: ModdleElement,
  parent: ModdleElement,
  parentId: string | null,
  lane: string | null,
): ParsedNode {
  const bpmnType = shortType(element)
  const triggers = isEvent(bpmnType) ? readTriggers(element) : []
  const loop = element['loopCharacteristics'] as ModdleElement | undefined
  const node: ParsedNode = {
    id: element.id ?? '',
    name: text(element.name) ?? '',
    bpmnType,
    kind: kindOf(bpmnType, element, triggers, parent),
    parentId,
    incoming: [],
    outgoing: [],
    defaultFlow: (element['default'] as ModdleElement | undefined)?.id ?? null,
    lane,
    inputs: readMappings(element, 'inputParameters'),
    outputs: readMappings(element, 'outputParameters'),
    unsupported: unsupportedOf(element),
    triggers,
  }
  if (loop?.$type === 'bpmn:MultiInstanceLoopCharacteristics') node.multiInstance = readLoop(loop)
  if (loop?.$type === 'bpmn:StandardLoopCharacteristics') node.standardLoop = readStandardLoop(loop)
  const activation = feelOf(text((element['activationCondition'] as ModdleElement | undefined)?.['body']))
  if (activation !== null) node.activationCondition = activation
  if (bpmnType === 'boundaryEvent') {
    node.attachedTo = (element['attachedToRef'] as ModdleElement | undefined)?.id ?? ''
    node.interrupting = element['cancelActivity'] !== false
  }
  if (bpmnType === 'startEvent' && parent['triggeredByEvent'] === true)
    node.interrupting = element['isInterrupting'] !== false
  if (element['instantiate'] === true) node.instantiate = true
  if (element['eventGatewayType'] === 'Parallel') node.parallelEvents = true
  if (element['triggeredByEvent'] === true) node.triggeredByEvent = true
  if (element['isForCompensation'] === true) node.forCompensation = true
  for (const name of ['startQuantity', 'completionQuantity'] as const)
    if (Object.hasOwn(element, name) && Number(element[name]) !== 1) node[name] = Number(element[name])
  if (bpmnType === 'adHocSubProcess') node.adHoc = readAdHoc(element)
  const data = readData(element)
  if (data) node.data = data
  readTask(node, element)
  const call = bpmnType === 'callActivity' ? readCall(element, node.unsupported) : null
  if (call) node.call = call
  const listeners = readListeners(element, node.unsupported)
  if (listeners.length > 0) node.listeners = listeners
  const taskListeners = readTaskListeners(element, node.unsupported)
  if (taskListeners.length > 0) node.taskListeners = taskListeners
  const headers = readHeaders(extension(element, 'zeebe:TaskHeaders'))
  if (Object.keys(headers).length > 0) node.headers = headers
  const policy = readPolicy(element, node.unsupported)
  if (policy) node.policy = policy
  const publicStep = text(extension(element, 'retour:PublicStep')?.name)
  if (publicStep !== null) node.publicStep = publicStep
  if (extension(element, 'retour:Repeatable')) node.repeatable = true
  return node
}

/** A flow need not have an id (BPMN 8.3.1); one that has none goes by its ends, in a form that no id in a file has. */
function readFlow(element: ModdleElement, others: readonly ParsedFlow[]): ParsedFlow {
  const expression = element['conditionExpression'] as ModdleElement | undefined
  const [from = '', to = ''] = ['sourceRef', 'targetRef'].map((end) => (element[end] as ModdleElement | undefined)?.id)
  const beside = () => others.filter((other) => other.from === from && other.to === to).length
  return {
    id: element.id ?? `${from}:${to}:${beside() + 1}`,
    name: text(element.name) ?? '',
    from,
    to,
    condition: feelOf(text(expression?.['body'])),
  }
}

/** Lane names by flow node; an inner lane wins over the one around it (coverage (c)13). */
function readLanes(container: ModdleElement): Map<string, string> {
  const lanes = new Map<string, string>()
  const visit = (set: ModdleElement | undefined): void => {
    for (const lane of childrenOf(set, 'lanes')) {
      const name = text(lane.name)
      if (name !== null) for (const node of childrenOf(lane, 'flowNodeRef')) if (node.id) lanes.set(node.id, name)
      visit(lane['childLaneSet'] as ModdleElement | undefined)
    }
  }
  for (const set of childrenOf(container, 'laneSets')) visit(set)
  return lanes
}

const flowNodeTypes =
  /(?:Task|Gateway|Event|SubProcess|CallActivity|Transaction|ChoreographyActivity|SubChoreography|CallChoreography)$/
const dataTypes = /:(?:DataObject|DataObjectReference|DataStoreReference)$/

function readInside(
  container: ModdleElement,
  parentId: string | null,
  process: ParsedProcess,
  laneAround: string | null,
): void {
  const lanes = readLanes(container)
  for (const element of childrenOf(container, 'flowElements')) {
    if (element.$type === 'bpmn:SequenceFlow') process.flows.push(readFlow(element, process.flows))
    else if (flowNodeTypes.test(element.$type)) {
      const lane = lanes.get(element.id ?? '') ?? laneAround
      process.nodes.push(readNode(element, container, parentId, lane))
      readInside(element, element.id ?? null, process, lane)
    } else if (dataTypes.test(element.$type)) process.data?.push(placeOf(element))
    else process.unsupported.push({ what: lower(element.$type.replace(/^bpmn:/, '')), code: 'bpmn.not_executable' })
  }
}

/** Data inputs, outputs and properties of the process itself. */
function processData(element: ModdleElement): DataPlace[] {
  const specification = element['ioSpecification'] as ModdleElement | undefined
  return [
    ...childrenOf(specification, 'dataInputs'),
    ...childrenOf(specification, 'dataOutputs'),
    ...childrenOf(element, 'properties'),
  ].map(placeOf)
}

/** Associations say which activity undoes the one that a compensation boundary event is attached to (BPMN 10.5.4). */
function readHandlers(container: ModdleElement, nodes: readonly ParsedNode[]): void {
  for (const association of childrenOf(container, 'artifacts')) {
    if (association.$type !== 'bpmn:Association') continue
    const ends = ['sourceRef', 'targetRef'].map((end) => (association[end] as ModdleElement | undefined)?.id)
    for (const [from, to] of [ends, ends.toReversed()]) {
      const event = nodes.find(({ id, kind }) => id === from && kind === 'compensateBoundaryEvent')
      if (event && nodes.some(({ id }) => id === to)) (event.handlers ??= []).push(to as string)
    }
  }
  for (const inner of childrenOf(container, 'flowElements')) readHandlers(inner, nodes)
}

function readProcess(element: ModdleElement, name: string, fileLanguage: string | null): ParsedProcess {
  const unsupported: Unsupported[] = [...unsupportedOf(element), ...foreignIn(element, fileLanguage)]
  const process: ParsedProcess = {
    id: element.id ?? '',
    name: text(element.name) ?? name,
    executable: element['isExecutable'] === true,
    nodes: [],
    flows: [],
    data: processData(element),
    unsupported,
  }
  const versionTag = text(extension(element, 'zeebe:VersionTag')?.['value'])
  if (versionTag !== null) process.versionTag = versionTag
  const jobPriority = readJobPriority(element)
  if (jobPriority) process.jobPriority = jobPriority
  const listeners = readListeners(element, unsupported)
  if (listeners.length > 0) process.listeners = listeners
  const caseOf = readCase(element)
  if (caseOf) process.case = caseOf
  const withdraw = readWithdraw(element, unsupported)
  if (withdraw) process.withdraw = withdraw
  readInside(element, null, process, null)
  readHandlers(element, process.nodes)
  const byId = new Map(process.nodes.map((node) => [node.id, node]))
  for (const flow of process.flows) {
    byId.get(flow.from)?.outgoing.push(flow.id)
    byId.get(flow.to)?.incoming.push(flow.id)
  }
  return process
}

/** Turns the reader's elements into plain data. Pools give their processes a name when they have none. */
export function readDefinitions(root: ModdleElement): ParsedFile {
  const names = new Map<string, string>()
  const processes: ModdleElement[] = []
  const others: ParsedFile['others'] = []
  for (const element of childrenOf(root, 'rootElements')) {
    if (element.$type === 'bpmn:Process') processes.push(element)
    if (element.$type.endsWith('Choreography'))
      others.push({ id: element.id ?? '', name: text(element.name) ?? '', bpmnType: lower(element.$type.slice(5)) })
    if (element.$type === 'bpmn:Collaboration')
      for (const pool of childrenOf(element, 'participants')) {
        const process = pool['processRef'] as ModdleElement | undefined
        if (process?.id && pool.name) names.set(process.id, pool.name)
      }
  }
  const filled = processes.filter((element) => childrenOf(element, 'flowElements').length > 0)
  const executable = processes.filter((element) => element['isExecutable'] === true)
  const chosen = executable.length > 0 ? executable : filled
  const language = languageOf(root)
  const foreignLanguage = language !== null && !isFeel(language) ? language : null
  const beside = childrenOf(root, 'rootElements').filter(({ $type }) => !/:(?:Process|Collaboration)$/.test($type))
  return {
    id: root.id ?? '',
    processes: chosen.map((element) => readProcess(element, names.get(element.id ?? '') ?? '', language)),
    others,
    unsupported: [...demandsOf(root), ...beside.flatMap((element) => foreignIn(element, language))],
    foreignLanguage,
  }
}
