import type { ModdleElement } from 'bpmn-moddle'
import type { Unsupported } from './definition.ts'
import { childrenOf, extensions, lower, text } from './read-values.ts'

/** A word of Camunda 8: what it may stand on to be executed, and which of its attributes are not. */
interface Word {
  on: RegExp
  /** Not executed anywhere, so it is refused by name. */
  notBuilt?: true
  /** Attributes that would change the execution and are not built; a function tells by the value. */
  attributes?: Readonly<Record<string, (value: string) => boolean>>
}

const processOrNode = /^process$|(?:[tT]ask|[sS]ubProcess|callActivity|transaction|Event|Gateway)$/
const activityOrEvent = /(?:[tT]ask|[sS]ubProcess|callActivity|transaction|Event)$/
const worker = /^(?:serviceTask|sendTask|scriptTask|businessRuleTask|adHocSubProcess|endEvent|intermediateThrowEvent)$/
const workerOrProcess = new RegExp(`${worker.source}|^process$`)
const anything = /./

const any = () => true

/** The whole vocabulary of `zeebe-bpmn-moddle`; what is not here the reader of the XML refuses as unknown. */
const words: Readonly<Record<string, Word>> = {
  ioMapping: { on: activityOrEvent },
  subscription: { on: /^message$/ },
  taskDefinition: { on: worker },
  taskHeaders: { on: new RegExp(`${worker.source}|^userTask$`) },
  loopCharacteristics: { on: /^multiInstanceLoopCharacteristics$/ },
  calledElement: { on: /^callActivity$/ },
  calledDecision: { on: /^businessRuleTask$/ },
  script: { on: /^scriptTask$/ },
  userTask: { on: /^userTask$/ },
  assignmentDefinition: { on: /^userTask$/ },
  priorityDefinition: { on: /^userTask$/ },
  taskSchedule: { on: /^userTask$/ },
  formDefinition: {
    on: /^(?:userTask|startEvent)$/,
    attributes: { formKey: any },
  },
  properties: { on: anything },
  versionTag: { on: /^process$/ },
  adHoc: { on: /^adHocSubProcess$/ },
  conditionalFilter: {
    on: /^conditionalEventDefinition$/,
    attributes: { variableEvents: (value) => value.split(',').some((word) => !/^\s*(?:create|update)\s*$/.test(word)) },
  },
  executionListeners: { on: processOrNode },
  taskListeners: { on: /^userTask$/ },
  jobPriorityDefinition: { on: workerOrProcess },
  linkedResources: { on: anything, notBuilt: true },
  linkedResource: { on: anything, notBuilt: true },
  agentDefinition: { on: anything, notBuilt: true },
  userTaskForm: { on: anything, notBuilt: true },
}

const wordOf = (value: ModdleElement) => lower(value.$type.slice('zeebe:'.length))

/** An event takes a task definition only to send its message. */
function sends(holder: ModdleElement): boolean {
  if (!/^bpmn:(?:EndEvent|IntermediateThrowEvent)$/.test(holder.$type)) return true
  return childrenOf(holder, 'eventDefinitions').some(({ $type }) => $type === 'bpmn:MessageEventDefinition')
}

/** Only who starts a case is asked by a form; a scope inside begins by itself. */
const asks = ({ $type, $parent }: ModdleElement) => $type !== 'bpmn:StartEvent' || $parent?.$type === 'bpmn:Process'

/** A case is started in a form that stands here, not in one of another application. */
const startsElsewhere = (holder: ModdleElement, form: ModdleElement) =>
  holder.$type === 'bpmn:StartEvent' && text(form['externalReference']) !== null

/** Words that each say what a task does; a task does one thing. */
const works = ['taskDefinition', 'script', 'calledDecision']

/** A process that starts by a condition has no variables yet whose change could be told apart. */
const startsProcess = ({ $parent: event }: ModdleElement) =>
  event?.$type === 'bpmn:StartEvent' && event.$parent?.['triggeredByEvent'] !== true

/** What Camunda 8's words on an element would change and the runner does not do: each by element and attribute. */
export function zeebeTrouble(holder: ModdleElement): Unsupported[] {
  const found: Unsupported[] = []
  const on = lower(holder.$type.replace(/^bpmn:/, ''))
  const seen = new Set<string>()
  if (text(holder['retryCounter']) !== null) found.push({ what: 'zeebe:retryCounter', code: 'bpmn.unknown_attribute' })
  for (const value of extensions(holder)) {
    if (!value.$type.startsWith('zeebe:')) continue
    const name = wordOf(value)
    const word = words[name]
    const what = `zeebe:${name}`
    if (!word) found.push({ what, code: 'bpmn.unknown_element' })
    else if (word.notBuilt) found.push({ what, code: 'bpmn.not_executable' })
    else if (name === 'conditionalFilter' && startsProcess(holder)) found.push({ what, code: 'bpmn.not_executable' })
    else if (name === 'formDefinition' && startsElsewhere(holder, value))
      found.push({ what: `${what} externalReference`, code: 'bpmn.not_executable' })
    else if (
      !word.on.test(on) ||
      (name === 'taskDefinition' && !sends(holder)) ||
      (name === 'formDefinition' && !asks(holder))
    )
      found.push({ what, code: 'bpmn.not_allowed_here' })
    else if (seen.has(name)) found.push({ what, code: 'bpmn.not_allowed_here' })
    else
      for (const [attribute, refuses] of Object.entries(word.attributes ?? {})) {
        const said = text(value[attribute])
        if (said !== null && refuses(said)) found.push({ what: `${what} ${attribute}`, code: 'bpmn.not_executable' })
      }
    seen.add(name)
  }
  if (seen.has('jobPriorityDefinition') && on !== 'process' && !seen.has('taskDefinition'))
    found.push({ what: 'zeebe:jobPriorityDefinition', code: 'bpmn.not_allowed_here' })
  for (const extra of works.filter((name) => seen.has(name)).slice(1))
    found.push({ what: `zeebe:${extra}`, code: 'bpmn.not_allowed_here' })
  return found
}
