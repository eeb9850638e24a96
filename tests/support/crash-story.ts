import type { EngineEvent } from '../../workflows/engine/events.ts'
import { replay } from '../../workflows/engine/apply.ts'
import type { ProcessInstance } from '../../workflows/engine/instance.ts'
import type { DataStoreDocument } from '../../workflows/runtime/data-stores.ts'
import type { Resource, Runtime } from '../../workflows/runtime/face.ts'
import type { Page, Store } from '../../workflows/runtime/ports.ts'
import { findLeftovers, findStuckInstances } from '../../workflows/runtime/stuck-instances.ts'
import { bpmnXml, message, messageCatch, serviceTask, timerCatch, userTask } from './bpmn-xml.ts'

const extensions = (inner: string) => `<extensionElements>${inner}</extensionElements>`

const called = (id: string, processId: string) =>
  `<callActivity id="${id}">${extensions(`<zeebe:calledElement processId="${processId}"/>`)}</callActivity>`

const boundary = (id: string, at: string, definition: string, interrupts = true) =>
  `<boundaryEvent id="${id}" attachedToRef="${at}"${interrupts ? '' : ' cancelActivity="false"'}>${definition}</boundaryEvent>`

/** One job for each line of the order, all at once, answers collected in the order of the lines. */
const checkOfEachLine = serviceTask('check', 'check', 50).replace(
  '</serviceTask>',
  `<multiInstanceLoopCharacteristics>${extensions(
    '<zeebe:loopCharacteristics inputCollection="=lines" inputElement="line" outputCollection="checked" outputElement="=verdict"/>',
  )}</multiInstanceLoopCharacteristics></serviceTask>`,
)

/** Adds one to the counter that all instances share. */
const countUp = `<scriptTask id="count">${extensions('<zeebe:script expression="=if before = null then 1 else before + 1" resultVariable="after"/>')}<ioSpecification><dataInput id="ci" name="before"/><dataOutput id="co" name="after"/><inputSet><dataInputRefs>ci</dataInputRefs></inputSet><outputSet><dataOutputRefs>co</dataOutputRefs></outputSet></ioSpecification><dataInputAssociation><sourceRef>counter</sourceRef><targetRef>ci</targetRef></dataInputAssociation><dataOutputAssociation><sourceRef>co</sourceRef><targetRef>counter</targetRef></dataOutputAssociation></scriptTask>`

/**
 * Everything that makes the runtime write, in one return of goods: jobs one by one and for each line, a timer that
 * fires once and one that repeats, a message, a signal waited for and one thrown, calls two deep with an error that
 * goes outward through both, what was done undone by a job, and a counter that all instances share.
 */
export function returnOfGoods({ pause, every }: { pause: string; every: string }): Resource[] {
  const remind = `<timerEventDefinition id="every"><timeCycle>R2/${every}</timeCycle></timerEventDefinition>`
  const main = bpmnXml(
    'goods',
    [
      '<dataStoreReference id="counter" dataStoreRef="counted"/>',
      '<startEvent id="s"/>',
      serviceTask('reserve', 'reserve', 50),
      boundary('undo', 'reserve', '<compensateEventDefinition id="undone"/>'),
      serviceTask('release', 'release', 50).replace('<serviceTask', '<serviceTask isForCompensation="true"'),
      '<association id="undoes" associationDirection="One" sourceRef="undo" targetRef="release"/>',
      '<parallelGateway id="fork"/>',
      called('inspect', 'inspection'),
      boundary('spoiled', 'inspect', '<errorEventDefinition id="error" errorRef="E"/>'),
      boundary('reminded', 'inspect', remind, false),
      serviceTask('remind', 'remind', 50),
      '<endEvent id="told"/>',
      '<intermediateThrowEvent id="regret"><compensateEventDefinition id="all"/></intermediateThrowEvent>',
      '<exclusiveGateway id="either"/>',
      timerCatch('wait', pause),
      messageCatch('parcel', 'M'),
      '<intermediateCatchEvent id="closing"><signalEventDefinition id="closed" signalRef="S"/></intermediateCatchEvent>',
      checkOfEachLine,
      countUp,
      '<parallelGateway id="join"/>',
      '<intermediateThrowEvent id="announce"><signalEventDefinition id="over" signalRef="T"/></intermediateThrowEvent>',
      '<endEvent id="e"/>',
    ],
    [
      's -> reserve',
      'reserve -> fork',
      'fork -> inspect',
      'fork -> wait',
      'fork -> parcel',
      'fork -> closing',
      'fork -> check',
      'check -> count',
      'count -> join',
      'wait -> join',
      'parcel -> join',
      'closing -> join',
      'inspect -> either',
      'spoiled -> regret',
      'regret -> either',
      'either -> join',
      'reminded -> remind',
      'remind -> told',
      'join -> announce',
      'announce -> e',
    ],
    [
      message('M', 'parcel', 'orderNo'),
      '<error id="E" name="damaged" errorCode="damaged"/>',
      '<signal id="S" name="closing"/>',
      '<signal id="T" name="over"/>',
      '<dataStore id="counted" name="counted"/>',
    ],
  )
  const inspection = bpmnXml(
    'inspection',
    ['<startEvent id="s"/>', userTask('look', 'li'), called('grade', 'grading'), '<endEvent id="e"/>'],
    ['s -> look', 'look -> grade', 'grade -> e'],
  )
  const grading = bpmnXml(
    'grading',
    [
      '<startEvent id="s"/>',
      serviceTask('assess', 'assess', 50),
      '<exclusiveGateway id="good"/>',
      '<endEvent id="e"/>',
      '<endEvent id="bad"><errorEventDefinition id="thrown" errorRef="E"/></endEvent>',
    ],
    ['s -> assess', 'assess -> good', 'good => e', 'good -> bad : damaged'],
    ['<error id="E" name="damaged" errorCode="damaged"/>'],
  )
  const notice = bpmnXml(
    'notice',
    [
      '<startEvent id="s"><signalEventDefinition id="over" signalRef="T"/></startEvent>',
      serviceTask('mail', 'mail', 50),
      '<endEvent id="e"/>',
    ],
    ['s -> mail', 'mail -> e'],
    ['<signal id="T" name="over"/>'],
  )
  return [main, inspection, grading, notice].map((content) => ({ kind: 'process', content }))
}

export const jobTypes = ['reserve', 'release', 'remind', 'check', 'assess', 'mail']

/** What the world answers to a job; the same at every attempt. */
export const answerOf = (jobType: string, variables: Record<string, unknown>) =>
  jobType === 'check' ? { verdict: `${String(variables['line'])} ok` } : {}

/** Every document of a collection. */
export async function* everything<T>(store: Store, collection: string): AsyncGenerator<T> {
  for (let after: string | null = ''; after !== null;) {
    const page: Page<T> = await store.find<T>(collection, { limit: 500, ...(after === '' ? {} : { after }) })
    for (const { data } of page.items) yield data
    after = page.next
  }
}

/** What may happen once, under its name: a timer that fires, a job that is done, a message that is taken. */
function onceOnly(event: EngineEvent): string | null {
  switch (event.type) {
    case 'instanceStarted':
    case 'instanceEnded':
      return event.type
    case 'timerFired':
      return `timer ${event.timerId}`
    case 'jobCompleted':
      return `job ${event.jobId}`
    case 'messageCorrelated':
      return `message ${event.messageId} at ${event.subscriptionId}`
    case 'signalCaught':
      return `signal ${event.signalId} at ${event.subscriptionId}`
    case 'callStarted':
    case 'callEnded':
      return `${event.type} ${event.calledId}`
    case 'taskActed':
      return event.action === 'complete' ? `task ${event.key}` : null
    default:
      return null
  }
}

function wrongInHistory(instance: ProcessInstance, history: EngineEvent[]): string[] {
  const wrong: string[] = []
  const seen = new Set<string>()
  const due = new Map<string, string>()
  for (const [index, event] of history.entries()) {
    if (event.seq !== index + 1) wrong.push(`event ${index + 1} has number ${event.seq}`)
    const name = onceOnly(event)
    if (name !== null && seen.has(name)) wrong.push(`twice: ${name}`)
    if (name !== null) seen.add(name)
    if (event.type === 'timerArmed') due.set(event.timerId, event.timer.due)
    if (event.type === 'timerFired' && event.at < (due.get(event.timerId) ?? '~'))
      wrong.push(`${event.timerId} fired at ${event.at}, due at ${due.get(event.timerId)}`)
  }
  const rebuilt: unknown = JSON.parse(JSON.stringify(replay(structuredClone(history))))
  if (stable(rebuilt) !== stable(instance)) wrong.push('history and state differ')
  return wrong.map((text) => `${instance.id}: ${text}`)
}

/** The same text for the same data, in whatever order its fields stand. */
export const stable = (data: unknown): string =>
  JSON.stringify(data, (_, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )

/** What the data stores hold; an announced write counts as soon as there is the proof of its instance. */
export async function sharedValues(store: Store): Promise<unknown[]> {
  const values: unknown[] = []
  for await (const { value, pending } of everything<DataStoreDocument>(store, 'dataStores')) {
    const counts = pending !== null && (await store.load('dataStoreWrites', pending.id)) !== null
    values.push(counts ? pending.value : value)
  }
  return values
}

/**
 * Everything in a store at rest that must not be, each as a line to read: what happened twice or too early, an
 * instance without its caller, what nobody will move or clean up, a history that tells another state, a counter that
 * lost a write (reliability I2, I10-I15).
 */
export async function brokenIn(store: Store, runtime: Runtime): Promise<string[]> {
  const wrong: string[] = []
  let counted = 0
  for await (const instance of everything<ProcessInstance>(store, 'instances')) {
    const history = await runtime.history(instance.id)
    wrong.push(...wrongInHistory(instance, history))
    counted += history.filter(({ type }) => type === 'dataStoreWritten').length
    if (instance.parent === null) continue
    const caller = await runtime.instance(instance.parent.processInstanceId)
    const waits = caller?.elements.some(({ key }) => key === instance.parent?.elementInstanceKey)
    if (caller === null) wrong.push(`${instance.id}: its caller is lost`)
    else if (instance.state === 'active' && !waits) wrong.push(`${instance.id}: nobody waits for it`)
  }
  for (const { processInstanceId } of await findStuckInstances(store)) wrong.push(`${processInstanceId}: stuck`)
  for (const { processInstanceId } of await findLeftovers(store)) wrong.push(`${processInstanceId}: left work behind`)
  for (const collection of ['errands', 'signals'])
    if ((await store.count(collection)) > 0) wrong.push(`${collection} are left`)
  for (const value of await sharedValues(store))
    if (value !== counted) wrong.push(`counted ${String(value)} of ${counted}`)
  return wrong
}
