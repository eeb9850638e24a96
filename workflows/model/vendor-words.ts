import type { ModdleElement } from 'bpmn-moddle'
import type { Unsupported } from './definition.ts'
import { extensions } from './read-values.ts'

/** Vendors whose words change what a diagram does, by their namespace. */
const executing =
  /(?:camunda\.org\/schema\/1\.0\/bpmn|activiti\.org|flowable\.org|operaton\.org|jboss\.org\/drools|bonitasoft\.org|imixs\.org|axonivy|processmaker|bpmn-server)/i

/** Vendors whose words describe and draw: tools, colors, simulation parameters, mining. */
const describing =
  /(?:bpmn\.io|bpmn\/(?:non-normative|biocolor)|camunda\.org\/schema\/modeler|signavio|trisotech|boc-group|softwareag|bpsim|omg\.org\/spec\/(?:DD|DMN|BPMN)|omg\.org\/XMI|w3\.org|itp-commerce|purl\.org|openapis\.org|sparx|visual-paradigm|yaoqiang|magicdraw|w4\.eu\/spec\/(?:BPMN\/\d+\/GRAPH|DataComposer))/i

/** Words of executing vendors that only describe. */
const notes = new Set([
  'modelerTemplate',
  'modelerTemplateVersion',
  'modelerTemplateIcon',
  'versionTag',
  'historyTimeToLive',
  'diagramRelationId',
  'isStartableInTasklist',
  'properties',
  'metaData',
  'packageName',
  'version',
])

const code = /class|delegate|expression|script|listener|connector|resource|field|in$|out$/i

/** What somebody unknown would call something that is carried out. */
const deed =
  /class$|delegate|expression|script|listener|connector|handler|executor|assign|candidate|async|retr(?:y|ies)|topic|formKey|dueDate|priority|condition|mapping|implementation|input|output|execut|skip|timeout|service|operation|action|job|worker/i

/** A name in the file, with the namespace that its prefix stands for there. */
function namespaceOf(element: ModdleElement | undefined, prefix: string): string {
  for (let at = element; at; at = at.$parent) {
    const uri = at.$attrs?.[`xmlns:${prefix}`]
    if (uri !== undefined) return uri
  }
  return prefix
}

function troubleOf(name: string, uri: string): Unsupported | null {
  const word = name.slice(name.indexOf(':') + 1)
  if (executing.test(uri)) {
    if (notes.has(word)) return null
    return { what: name, code: code.test(word) ? 'bpmn.forbidden_code' : 'bpmn.unknown_attribute' }
  }
  if (describing.test(uri)) return null
  return deed.test(word) ? { what: name, code: 'bpmn.unknown_attribute' } : null
}

const ours = /^(?:zeebe|retour|bpmn|bpmndi|dc|di|bioc|color|xsi|xml|xmlns)$/

/** Prefixes of other vendors, as their attributes and elements show them. */
const prefixOf = (name: string): string | null => {
  const colon = name.indexOf(':')
  const prefix = colon < 0 ? '' : name.slice(0, colon)
  return prefix === '' || ours.test(prefix) ? null : prefix
}

/**
 * Words of other vendors on an element that would change what it does: those of engines all but the ones that only
 * describe, those of unknown vendors when they sound like a deed. Documentation and drawing of anybody is left alone.
 */
export function vendorTrouble(element: ModdleElement): Unsupported[] {
  const found: Unsupported[] = []
  for (const name of Object.keys(element.$attrs ?? {})) {
    const prefix = prefixOf(name)
    const trouble = prefix && troubleOf(name, namespaceOf(element, prefix))
    if (trouble) found.push(trouble)
  }
  for (const value of extensions(element)) {
    const prefix = prefixOf(value.$type)
    if (!prefix) continue
    const { ns } = (value['$descriptor'] ?? {}) as { ns?: { uri?: string } }
    const trouble = troubleOf(value.$type, ns?.uri ?? namespaceOf(element, prefix))
    if (!trouble) continue
    found.push(trouble.code === 'bpmn.forbidden_code' ? trouble : { ...trouble, code: 'bpmn.unknown_element' })
  }
  return found
}
