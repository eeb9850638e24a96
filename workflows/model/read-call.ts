import type { ModdleElement } from 'bpmn-moddle'
import type { ParsedCall, Text, Unsupported } from './definition.ts'
import { readBinding } from './read-binding.ts'
import { extension, feelOf, text, textOf } from './read-values.ts'

/** A prefix of BPMN's own reference names a file; processes are known by their ids alone. */
const localName = (reference: string) => reference.slice(reference.indexOf(':') + 1)

function processIdOf(element: ModdleElement, called: ModdleElement | undefined): Text | null {
  const said = text(called?.['processId'])
  if (said !== null) return textOf(said.trim())
  const expression = feelOf(text(called?.['processIdExpression']))
  if (expression !== null) return { expression }
  const reference = text(element['calledElement'])
  return reference === null ? null : { text: localName(reference) }
}

/** What a call activity calls: Camunda 8's words, or BPMN's own `calledElement`; null when it names nothing. */
export function readCall(element: ModdleElement, unsupported: Unsupported[]): ParsedCall | null {
  const called = extension(element, 'zeebe:CalledElement')
  const processId = processIdOf(element, called)
  if (!processId) return null
  const businessKey = text(called?.['businessId'])
  return {
    processId,
    binding: readBinding(called, 'zeebe:calledElement', unsupported),
    allDown: called?.['propagateAllParentVariables'] !== false,
    allUp: called?.['propagateAllChildVariables'] !== false,
    businessKey: businessKey === null ? null : textOf(businessKey),
  }
}
