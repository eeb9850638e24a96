import type { ModdleElement } from 'bpmn-moddle'
import type { ConditionFilter, ParsedMessage, ParsedTimer, Text, Trigger } from './definition.ts'
import { childrenOf, extension, feelOf, text, textOf } from './read-values.ts'

/** The nearest element around of a type. */
function around(element: ModdleElement, type: string): ModdleElement | undefined {
  for (let at: ModdleElement | undefined = element; at; at = at.$parent) if (at.$type === type) return at
  return undefined
}

const pathIn = (element: ModdleElement | undefined, name: string) =>
  feelOf(text((element?.[name] as ModdleElement | undefined)?.['body']))

/** BPMN's own correlation of a message, as the process of an element uses it; none when the message has no property. */
function readProperties(message: ModdleElement, element: ModdleElement): ParsedMessage['properties'] {
  const roots = childrenOf(around(message, 'bpmn:Definitions'), 'rootElements')
  const subscriptions = childrenOf(around(element, 'bpmn:Process'), 'correlationSubscriptions')
  const bindings = subscriptions.flatMap((one) => childrenOf(one, 'correlationPropertyBinding'))
  return roots
    .filter(({ $type }) => $type === 'bpmn:CorrelationProperty')
    .flatMap((property) => {
      const retrievals = childrenOf(property, 'correlationPropertyRetrievalExpression')
      const path = pathIn(
        retrievals.find((one) => one['messageRef'] === message),
        'messagePath',
      )
      const binding = bindings.find((one) => one['correlationPropertyRef'] === property)
      return path === null ? [] : [{ path, binding: pathIn(binding, 'dataPath') }]
    })
}

/** The message that an event or a task refers to; null without a name. */
export function readMessage(message: ModdleElement | undefined, element: ModdleElement): ParsedMessage | null {
  const name = text(message?.name)
  if (!message || name === null) return null
  const subscription = extension(message, 'zeebe:Subscription')
  const correlationKey = feelOf(text(subscription?.['correlationKey']))
  const properties = readProperties(message, element) ?? []
  const read = { id: message.id ?? '', name: textOf(name), correlationKey }
  return properties.length > 0 ? { ...read, properties } : read
}

/** What begins like a date, a duration, a cycle or cron is meant to be one, also where it is none. */
const likeTime = /^(?:[+-]?P|R(?:-?\d|\/)|[\d*?]|@\w)/
/** Several words, or one that people write who do not know the notation: no variable is called so. */
const plainWords = new RegExp(
  [
    String.raw`^(?!if\b|for\b)[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*(?:\s+[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*)+$`,
    String.raw`^\p{L}+(?:-\p{L}+){2,}$`,
    '^(?:soon|now|today|tomorrow|later|never|always|once|asap|immediately|noon|midnight)$',
    '^(?:hour|dai|week|month|year)ly$|^(?:现在|稍后|今天|明天|后天|每天|下周|每周|下月|每月)$',
  ].join('|'),
  'iu',
)

/** A time, or FEEL with or without its leading `=` (coverage (c)1). */
function timeOf(body: string): Text {
  const said = textOf(body)
  return 'expression' in said || likeTime.test(body) || plainWords.test(body) ? said : { expression: body }
}

function readTimer(definition: ModdleElement): ParsedTimer | null {
  for (const kind of ['date', 'duration', 'cycle'] as const) {
    const expression = definition[`time${kind[0]?.toUpperCase() ?? ''}${kind.slice(1)}`] as ModdleElement | undefined
    const body = text(expression?.['body'])
    if (body !== null && body.trim() !== '') return { kind, value: timeOf(body.trim()) }
  }
  return null
}

const refTo = (definition: ModdleElement, name: string) => definition[name] as ModdleElement | undefined

function codeOf(element: ModdleElement | undefined, name: string) {
  const code = text(element?.[name])
  return code === null ? null : textOf(code)
}

const listOf = (value: unknown) => {
  const words = (text(value) ?? '').split(',').map((word) => word.trim())
  const some = words.filter((word) => word !== '')
  return some.length > 0 ? some : null
}

function readFilter(definition: ModdleElement): ConditionFilter | null {
  const filter = extension(definition, 'zeebe:ConditionalFilter')
  if (!filter) return null
  const events = listOf(filter['variableEvents'])
  return { names: listOf(filter['variableNames']), events: events as ConditionFilter['events'] }
}

const readers: Readonly<Record<string, (definition: ModdleElement) => Trigger>> = {
  'bpmn:MessageEventDefinition': (definition) => ({
    kind: 'message',
    message: readMessage(refTo(definition, 'messageRef'), definition),
  }),
  'bpmn:TimerEventDefinition': (definition) => ({ kind: 'timer', timer: readTimer(definition) }),
  'bpmn:SignalEventDefinition': (definition) => {
    const name = text(refTo(definition, 'signalRef')?.name)
    return { kind: 'signal', name: name === null ? null : textOf(name) }
  },
  'bpmn:ErrorEventDefinition': (definition) => ({
    kind: 'error',
    code: codeOf(refTo(definition, 'errorRef'), 'errorCode'),
  }),
  'bpmn:EscalationEventDefinition': (definition) => ({
    kind: 'escalation',
    code: codeOf(refTo(definition, 'escalationRef'), 'escalationCode'),
  }),
  'bpmn:ConditionalEventDefinition': (definition) => {
    const filter = readFilter(definition)
    const condition = feelOf(text(refTo(definition, 'condition')?.['body']))
    return { kind: 'conditional', condition, ...(filter && { filter }) }
  },
  'bpmn:LinkEventDefinition': (definition) => ({ kind: 'link', name: text(definition.name) }),
  'bpmn:CompensateEventDefinition': (definition) => ({
    kind: 'compensate',
    activityRef: refTo(definition, 'activityRef')?.id ?? null,
    waitForCompletion: definition['waitForCompletion'] !== false,
  }),
  'bpmn:TerminateEventDefinition': () => ({ kind: 'terminate' }),
  'bpmn:CancelEventDefinition': () => ({ kind: 'cancel' }),
}

/** The definitions of an event, in the order of the file; those that it refers to come last. */
export function readTriggers(event: ModdleElement): Trigger[] {
  const definitions = [...childrenOf(event, 'eventDefinitions'), ...childrenOf(event, 'eventDefinitionRef')]
  return definitions.flatMap((definition) => readers[definition.$type]?.(definition) ?? [])
}

/** The same for one definition that something refers to. */
export const readTrigger = (definition: ModdleElement): Trigger[] => {
  const trigger = readers[definition.$type]?.(definition)
  return trigger ? [trigger] : []
}

const positions: Readonly<Record<string, string>> = {
  startEvent: 'StartEvent',
  endEvent: 'EndEvent',
  intermediateThrowEvent: 'ThrowEvent',
  implicitThrowEvent: 'ThrowEvent',
  intermediateCatchEvent: 'CatchEvent',
  boundaryEvent: 'BoundaryEvent',
}

export const isEvent = (bpmnType: string): boolean => positions[bpmnType] !== undefined

/** The kind of an event: what triggers it and where it stands; null when it is no event. */
export function eventKind(
  bpmnType: string,
  element: ModdleElement,
  triggers: readonly Trigger[],
  parent: ModdleElement,
): string | null {
  const position = positions[bpmnType]
  if (position === undefined) return null
  const [first, second] = triggers
  const several = element['parallelMultiple'] === true ? 'parallelMultiple' : 'multiple'
  const inEvent = bpmnType === 'startEvent' && parent['triggeredByEvent'] === true
  return `${second ? several : (first?.kind ?? 'none')}${position}${inEvent ? 'OfEventSubProcess' : ''}`
}
