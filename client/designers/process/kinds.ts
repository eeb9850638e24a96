import { eventKind, readTriggers } from '../../../workflows/model/read-events.ts'
import { lower } from '../../../workflows/model/read-values.ts'
import type { ModdleElement } from './moddle.ts'

/** Where a kind of element is found in the menus, in this order. */
export const kindGroups = ['begin', 'work', 'choose', 'wait', 'tell', 'anytime', 'inside', 'end'] as const
export type KindGroup = (typeof kindGroups)[number]

/** A kind of element that runs: how it is drawn, and where it is found. */
export interface Kind {
  readonly group: KindGroup
  /** Sign of the editor's own font. */
  readonly icon: string
  /** BPMN's type. */
  readonly type: string
  /** Event definitions that it begins with, by BPMN's types; several for multiple events. */
  readonly definitions?: readonly string[]
  readonly attributes?: Readonly<Record<string, unknown>>
  /** Has an inside that is drawn. */
  readonly expanded?: true
  /** Begins with this start event inside. */
  readonly start?: string
}

type Words = Readonly<Record<string, string>>

const definitions: Words = {
  message: 'Message',
  timer: 'Timer',
  signal: 'Signal',
  conditional: 'Conditional',
  error: 'Error',
  escalation: 'Escalation',
  compensate: 'Compensate',
  cancel: 'Cancel',
  terminate: 'Terminate',
  link: 'Link',
}
/** The font calls some triggers otherwise. */
const signs: Words = {
  conditional: 'condition',
  compensate: 'compensation',
  parallelMultiple: 'parallel-multiple',
}
/** What a multiple event begins with. */
const several = ['message', 'signal']

const definitionsOf = (trigger: string): readonly string[] =>
  (trigger.endsWith('ultiple') ? several : trigger === 'none' ? [] : [trigger]).map(
    (one) => `bpmn:${definitions[one]}EventDefinition`,
  )

/** Which triggers run at which place. */
const places: readonly {
  readonly place: string
  readonly type: string
  readonly group: KindGroup
  readonly sign: string
  readonly triggers: string
}[] = [
  {
    place: 'StartEvent',
    type: 'bpmn:StartEvent',
    group: 'begin',
    sign: 'start-event',
    triggers: 'none message timer signal conditional multiple parallelMultiple',
  },
  {
    place: 'CatchEvent',
    type: 'bpmn:IntermediateCatchEvent',
    group: 'wait',
    sign: 'intermediate-event-catch',
    triggers: 'timer message signal conditional multiple parallelMultiple link',
  },
  {
    place: 'ThrowEvent',
    type: 'bpmn:IntermediateThrowEvent',
    group: 'tell',
    sign: 'intermediate-event-throw',
    triggers: 'message signal escalation compensate multiple link none',
  },
  {
    place: 'BoundaryEvent',
    type: 'bpmn:BoundaryEvent',
    group: 'anytime',
    sign: 'intermediate-event-catch',
    triggers: 'timer message error signal conditional escalation compensate cancel multiple parallelMultiple',
  },
  {
    place: 'EndEvent',
    type: 'bpmn:EndEvent',
    group: 'end',
    sign: 'end-event',
    triggers: 'none message error terminate signal escalation compensate cancel multiple',
  },
]

const signOf = (sign: string, trigger: string) =>
  trigger === 'none' && sign.startsWith('intermediate')
    ? 'bpmn-icon-intermediate-event-none'
    : `bpmn-icon-${sign}-${signs[trigger] ?? trigger}`

const events = places.flatMap(({ place, type, group, sign, triggers }) =>
  triggers.split(' ').map((trigger): [string, Kind] => [
    `${trigger}${place}`,
    {
      group,
      type,
      icon: signOf(sign, trigger),
      definitions: definitionsOf(trigger),
      ...(trigger === 'parallelMultiple' ? { attributes: { parallelMultiple: true } } : {}),
    },
  ]),
)

const startsInside = 'message timer error signal conditional escalation compensate multiple parallelMultiple'.split(' ')

/** They come with the event sub-process that they begin. */
const eventSubProcesses = startsInside.map((trigger): [string, Kind] => [
  `${trigger}StartEventOfEventSubProcess`,
  {
    group: 'inside',
    type: 'bpmn:StartEvent',
    icon: signOf('start-event', trigger),
    definitions: definitionsOf(trigger),
    ...(trigger === 'parallelMultiple' ? { attributes: { parallelMultiple: true } } : {}),
  },
])

const task = (name: string, sign: string): [string, Kind] => [
  lower(name),
  { group: 'work', type: `bpmn:${name}`, icon: `bpmn-icon-${sign}` },
]
const gateway = (name: string, sign: string): [string, Kind] => [
  lower(name),
  { group: 'choose', type: `bpmn:${name}`, icon: `bpmn-icon-gateway-${sign}` },
]
const inside = (name: string, sign: string, more: Partial<Kind> = {}): [string, Kind] => [
  lower(name),
  { group: 'inside', type: `bpmn:${name}`, icon: `bpmn-icon-${sign}`, expanded: true, ...more },
]

/**
 * Every kind of element that the engine executes, by the name under which its table knows it, and nothing else: what
 * cannot run is not offered. A test compares the two.
 */
export const kinds: ReadonlyMap<string, Kind> = new Map([
  ...events,
  task('UserTask', 'user'),
  task('ServiceTask', 'service'),
  task('SendTask', 'send'),
  task('ReceiveTask', 'receive'),
  task('BusinessRuleTask', 'business-rule'),
  task('ScriptTask', 'script'),
  task('ManualTask', 'manual'),
  task('Task', 'task'),
  task('CallActivity', 'call-activity'),
  gateway('ExclusiveGateway', 'xor'),
  gateway('ParallelGateway', 'parallel'),
  gateway('InclusiveGateway', 'or'),
  gateway('EventBasedGateway', 'eventbased'),
  gateway('ComplexGateway', 'complex'),
  inside('SubProcess', 'subprocess-expanded', { start: 'noneStartEvent' }),
  inside('AdHocSubProcess', 'subprocess-expanded'),
  inside('Transaction', 'transaction', { start: 'noneStartEvent' }),
  [
    'eventSubProcess',
    {
      group: 'inside',
      type: 'bpmn:SubProcess',
      icon: 'bpmn-icon-event-subprocess-expanded',
      attributes: { triggeredByEvent: true },
      expanded: true,
      start: 'messageStartEventOfEventSubProcess',
    },
  ],
  ...eventSubProcesses,
])

/** What stands on the canvas beside the flow: data, people's lanes, notes. */
export const besides: Readonly<Record<string, { readonly type: string; readonly icon: string }>> = {
  dataObjectReference: { type: 'bpmn:DataObjectReference', icon: 'bpmn-icon-data-object' },
  dataStoreReference: { type: 'bpmn:DataStoreReference', icon: 'bpmn-icon-data-store' },
  participant: { type: 'bpmn:Participant', icon: 'bpmn-icon-participant' },
  textAnnotation: { type: 'bpmn:TextAnnotation', icon: 'bpmn-icon-text-annotation' },
}

/** The kind of an element of a diagram, by the name under which the engine and the words know it. */
export function kindOf(element: ModdleElement): string {
  const type = lower(element.$type.replace(/^bpmn:/, ''))
  if (type === 'subProcess' && element['triggeredByEvent'] === true) return 'eventSubProcess'
  if (!type.endsWith('Event')) return type
  const moddle = element as never
  return eventKind(type, moddle, readTriggers(moddle), (element.$parent ?? element) as never) ?? type
}

const isStartInside = (kind: string) => kind.endsWith('OfEventSubProcess')
const isActivity = (kind: string) => ['work', 'inside'].includes(kinds.get(kind)?.group ?? '') && !isStartInside(kind)

/** What a kind belongs to, as far as one can become the other. */
function familyOf(kind: string): string {
  if (isStartInside(kind)) return 'startInside'
  if (isActivity(kind)) return 'activity'
  const group = kinds.get(kind)?.group ?? ''
  return group === 'wait' || group === 'tell' ? 'between' : group
}

/** Around an element: what it stands in, and what it is attached to, by their kinds. */
export interface Surroundings {
  readonly parent: string
  readonly host?: string | undefined
}

/** A transaction is what cancel events belong to; inside of a sub-process only a plain start begins. */
function fits(kind: string, { parent, host }: Surroundings): boolean {
  if (kind === 'cancelBoundaryEvent') return host === 'transaction'
  if (kind === 'cancelEndEvent') return parent === 'transaction'
  if (kinds.get(kind)?.group === 'begin') return kind === 'noneStartEvent' || parent === 'process'
  return true
}

/** What an element can become where it stands. */
export function replacementsOf(kind: string, around: Surroundings): readonly string[] {
  const family = familyOf(kind)
  return [...kinds.keys()].filter((one) => one !== kind && familyOf(one) === family && fits(one, around))
}

const afterEvents = /^(?:receiveTask|(?:message|timer|signal|conditional|multiple|parallelMultiple)CatchEvent)$/
const neverFollowed = /(?:EndEvent|linkThrowEvent|eventSubProcess|compensateBoundaryEvent)$/

/** What can come next after an element, and what can be attached to it. */
export function followersOf(kind: string, around: Surroundings): readonly string[] {
  if (kind === 'compensateBoundaryEvent')
    return [...kinds.keys()].filter((one) => isActivity(one) && one !== 'eventSubProcess')
  const attached = isActivity(kind) && kind !== 'eventSubProcess'
  return [...kinds.keys()].filter((one) => {
    const group = kinds.get(one)?.group
    if (group === 'anytime') return attached && fits(one, { parent: around.parent, host: kind })
    if (group === 'begin' || isStartInside(one) || one === 'eventSubProcess' || one === 'linkCatchEvent') return false
    if (neverFollowed.test(kind)) return false
    return kind === 'eventBasedGateway' ? afterEvents.test(one) : fits(one, around)
  })
}
