import type { ModdleElement } from 'bpmn-moddle'
import type { Unsupported } from './definition.ts'
import { childrenOf, extensions, lower, text } from './read-values.ts'

/** Vendors whose words change what a diagram does. Everybody else's extensions are notes to a tool. */
const executingVendors = /^(?:camunda|flowable|activiti):/

/** Words of those vendors that only describe. */
const describing = new Set([
  'modelerTemplate',
  'modelerTemplateVersion',
  'modelerTemplateIcon',
  'versionTag',
  'historyTimeToLive',
  'diagramRelationId',
  'properties',
])

const code = /class|delegate|expression|script|listener|connector|resource|field|in$|out$/i

function vendorWord(name: string): Unsupported | null {
  if (!executingVendors.test(name)) return null
  const word = name.slice(name.indexOf(':') + 1)
  if (describing.has(word)) return null
  return { what: name, code: code.test(word) ? 'bpmn.forbidden_code' : 'bpmn.unknown_attribute' }
}

/** Camunda 8's own words that are not built. */
const notBuilt = new Set([
  'zeebe:ExecutionListeners',
  'zeebe:TaskListeners',
  'zeebe:LinkedResources',
  'zeebe:LinkedResource',
  'zeebe:AgentDefinition',
  'zeebe:ConditionalFilter',
  'zeebe:AdHoc',
  'zeebe:JobPriorityDefinition',
  'zeebe:UserTaskForm',
])

const qualified = (type: string) => {
  const [prefix = '', name = ''] = type.split(':')
  return `${prefix}:${lower(name)}`
}

function extensionTrouble(value: ModdleElement): Unsupported[] {
  if (notBuilt.has(value.$type)) return [{ what: qualified(value.$type), code: 'bpmn.not_executable' }]
  const found: Unsupported[] = []
  if (value.$type === 'zeebe:FormDefinition')
    for (const name of ['formKey', 'externalReference'])
      if (text(value[name]) !== null) found.push({ what: `zeebe:formDefinition ${name}`, code: 'bpmn.not_executable' })
  if (value.$type === 'zeebe:TaskSchedule' && text(value['followUpDate']) !== null)
    found.push({ what: 'zeebe:taskSchedule followUpDate', code: 'bpmn.not_executable' })
  if (/^zeebe:(?:CalledDecision|FormDefinition)$/.test(value.$type) && text(value['versionTag']) !== null)
    found.push({ what: `${qualified(value.$type)} versionTag`, code: 'bpmn.not_executable' })
  const vendor = vendorWord(value.$type)
  if (vendor)
    found.push({ ...vendor, code: vendor.code === 'bpmn.forbidden_code' ? vendor.code : 'bpmn.unknown_element' })
  return found
}

/** Standard parts of an element that would change what it does. */
function standardTrouble(element: ModdleElement): Unsupported[] {
  const found: Unsupported[] = []
  const say = (what: string, unsupportedCode: Unsupported['code'] = 'bpmn.not_executable') =>
    found.push({ what, code: unsupportedCode })
  const loop = element['loopCharacteristics'] as ModdleElement | undefined
  if (loop?.$type === 'bpmn:StandardLoopCharacteristics') say('standardLoopCharacteristics')
  if (loop?.$type === 'bpmn:MultiInstanceLoopCharacteristics') {
    if (loop['isSequential'] === true) say('multiInstanceLoopCharacteristics isSequential')
    if (loop['behavior'] !== undefined && loop['behavior'] !== 'All') say('multiInstanceLoopCharacteristics behavior')
    for (const name of ['loopDataInputRef', 'loopDataOutputRef', 'inputDataItem', 'outputDataItem'])
      if (loop[name] !== undefined) say(name)
  }
  if (element['isForCompensation'] === true) say('isForCompensation')
  if (element['instantiate'] === true) say('instantiate')
  for (const name of ['startQuantity', 'completionQuantity'])
    if (element[name] !== undefined && Number(element[name]) !== 1) say(name)
  for (const name of ['dataInputAssociations', 'dataOutputAssociations'])
    if (childrenOf(element, name).length > 0) say(name.replace(/s$/, ''))
  if (element['ioSpecification'] !== undefined && element.$type !== 'bpmn:Process') say('ioSpecification')
  const script = text(element['script'])
  if (element.$type === 'bpmn:ScriptTask' && (script !== null || text(element['scriptFormat']) !== null)) {
    const format = text(element['scriptFormat']) ?? 'script'
    if (!/^feel$/i.test(format) || script !== null) say(format, 'bpmn.forbidden_code')
  }
  if (text(element['implementation']) !== null && !String(element['implementation']).startsWith('##'))
    say('implementation', 'bpmn.forbidden_code')
  return found
}

/** Everything on an element that would change its execution and that the runner does not do. */
export function unsupportedOf(element: ModdleElement): Unsupported[] {
  const found = standardTrouble(element)
  for (const name of Object.keys(element.$attrs)) {
    const vendor = vendorWord(name)
    if (vendor) found.push(vendor)
  }
  const holders = [element, element['loopCharacteristics'] as ModdleElement | undefined]
  for (const definition of childrenOf(element, 'eventDefinitions')) holders.push(definition)
  for (const holder of holders) for (const value of extensions(holder)) found.push(...extensionTrouble(value))
  return found
}
