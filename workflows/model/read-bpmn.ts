import type { ModdleElement, ParseResult } from 'bpmn-moddle'
import { bpmnVocabulary } from './bpmn-vocabulary.ts'
import type { ParsedFile } from './definition.ts'
import type { Problem } from './problem.ts'
import { problem } from './problems.ts'
import { readDefinitions } from './read-process.ts'
import { scanXml } from './scan-xml.ts'
import type { Tag } from './scan-xml.ts'

/** `readable` is what could be read of a wrong file all the same, so that its other problems can be told too. */
export type ReadResult =
  { ok: true; definitions: ParsedFile } | { ok: false; problems: Problem[]; readable?: ParsedFile }

/** Parts of an element that may have an id, but that nobody sees in the drawing. */
const isPart = ({ $type, $parent }: ModdleElement) =>
  /(?:EventDefinition|Expression|LoopCharacteristics)$/.test($type) && $parent?.$type !== 'bpmn:Definitions'

/** The nearest element around that has an id and that people see: an event rather than its definition ((c)26). */
function ownerOf(element: ModdleElement | undefined): { id: string; name?: string } | null {
  for (let at = element; at; at = at.$parent)
    if (at.id && !isPart(at)) return at.name ? { id: at.id, name: at.name } : { id: at.id }
  return null
}

/** A type as it stands in the XML: `zeebe:taskDefinition`. */
const prefixed = (type: string) => type.replace(/:(.)/, (_, first: string) => `:${first.toLowerCase()}`)

type Warning = ParseResult['warnings'][number]

/** The drawing of a diagram: it runs also where a shape stands for something that is not there. */
const isDrawn = (element: ModdleElement | undefined) => /^(?:bpmndi|di|dc):/.test(element?.$type ?? '')

/**
 * Each warning of the reader is an error here, or a warning when it is about the drawing; unknown content is found again
 * among the tags of the scan.
 */
function problemsOf(warnings: readonly Warning[], tags: readonly Tag[]): Problem[] {
  const left = [...tags]
  const problems: Problem[] = []
  for (const { message, element, property, value } of warnings) {
    const owner = ownerOf(element)
    const nested = /nested error: (.*)/.exec(message)?.[1] ?? ''
    const severity = isDrawn(element) ? 'warning' : 'error'
    const tagName = /unparsable content <\/?([^\s/>]+)/.exec(message)?.[1]
    // The scan told both kinds of wrong ids.
    if (message.startsWith('unsupported document encoding') || /^(?:duplicate|illegal) ID/.test(nested)) continue
    // What an extension is defined by, and what a service outside takes and gives, may stand in another file.
    if (element && /^bpmn:(?:Extension|Interface|Operation|EndPoint)$/.test(element.$type)) continue
    if (message.startsWith('unresolved reference')) {
      // A message flow may point at a participant's inside that another file has; it is drawing either way.
      problems.push(problem('bpmn.dangling_ref', owner, value ?? '', severity))
    } else if (message.startsWith('unknown attribute')) {
      // On a part without an id of its own the part is named with its attribute.
      const part = element && !element.id ? `${prefixed(element.$type)} ` : ''
      problems.push(problem('bpmn.unknown_attribute', owner, `${part}${property ?? message}`, severity))
    } else if (tagName) {
      const place = left.findIndex((tag) => tag.name === tagName)
      const ownerId = left[place]?.ownerId ?? null
      left.splice(0, place + 1)
      const at = ownerId === null ? owner : { id: ownerId }
      problems.push(problem('bpmn.unknown_element', at, `<${tagName}>`, severity))
    } else {
      problems.push(problem('bpmn.unknown_element', owner, nested || message.split('\n')[0], severity))
    }
  }
  return problems
}

/**
 * Reads a BPMN 2.0 file with the vocabularies of Camunda 8 and of ours. What no parser should see is refused first
 * (reliability 7.1), then every warning of the parser, each with its element and a stable code. What is well-formed
 * but cannot be executed is still read: `checkProcess` of the engine refuses it by name.
 */
export async function readBpmn(xml: string): Promise<ReadResult> {
  const scan = scanXml(xml)
  if (!scan.ok) return scan
  const moddle = bpmnVocabulary()
  let parsed: ParseResult
  try {
    parsed = await moddle.fromXML(scan.xml)
  } catch (error) {
    const said = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    return { ok: false, problems: [problem('xml.syntax', null, `${said}.`)] }
  }
  const problems = [...scan.problems, ...problemsOf(parsed.warnings, scan.tags)]
  const definitions = readDefinitions(parsed.rootElement)
  if (problems.some(({ severity }) => severity === 'error')) return { ok: false, problems, readable: definitions }
  return { ok: true, definitions: problems.length > 0 ? { ...definitions, drawn: problems } : definitions }
}
