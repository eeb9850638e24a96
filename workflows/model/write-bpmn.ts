import type { ModdleElement } from 'bpmn-moddle'
import { bpmnVocabulary } from './bpmn-vocabulary.ts'

/**
 * Reads a diagram, lets `change` alter it, and writes it again: everything else stays as it means, drawing, words of
 * other vendors and references into other files included. Rejects when the text is not XML; what may be published is
 * for `readBpmn` and the checks to say.
 */
export async function rewriteBpmn(xml: string, change?: (definitions: ModdleElement) => void): Promise<string> {
  const moddle = bpmnVocabulary()
  const { rootElement, warnings } = await moddle.fromXML(xml.replace(/^\uFEFF/, ''))
  // References into other files resolve to nothing here and would be lost.
  for (const { message, element, property, value } of warnings) {
    if (!message.startsWith('unresolved reference') || !element || property === undefined || value === undefined)
      continue
    const elsewhere = { id: value }
    const at = property.replace(/^\w+:/, '')
    const known = element[at]
    if (Array.isArray(known)) known.push(elsewhere)
    else if (known === undefined) element[at] = elsewhere
  }
  change?.(rootElement)
  return (await moddle.toXML(rootElement, { format: true })).xml
}
