import { beginning, collectedBy, nodesOf, processesOf, scopesWithin, triggersOf, variables } from './diagram.ts'
import type { Assignment, Call, Diagram, Flow, Loop, Node, Process, Scope, Task, Trigger } from './diagram.ts'

const timers = {
  duration: ({ minutes }) => `<timeDuration>PT${minutes}M</timeDuration>`,
  cycle: ({ minutes, times }) => `<timeCycle>R${times}/PT${minutes}M</timeCycle>`,
  date: ({ minutes }) => `<timeDate>${new Date(Date.parse(beginning) + minutes * 60_000).toISOString()}</timeDate>`,
} as const satisfies Record<string, (timer: { minutes: number; times: number }) => string>

const definitionOf = (trigger: Trigger): string => {
  switch (trigger.kind) {
    case 'none':
      return ''
    case 'terminate':
    case 'cancel':
      return `<${trigger.kind}EventDefinition/>`
    case 'timer':
      return `<timerEventDefinition>${timers[trigger.form](trigger)}</timerEventDefinition>`
    case 'condition':
      return `<conditionalEventDefinition><condition>${trigger.when} = true</condition></conditionalEventDefinition>`
    case 'multiple':
      return trigger.of.map(definitionOf).join('')
    case 'link':
      return `<linkEventDefinition name="${trigger.name}"/>`
    case 'compensation':
      return `<compensateEventDefinition${trigger.of === undefined ? '' : ` activityRef="${trigger.of}"`}/>`
    default: {
      const named = trigger.name === '' ? '' : ` ${trigger.kind}Ref="${trigger.kind}-${trigger.name}"`
      return `<${trigger.kind}EventDefinition${named}/>`
    }
  }
}

const rootOf = (kind: string, name: string): string => {
  const id = `${kind}-${name}`
  if (kind === 'message')
    return (
      `<message id="${id}" name="${name}"><extensionElements>` +
      `<zeebe:subscription correlationKey="=&quot;k&quot;"/></extensionElements></message>`
    )
  if (kind === 'signal') return `<signal id="${id}" name="${name}"/>`
  return `<${kind} id="${id}" name="${name}" ${kind}Code="${name}"/>`
}

const numbers = (times: number) => `[${Array.from({ length: times }, (_, index) => index + 1).join(', ')}]`

const loopXml = (id: string, loop: Loop | undefined): string => {
  if (!loop) return ''
  if (loop.kind === 'standard')
    return (
      `<standardLoopCharacteristics loopMaximum="${loop.most}" testBefore="${loop.before}">` +
      `<loopCondition>${loop.while} = true</loopCondition></standardLoopCharacteristics>`
    )
  const { kind, times, enough, collects } = loop
  const over = collects
    ? `<extensionElements><zeebe:loopCharacteristics inputCollection="=${numbers(times)}" inputElement="item" ` +
      `outputCollection="${collectedBy(id)}" outputElement="=item"/></extensionElements>`
    : `<loopCardinality>${times}</loopCardinality>`
  const until =
    enough === undefined ? '' : `<completionCondition>numberOfCompletedInstances &gt;= ${enough}</completionCondition>`
  return (
    `<multiInstanceLoopCharacteristics isSequential="${kind === 'sequential'}">${over}${until}` +
    `</multiInstanceLoopCharacteristics>`
  )
}

const gateways = {
  xor: 'exclusiveGateway',
  and: 'parallelGateway',
  or: 'inclusiveGateway',
  events: 'eventBasedGateway',
  complex: 'complexGateway',
} as const

const tasks = {
  user: 'userTask',
  service: 'serviceTask',
  abstract: 'task',
  manual: 'manualTask',
  script: 'scriptTask',
  rule: 'businessRuleTask',
  send: 'sendTask',
  receive: 'receiveTask',
} as const

const parallel = (trigger: Trigger) => (trigger.kind === 'multiple' && trigger.all ? ' parallelMultiple="true"' : '')

const computed = ({ from, not }: Assignment) => (not ? `=not(${from} = true)` : `=${from} = true`)

const inputs = (locals: readonly Assignment[] = []) =>
  locals.map((one) => `<zeebe:input source="${computed(one)}" target="${one.to}"/>`)

const mapped = (lines: readonly string[]) =>
  lines.length === 0 ? '' : `<zeebe:ioMapping>${lines.join('')}</zeebe:ioMapping>`

const extended = (inner: string) => (inner === '' ? '' : `<extensionElements>${inner}</extensionElements>`)

/** What a task is told in the words of Camunda 8. */
function taskExtensions({ id, type, sets, locals }: Task): string {
  const own = {
    service: `<zeebe:taskDefinition type="${id}"/>`,
    script: sets && `<zeebe:script expression="${computed(sets)}" resultVariable="${sets.to}"/>`,
    rule: sets && `<zeebe:calledDecision decisionId="not_${sets.from}" resultVariable="${sets.to}"/>`,
  }[type as string]
  return extended((own ?? '') + mapped(inputs(locals)))
}

/** Data inputs and outputs, with their associations; a data output has the name of the variable that it takes. */
function dataXml({ id, reads, writes }: Task): string {
  if (!reads && !writes) return ''
  const read = reads
    ? `<dataInputAssociation><sourceRef>${reads.data}_ref</sourceRef><targetRef>${id}_in</targetRef></dataInputAssociation>`
    : ''
  const write = writes
    ? `<dataOutputAssociation><sourceRef>${id}_out</sourceRef><targetRef>${writes.data}_ref</targetRef></dataOutputAssociation>`
    : ''
  return (
    `<ioSpecification>${reads ? `<dataInput id="${id}_in" name="${reads.as}"/>` : ''}` +
    `${writes ? `<dataOutput id="${id}_out" name="${writes.from}"/>` : ''}` +
    `<inputSet>${reads ? `<dataInputRefs>${id}_in</dataInputRefs>` : ''}</inputSet>` +
    `<outputSet>${writes ? `<dataOutputRefs>${id}_out</dataOutputRefs>` : ''}</outputSet></ioSpecification>${read}${write}`
  )
}

function taskXml(node: Task, more: string): string {
  const { id, type, message, undoes, instantiates } = node
  const attributes =
    (undoes ? ' isForCompensation="true"' : '') +
    (message === undefined ? '' : ` messageRef="message-${message}"`) +
    (instantiates ? ' instantiate="true"' : '')
  return (
    `<${tasks[type]} id="${id}"${attributes}${more}>${taskExtensions(node)}${dataXml(node)}` +
    `${loopXml(id, node.loop)}</${tasks[type]}>`
  )
}

function callXml({ id, calls, binding, down, up, locals, loop }: Call, more: string): string {
  const bound = binding === 'versionTag' ? ' bindingType="versionTag" versionTag="kept"' : ` bindingType="${binding}"`
  const outputs = Array.isArray(up)
    ? up.map((one) => `<zeebe:output source="${computed(one)}" target="${one.to}"/>`)
    : []
  const called =
    `<zeebe:calledElement processId="${calls}"${bound} propagateAllParentVariables="${down}" ` +
    `propagateAllChildVariables="${up === true}"/>`
  return (
    `<callActivity id="${id}"${more}>${extended(called + mapped([...inputs(locals), ...outputs]))}` +
    `${loopXml(id, loop)}</callActivity>`
  )
}

function nodeXml(node: Node, defaultFlow: Flow | undefined): string {
  const id = `id="${node.id}"`
  const more = defaultFlow ? ` default="${defaultFlow.id}"` : ''
  switch (node.type) {
    case 'start':
      return `<startEvent ${id}${parallel(node.trigger)}>${definitionOf(node.trigger)}</startEvent>`
    case 'end':
      return `<endEvent ${id}>${definitionOf(node.trigger)}</endEvent>`
    case 'throw':
      return `<intermediateThrowEvent ${id}>${definitionOf(node.trigger)}</intermediateThrowEvent>`
    case 'catch':
      return `<intermediateCatchEvent ${id}${parallel(node.trigger)}>${definitionOf(node.trigger)}</intermediateCatchEvent>`
    case 'boundary':
      return (
        `<boundaryEvent ${id} attachedToRef="${node.host}" cancelActivity="${node.interrupting}"${parallel(node.trigger)}>` +
        `${definitionOf(node.trigger)}</boundaryEvent>` +
        (node.handler === undefined
          ? ''
          : `<association id="${node.id}-undo" associationDirection="One" sourceRef="${node.id}" targetRef="${node.handler}"/>`)
      )
    case 'xor':
    case 'and':
    case 'or':
      return `<${gateways[node.type]} ${id}${more}/>`
    case 'complex':
      return (
        `<complexGateway ${id}${more}><activationCondition>activationCount &gt;= ${node.enough ?? 1}` +
        `</activationCondition></complexGateway>`
      )
    case 'events': {
      const kind = node.instantiates === 'parallel' ? ' eventGatewayType="Parallel"' : ''
      return `<eventBasedGateway ${id}${node.instantiates ? ` instantiate="true"${kind}` : ''}/>`
    }
    case 'sub':
    case 'transaction': {
      const tag = node.type === 'sub' ? 'subProcess' : 'transaction'
      return (
        `<${tag} ${id}${more}>${extended(mapped(inputs(node.locals)))}${loopXml(node.id, node.loop)}` +
        `${scopeXml(node.inside)}</${tag}>`
      )
    }
    case 'adHoc': {
      const first =
        node.first === null
          ? ''
          : extended(
              `<zeebe:adHoc activeElementsCollection="=[${node.first.map((one) => `&quot;${one}&quot;`).join(', ')}]"/>`,
            )
      const until = node.until === null ? '' : `<completionCondition>${node.until} = true</completionCondition>`
      return (
        `<adHocSubProcess ${id} ordering="${node.sequential ? 'Sequential' : 'Parallel'}" ` +
        `cancelRemainingInstances="${node.cancels}"${more}>${first}${scopeXml(node.inside)}${until}</adHocSubProcess>`
      )
    }
    case 'call':
      return callXml(node, more)
    case 'eventSub': {
      const [start] = node.inside.nodes
      const inside = scopeXml(node.inside).replace(
        `<startEvent id="${start?.id}">`,
        `<startEvent id="${start?.id}" isInterrupting="${node.interrupting}"${parallel(node.trigger)}>${definitionOf(node.trigger)}`,
      )
      return `<subProcess ${id} triggeredByEvent="true">${inside}</subProcess>`
    }
    default:
      return taskXml(node, more)
  }
}

const phases = { start: 'waitingForStart', reset: 'not(waitingForStart)' } as const

/** What a flow asks for; null is nothing. */
function conditionOf({ when, phase }: Flow): string | null {
  const parts = [...(when === null ? [] : [`${when} = true`]), ...(phase ? [phases[phase]] : [])]
  return parts.length === 0 ? null : parts.join(' and ')
}

function scopeXml({ nodes, flows, data }: Scope): string {
  const declared = data.map(({ id, kind }) =>
    kind === 'object'
      ? `<dataObject id="${id}"/><dataObjectReference id="${id}_ref" dataObjectRef="${id}"/>`
      : `<dataStoreReference id="${id}_ref" dataStoreRef="${id}"/>`,
  )
  const drawn = nodes.map((node) =>
    nodeXml(
      node,
      flows.find((flow) => flow.from === node.id && flow.isDefault),
    ),
  )
  const lines = flows.map((flow) => {
    const { id, from, to } = flow
    const condition = conditionOf(flow)
    return condition === null
      ? `<sequenceFlow id="${id}" sourceRef="${from}" targetRef="${to}"/>`
      : `<sequenceFlow id="${id}" sourceRef="${from}" targetRef="${to}"><conditionExpression>${condition}` +
          `</conditionExpression></sequenceFlow>`
  })
  return [...declared, ...drawn, ...lines].join('\n')
}

function processXml({ id, body }: Process, lane: string | null, isCalled: boolean): string {
  const tag = isCalled ? '<extensionElements><zeebe:versionTag value="kept"/></extensionElements>' : ''
  const refs = body.nodes.map((node) => `<flowNodeRef>${node.id}</flowNodeRef>`).join('')
  const lanes =
    lane === null ? '' : `<laneSet id="${id}_lanes"><lane id="${id}_lane" name="${lane}">${refs}</lane></laneSet>`
  return `<process id="${id}" isExecutable="true">${tag}${lanes}\n${scopeXml(body)}\n</process>`
}

/** Writes a diagram down as a BPMN file, without its drawing. */
export function toBpmn(diagram: Diagram): string {
  const roots = new Set<string>()
  const named = (trigger: Trigger) => {
    if ('name' in trigger && trigger.kind !== 'link' && trigger.name !== '')
      roots.add(rootOf(trigger.kind, trigger.name))
  }
  for (const node of nodesOf(diagram)) {
    triggersOf(node).forEach(named)
    if (node.type === 'send' && node.message !== undefined) named({ kind: 'message', name: node.message })
  }
  for (const { body } of processesOf(diagram))
    for (const { data } of scopesWithin(body))
      for (const { id, kind } of data) if (kind === 'store') roots.add(`<dataStore id="${id}" name="${id}"/>`)
  const processes = processesOf(diagram).map((one) => processXml(one, diagram.lane, one.id !== diagram.id))
  return (
    `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" ` +
    `id="file" targetNamespace="urn:simulation">\n${[...roots].join('\n')}\n${processes.join('\n')}\n</definitions>`
  )
}

/** A decision for each variable, which says the opposite. */
export const decisions: readonly string[] = variables.map(
  (name) =>
    `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="file_${name}" name="not ${name}" namespace="urn:simulation">` +
    `<decision id="not_${name}" name="not ${name}"><decisionTable id="table_${name}" hitPolicy="UNIQUE">` +
    `<input id="in_${name}"><inputExpression id="expression_${name}"><text>${name} = true</text></inputExpression></input>` +
    `<output id="out_${name}" name="opposite" typeRef="boolean"/>` +
    `<rule id="rule_${name}_1"><inputEntry id="entry_${name}_1"><text>true</text></inputEntry>` +
    `<outputEntry id="result_${name}_1"><text>false</text></outputEntry></rule>` +
    `<rule id="rule_${name}_2"><inputEntry id="entry_${name}_2"><text>false</text></inputEntry>` +
    `<outputEntry id="result_${name}_2"><text>true</text></outputEntry></rule>` +
    `</decisionTable></decision></definitions>`,
)
