import type {
  AdHoc,
  Assignment,
  MultiInstance,
  ParsedFlow,
  ParsedNode,
  ParsedProcess,
  ParsedTimer,
  StandardLoop,
  Text,
  Trigger,
} from '../../workflows/model/definition.ts'
import type { TaskPolicy } from '../../workflows/model/approval.ts'

/** What may be said about an element besides its id and kind. */
export interface Details {
  name?: string
  inputs?: Record<string, string>
  outputs?: Record<string, string>
  policy?: TaskPolicy
  lane?: string
  publicStep?: string
  formId?: string
  followUpDate?: string
  externalForm?: string
  assignee?: string
  candidateGroups?: string
  candidateUsers?: string
  dueDate?: string
  priority?: string
}

const textOf = (value: string): Text =>
  value.startsWith('=') ? { expression: value.slice(1).trim() } : { text: value }
const feelOf = (value: string) => (value.startsWith('=') ? value.slice(1).trim() : value)
const message = (name: string, key: string | null) => ({
  id: `Message_${name}`,
  name: textOf(name),
  correlationKey: key === null ? null : feelOf(key),
})

const codeOf = (code: string | null) => (code === null ? null : textOf(code))

const signalOf = (name: string): Trigger => ({ kind: 'signal', name: textOf(name) })
const escalationOf = (code: string | null): Trigger => ({ kind: 'escalation', code: codeOf(code) })

const mappings = (record: Record<string, string> | undefined) =>
  Object.entries(record ?? {}).map(([target, source]) => ({ source: textOf(source), target }))

const timers: [string, ParsedTimer['kind']][] = [
  ['date', 'date'],
  ['duration', 'duration'],
  ['cycle', 'cycle'],
]

type TimerWords = { date?: string; duration?: string; cycle?: string }
const timerOf = (words: TimerWords): ParsedTimer => {
  for (const [word, kind] of timers) {
    const value = words[word as keyof TimerWords]
    if (value !== undefined) return { kind, value: textOf(value) }
  }
  throw new Error('a timer needs a date, a duration or a cycle')
}

export type ProcessBuilder = ReturnType<typeof process>

/**
 * Builds the parsed model of a process the way one would tell it: each element is reached from the one before;
 * `at` goes back to an element to tell another branch, `to` joins an element that is already there.
 *
 *     process('p').start().exclusiveGateway('x').when('amount > 10').end('big').at('x').otherwise().end('small').build()
 */
export function process(id: string) {
  const nodes: ParsedNode[] = []
  const flows: ParsedFlow[] = []
  const scopes: string[] = []
  let last: ParsedNode | null = null
  let pending: { condition: string | null; isDefault: boolean; id: string | null } = {
    condition: null,
    isDefault: false,
    id: null,
  }
  const nothingSaid = { condition: null, isDefault: false, id: null }

  const find = (nodeId: string): ParsedNode => {
    const node = nodes.find((candidate) => candidate.id === nodeId)
    if (!node) throw new Error(`no element ${nodeId} so far`)
    return node
  }

  function connect(from: ParsedNode, to: ParsedNode): void {
    const flow: ParsedFlow = {
      id: pending.id ?? `${from.id}-${to.id}`,
      name: '',
      from: from.id,
      to: to.id,
      condition: pending.condition,
    }
    if (flows.some((other) => other.id === flow.id)) flow.id += `-${flows.length}`
    flows.push(flow)
    from.outgoing.push(flow.id)
    to.incoming.push(flow.id)
    if (pending.isDefault) from.defaultFlow = flow.id
    pending = nothingSaid
  }

  function node(
    nodeId: string,
    bpmnType: string,
    kind: string,
    details: Details,
    more: Partial<ParsedNode> = {},
  ): ParsedNode {
    const made: ParsedNode = {
      id: nodeId,
      name: details.name ?? '',
      bpmnType,
      kind,
      parentId: scopes.at(-1) ?? null,
      incoming: [],
      outgoing: [],
      defaultFlow: null,
      lane: details.lane ?? null,
      inputs: mappings(details.inputs),
      outputs: mappings(details.outputs),
      unsupported: [],
      triggers: [],
      ...more,
    }
    if (details.policy) made.policy = details.policy
    if (details.publicStep) made.publicStep = details.publicStep
    if (details.formId) made.formId = details.formId
    if (details.dueDate) made.dueDate = textOf(details.dueDate)
    if (details.externalForm) made.externalForm = textOf(details.externalForm)
    if (details.followUpDate) made.followUpDate = textOf(details.followUpDate)
    if (details.priority) made.priority = textOf(details.priority)
    nodes.push(made)
    return made
  }

  function add(nodeId: string, bpmnType: string, kind: string, details: Details = {}, more: Partial<ParsedNode> = {}) {
    const made = node(nodeId, bpmnType, kind, details, more)
    if (last) connect(last, made)
    last = made
    return builder
  }

  const assignmentOf = (details: Details): Assignment => ({
    assignee: details.assignee === undefined ? null : textOf(details.assignee),
    candidateGroups: details.candidateGroups === undefined ? null : textOf(details.candidateGroups),
    candidateUsers: details.candidateUsers === undefined ? null : textOf(details.candidateUsers),
  })

  const job = (type: string, retries = '3') => ({ type: textOf(type), retries: textOf(retries), headers: {} })

  function boundary(nodeId: string, kind: string, interrupting: boolean, more: Partial<ParsedNode>) {
    const host = last
    if (!host) throw new Error('a boundary event needs an activity before it')
    last = node(nodeId, 'boundaryEvent', kind, {}, { attachedTo: host.attachedTo ?? host.id, interrupting, ...more })
    return builder
  }

  const handler = (nodeId: string, kind: string, interrupting: boolean, trigger: Trigger) =>
    add(nodeId, 'startEvent', `${kind}StartEventOfEventSubProcess`, {}, { interrupting, triggers: [trigger] })

  const builder = {
    start: (nodeId = 'start', details: Details = {}) => add(nodeId, 'startEvent', 'noneStartEvent', details),
    messageStart: (nodeId: string, name: string) =>
      add(
        nodeId,
        'startEvent',
        'messageStartEvent',
        {},
        { triggers: [{ kind: 'message', message: message(name, null) }] },
      ),
    timerStart: (nodeId: string, timer: TimerWords) =>
      add(nodeId, 'startEvent', 'timerStartEvent', {}, { triggers: [{ kind: 'timer', timer: timerOf(timer) }] }),
    end: (nodeId = 'end') => add(nodeId, 'endEvent', 'noneEndEvent'),
    errorEnd: (nodeId: string, code: string) =>
      add(nodeId, 'endEvent', 'errorEndEvent', {}, { triggers: [{ kind: 'error', code: codeOf(code) }] }),
    terminateEnd: (nodeId: string) =>
      add(nodeId, 'endEvent', 'terminateEndEvent', {}, { triggers: [{ kind: 'terminate' }] }),
    messageEnd: (nodeId: string, name: string, key: string | null = null, details: Details = {}) =>
      add(nodeId, 'endEvent', 'messageEndEvent', details, {
        triggers: [{ kind: 'message', message: message(name, key) }],
      }),
    task: (nodeId: string) => add(nodeId, 'task', 'task'),
    manualTask: (nodeId: string) => add(nodeId, 'manualTask', 'manualTask'),
    userTask: (nodeId: string, details: Details = {}) =>
      add(nodeId, 'userTask', 'userTask', details, { assignment: assignmentOf(details) }),
    serviceTask: (nodeId: string, type = nodeId, details: Details & { retries?: string } = {}) =>
      add(nodeId, 'serviceTask', 'serviceTask', details, { job: job(type, details.retries) }),
    scriptTask: (nodeId: string, expression: string, resultVariable: string | null = null, details: Details = {}) =>
      add(nodeId, 'scriptTask', 'scriptTask', details, { script: { expression: feelOf(expression), resultVariable } }),
    businessRuleTask: (nodeId: string, decisionId: string, resultVariable: string | null, details: Details = {}) =>
      add(nodeId, 'businessRuleTask', 'businessRuleTask', details, {
        decision: { decisionId: textOf(decisionId), binding: { kind: 'latest' }, resultVariable },
      }),
    sendTask: (nodeId: string, name: string, key: string | null = null, details: Details = {}) =>
      add(nodeId, 'sendTask', 'sendTask', details, {
        triggers: [{ kind: 'message', message: message(name, key) }],
      }),
    sendTaskWithJob: (nodeId: string, type: string) => add(nodeId, 'sendTask', 'sendTask', {}, { job: job(type) }),
    receiveTask: (nodeId: string, name: string, key: string | null = null, details: Details = {}) =>
      add(nodeId, 'receiveTask', 'receiveTask', details, {
        triggers: [{ kind: 'message', message: message(name, key) }],
      }),
    exclusiveGateway: (nodeId: string) => add(nodeId, 'exclusiveGateway', 'exclusiveGateway'),
    parallelGateway: (nodeId: string) => add(nodeId, 'parallelGateway', 'parallelGateway'),
    inclusiveGateway: (nodeId: string) => add(nodeId, 'inclusiveGateway', 'inclusiveGateway'),
    complexGateway: (nodeId: string, activationCondition: string) =>
      add(nodeId, 'complexGateway', 'complexGateway', {}, { activationCondition: feelOf(activationCondition) }),
    throwEvent: (nodeId: string) => add(nodeId, 'intermediateThrowEvent', 'noneThrowEvent'),
    messageThrow: (nodeId: string, name: string, key: string | null = null, details: Details = {}) =>
      add(nodeId, 'intermediateThrowEvent', 'messageThrowEvent', details, {
        triggers: [{ kind: 'message', message: message(name, key) }],
      }),
    messageCatch: (nodeId: string, name: string, key: string | null = null, details: Details = {}) =>
      add(nodeId, 'intermediateCatchEvent', 'messageCatchEvent', details, {
        triggers: [{ kind: 'message', message: message(name, key) }],
      }),
    timerCatch: (nodeId: string, timer: TimerWords) =>
      add(
        nodeId,
        'intermediateCatchEvent',
        'timerCatchEvent',
        {},
        { triggers: [{ kind: 'timer', timer: timerOf(timer) }] },
      ),
    timerBoundary: (nodeId: string, timer: TimerWords, interrupting = true) =>
      boundary(nodeId, 'timerBoundaryEvent', interrupting, { triggers: [{ kind: 'timer', timer: timerOf(timer) }] }),
    messageBoundary: (nodeId: string, name: string, key: string | null = null, interrupting = true) =>
      boundary(nodeId, 'messageBoundaryEvent', interrupting, {
        triggers: [{ kind: 'message', message: message(name, key) }],
      }),
    signalThrow: (nodeId: string, name: string, details: Details = {}) =>
      add(nodeId, 'intermediateThrowEvent', 'signalThrowEvent', details, { triggers: [signalOf(name)] }),
    signalCatch: (nodeId: string, name: string) =>
      add(nodeId, 'intermediateCatchEvent', 'signalCatchEvent', {}, { triggers: [signalOf(name)] }),
    signalBoundary: (nodeId: string, name: string, interrupting = true) =>
      boundary(nodeId, 'signalBoundaryEvent', interrupting, { triggers: [signalOf(name)] }),
    conditionalBoundary: (nodeId: string, condition: string, interrupting = true) =>
      boundary(nodeId, 'conditionalBoundaryEvent', interrupting, {
        triggers: [{ kind: 'conditional', condition: feelOf(condition) }],
      }),
    escalationThrow: (nodeId: string, code: string) =>
      add(nodeId, 'intermediateThrowEvent', 'escalationThrowEvent', {}, { triggers: [escalationOf(code)] }),
    escalationBoundary: (nodeId: string, code: string | null, interrupting = true) =>
      boundary(nodeId, 'escalationBoundaryEvent', interrupting, { triggers: [escalationOf(code)] }),
    linkThrow: (nodeId: string, name: string) =>
      add(nodeId, 'intermediateThrowEvent', 'linkThrowEvent', {}, { triggers: [{ kind: 'link', name }] }),
    linkCatch: (nodeId: string, name: string) =>
      add(nodeId, 'intermediateCatchEvent', 'linkCatchEvent', {}, { triggers: [{ kind: 'link', name }] }),
    multipleCatch: (nodeId: string, triggers: Trigger[]) =>
      add(nodeId, 'intermediateCatchEvent', 'multipleCatchEvent', {}, { triggers }),
    parallelMultipleCatch: (nodeId: string, triggers: Trigger[]) =>
      add(nodeId, 'intermediateCatchEvent', 'parallelMultipleCatchEvent', {}, { triggers }),
    multipleEnd: (nodeId: string, triggers: Trigger[]) => add(nodeId, 'endEvent', 'multipleEndEvent', {}, { triggers }),
    eventBasedGateway: (nodeId: string, more: Pick<ParsedNode, 'instantiate' | 'parallelEvents'> = {}) =>
      add(nodeId, 'eventBasedGateway', 'eventBasedGateway', {}, more),
    /** Opens an event sub-process; what follows stands inside until `endSubProcess`. */
    eventSubProcess(nodeId: string) {
      last = null
      add(nodeId, 'subProcess', 'eventSubProcess', {}, { triggeredByEvent: true })
      scopes.push(nodeId)
      last = null
      return builder
    },
    messageHandler: (nodeId: string, name: string, interrupting = true, key: string | null = null) =>
      handler(nodeId, 'message', interrupting, { kind: 'message', message: message(name, key) }),
    conditionalHandler: (nodeId: string, condition: string, interrupting = true) =>
      handler(nodeId, 'conditional', interrupting, { kind: 'conditional', condition: feelOf(condition) }),
    escalationHandler: (nodeId: string, code: string | null, interrupting = true) =>
      handler(nodeId, 'escalation', interrupting, escalationOf(code)),
    errorHandler: (nodeId: string, code: string | null) =>
      handler(nodeId, 'error', true, { kind: 'error', code: codeOf(code) }),
    /** What follows is not reached from the element before. */
    apart() {
      last = null
      return builder
    },
    errorBoundary: (nodeId: string, code: string | null = null) =>
      boundary(nodeId, 'errorBoundaryEvent', true, { triggers: [{ kind: 'error', code: codeOf(code) }] }),

    /** Gives the last activity a compensation handler: a service task of this id, beside the flow. */
    undoneBy(handlerId: string) {
      const host = last
      if (!host) throw new Error('nothing to undo')
      const triggers = [{ kind: 'compensate' as const, activityRef: null, waitForCompletion: true }]
      const attached = { attachedTo: host.id, interrupting: true, triggers, handlers: [handlerId] }
      node(`on-${host.id}`, 'boundaryEvent', 'compensateBoundaryEvent', {}, attached)
      node(handlerId, 'serviceTask', 'serviceTask', {}, { job: job(handlerId), forCompensation: true })
      return builder
    },
    compensationThrow: (nodeId: string, activityRef: string | null = null, waitForCompletion = true) =>
      add(
        nodeId,
        'intermediateThrowEvent',
        'compensateThrowEvent',
        {},
        {
          triggers: [{ kind: 'compensate', activityRef, waitForCompletion }],
        },
      ),

    /** Opens a sub-process; what follows stands inside until `endSubProcess`. */
    subProcess(nodeId: string, details: Details = {}) {
      add(nodeId, 'subProcess', 'subProcess', details)
      scopes.push(nodeId)
      last = null
      return builder
    },
    /** The same for an ad-hoc sub-process. */
    adHoc(nodeId: string, more: Partial<AdHoc> = {}) {
      const adHoc: AdHoc = {
        elements: null,
        condition: null,
        ordering: 'Parallel',
        cancelRemaining: true,
        outputCollection: null,
        outputElement: null,
        offers: [],
        ...more,
      }
      add(nodeId, 'adHocSubProcess', 'adHocSubProcess', {}, { adHoc })
      scopes.push(nodeId)
      last = null
      return builder
    },
    /** What follows in an ad-hoc sub-process stands beside what was said, not behind it. */
    beside() {
      last = null
      return builder
    },
    endSubProcess() {
      const closed = scopes.pop()
      if (closed === undefined) throw new Error('no sub-process is open')
      last = find(closed)
      return builder
    },
    /** Repeats the last element in parallel. */
    forEach(collection: string, more: Partial<Omit<MultiInstance, 'collection' | 'cardinality'>> = {}) {
      return builder.repeat({ collection: feelOf(collection), inputElement: 'item', ...more })
    },
    times(cardinality: string, more: Partial<Omit<MultiInstance, 'collection' | 'cardinality'>> = {}) {
      return builder.repeat({ cardinality: feelOf(cardinality), ...more })
    },
    repeat(loop: Partial<MultiInstance>) {
      if (!last) throw new Error('nothing to repeat')
      last.multiInstance = {
        sequential: false,
        collection: null,
        cardinality: null,
        inputElement: null,
        outputCollection: null,
        outputElement: null,
        completionCondition: null,
        ...loop,
      }
      const { outputElement, completionCondition } = last.multiInstance
      if (outputElement !== null) last.multiInstance.outputElement = feelOf(outputElement)
      if (completionCondition !== null) last.multiInstance.completionCondition = feelOf(completionCondition)
      return builder
    },
    /** Repeats the last element while a condition holds. */
    loopWhile(condition: string | null, more: Partial<Omit<StandardLoop, 'condition'>> = {}) {
      if (!last) throw new Error('nothing to repeat')
      last.standardLoop = {
        condition: condition === null ? null : feelOf(condition),
        testBefore: false,
        maximum: null,
        ...more,
      }
      return builder
    },
    /** Condition of the next flow. */
    when(condition: string) {
      pending = { ...pending, condition: feelOf(condition) }
      return builder
    },
    /** The next flow is the default. */
    otherwise() {
      pending = { ...pending, isDefault: true }
      return builder
    },
    /** Id of the next flow. */
    flow(flowId: string) {
      pending = { ...pending, id: flowId }
      return builder
    },
    at(nodeId: string) {
      last = find(nodeId)
      return builder
    },
    to(nodeId: string) {
      if (!last) throw new Error('a flow needs an element before it')
      const target = find(nodeId)
      connect(last, target)
      last = target
      return builder
    },
    build: (): ParsedProcess => ({ id, name: '', executable: true, nodes, flows, unsupported: [] }),
  }
  return builder
}
