import type { ModdleElement } from 'bpmn-moddle'
import type { Unsupported } from './definition.ts'
import { childrenOf, text } from './read-values.ts'
import { retourTrouble } from './retour-vocabulary.ts'
import { vendorTrouble } from './vendor-words.ts'
import { zeebeTrouble } from './zeebe-vocabulary.ts'

/** Whether a problem is told at this element: what people see as one thing, not its parts. */
function isTold(element: ModdleElement): boolean {
  if (element.$type === 'bpmn:Definitions' || element.$parent?.$type === 'bpmn:Definitions') return true
  return ['bpmn:FlowElement', 'bpmn:Lane', 'bpmn:Artifact'].some((type) => element.$instanceOf(type))
}

function toldAt(element: ModdleElement): { id: string; name: string } {
  let at = element
  while (!isTold(at) && at.$parent) at = at.$parent
  return { id: at.id ?? '', name: text(at.name) ?? '' }
}

/** What stands directly in an element; references lead elsewhere. */
function* inside(element: ModdleElement): Iterable<ModdleElement> {
  for (const [name, value] of Object.entries(element)) {
    if (name === 'extensionElements' || name.startsWith('$')) continue
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value]) {
      const child = each as ModdleElement | null
      if (typeof child === 'object' && child?.$type !== undefined && child.$parent === element) yield child
    }
  }
}

/** Languages of expressions: FEEL, by any of its names. */
export const isFeel = (language: string) => /feel/i.test(language)

/** An expression in another language, by the file's default or its own word, or one that looks like a Java expression. */
function expressionTrouble(element: ModdleElement, fileLanguage: string | null): string | null {
  if (!/^bpmn:(?:Formal)?Expression$/.test(element.$type)) return null
  const body = text(element['body'])
  if (body === null || body.trim() === '') return null
  const language = text(element['language']) ?? fileLanguage
  if (language !== null && !isFeel(language)) return language
  return /^\s*[$#]\{/.test(body) ? '${…}' : null
}

/** The language that a file says its expressions are in; null when it does not say. */
export function languageOf(definitions: ModdleElement): string | null {
  return Object.hasOwn(definitions, 'expressionLanguage') ? text(definitions['expressionLanguage']) : null
}

/**
 * Everything in and under an element that is written in words or languages that the runner does not execute, each at
 * the element that people see: extensions of Camunda 8 and ours out of place or not built, extensions of other engines,
 * expressions that are not FEEL.
 */
export function foreignIn(element: ModdleElement, fileLanguage: string | null): Unsupported[] {
  const found: Unsupported[] = []
  const visit = (at: ModdleElement) => {
    const language = expressionTrouble(at, fileLanguage)
    const troubles: Unsupported[] = [...zeebeTrouble(at), ...retourTrouble(at), ...vendorTrouble(at)]
    if (language !== null) troubles.push({ what: language, code: 'bpmn.forbidden_code' })
    if (troubles.length > 0) {
      const told = toldAt(at)
      for (const trouble of troubles) found.push({ ...trouble, at: told })
    }
    for (const child of inside(at)) visit(child)
  }
  visit(element)
  return found
}

/** What the file as a whole asks of its reader: extensions that must be understood. */
export function demandsOf(definitions: ModdleElement): Unsupported[] {
  return childrenOf(definitions, 'extensions')
    .filter((extension) => extension['mustUnderstand'] === true)
    .map(() => ({ what: 'bpmn:extension mustUnderstand', code: 'bpmn.unknown_element', at: toldAt(definitions) }))
}
