import { nodesWithin, triggersOf } from './diagram.ts'
import type { Diagram, Flow, Loop, Node, Scope, Trigger } from './diagram.ts'

const definitionOf = (trigger: Trigger): string => {
  switch (trigger.kind) {
    case 'none':
      return ''
    case 'terminate':
    case 'cancel':
      return `<${trigger.kind}EventDefinition/>`
    case 'timer':
      return `<timerEventDefinition><timeDuration>PT${trigger.minutes}M</timeDuration></timerEventDefinition>`
    case 'condition':
      return `<conditionalEventDefinition><condition>${trigger.when}</condition></conditionalEventDefinition>`
    case 'multiple':
      return trigger.of.map(definitionOf).join('')
    case 'link':
      return `<linkEventDefinition name="${trigger.name}"/>`
    case 'compensation':
      return '<compensateEventDefinition/>'
    default:
      return `<${trigger.kind}EventDefinition ${trigger.kind}Ref="${trigger.kind}-${trigger.name}"/>`
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

const loopOf = (loop: Loop | undefined): string => {
  if (!loop) return ''
  if (loop.kind === 'standard')
    return (
      `<standardLoopCharacteristics loopMaximum="${loop.most}"><loopCondition>${loop.while}</loopCondition>` +
      `</standardLoopCharacteristics>`
    )
  return (
    `<multiInstanceLoopCharacteristics isSequential="${loop.kind === 'sequential'}">` +
    `<loopCardinality>${loop.times}</loopCardinality></multiInstanceLoopCharacteristics>`
  )
}

const gateways = {
  xor: 'exclusiveGateway',
  and: 'parallelGateway',
  or: 'inclusiveGateway',
  events: 'eventBasedGateway',
} as const

const parallel = (trigger: Trigger) => (trigger.kind === 'multiple' && trigger.all ? ' parallelMultiple="true"' : '')

function nodeXml(node: Node, defaultFlow: Flow | undefined): string {
  const id = `id="${node.id}"`
  const more = defaultFlow ? ` default="${defaultFlow.id}"` : ''
  switch (node.type) {
    case 'start':
      return `<startEvent ${id}>${definitionOf(node.trigger)}</startEvent>`
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
    case 'user':
      return `<userTask ${id}${node.undoes ? ' isForCompensation="true"' : ''}${more}>${loopOf(node.loop)}</userTask>`
    case 'service':
      return (
        `<serviceTask ${id}${node.undoes ? ' isForCompensation="true"' : ''}${more}><extensionElements>` +
        `<zeebe:taskDefinition type="${node.id}"/></extensionElements>${loopOf(node.loop)}</serviceTask>`
      )
    case 'xor':
    case 'and':
    case 'or':
    case 'events':
      return `<${gateways[node.type]} ${id}${more}/>`
    case 'sub':
      return `<subProcess ${id}${more}>${loopOf(node.loop)}${scopeXml(node.inside)}</subProcess>`
    case 'transaction':
      return `<transaction ${id}${more}>${loopOf(node.loop)}${scopeXml(node.inside)}</transaction>`
    case 'eventSub': {
      const [start] = node.inside.nodes
      const inside = scopeXml(node.inside).replace(
        `<startEvent id="${start?.id}">`,
        `<startEvent id="${start?.id}" isInterrupting="${node.interrupting}"${parallel(node.trigger)}>${definitionOf(node.trigger)}`,
      )
      return `<subProcess ${id} triggeredByEvent="true">${inside}</subProcess>`
    }
  }
}

function scopeXml({ nodes, flows }: Scope): string {
  const drawn = nodes.map((node) =>
    nodeXml(
      node,
      flows.find((flow) => flow.from === node.id && flow.isDefault),
    ),
  )
  const lines = flows.map(({ id, from, to, when }) =>
    when === null
      ? `<sequenceFlow id="${id}" sourceRef="${from}" targetRef="${to}"/>`
      : `<sequenceFlow id="${id}" sourceRef="${from}" targetRef="${to}"><conditionExpression>${when}` +
        `</conditionExpression></sequenceFlow>`,
  )
  return [...drawn, ...lines].join('\n')
}

/** Writes a diagram down as a BPMN file, without its drawing. */
export function toBpmn({ id, body }: Diagram): string {
  const roots = new Set<string>()
  for (const node of nodesWithin(body)) {
    for (const trigger of triggersOf(node))
      if ('name' in trigger && trigger.kind !== 'link') roots.add(rootOf(trigger.kind, trigger.name))
  }
  return (
    `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" ` +
    `id="file" targetNamespace="urn:simulation">\n${[...roots].join('\n')}\n` +
    `<process id="${id}" isExecutable="true">\n${scopeXml(body)}\n</process>\n</definitions>`
  )
}
