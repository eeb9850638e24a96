import type { ModdleElement } from './moddle.ts'

/** What stands in an extension element, as plain data: attributes, and lists of the same. */
export interface Plain {
  [name: string]: string | Plain[] | undefined
}

export type Create = (type: string, attributes?: Record<string, unknown>) => ModdleElement

interface Described {
  $descriptor: { properties: readonly { name: string; ns: { localName: string }; isMany?: boolean; type: string }[] }
}

const isElement = (value: unknown): value is ModdleElement =>
  value !== null && typeof value === 'object' && '$type' in value

export const extensionsOf = (element: ModdleElement): ModdleElement[] =>
  ((element['extensionElements'] as ModdleElement | undefined)?.['values'] as ModdleElement[] | undefined) ?? []

/** An extension element as plain data; lists keep their order, one part is a list of one. Absent attributes are absent. */
export function plainOf(element: ModdleElement): Plain {
  const plain: Plain = {}
  for (const property of (element as unknown as Described).$descriptor.properties) {
    const name = property.ns.localName
    const value = element[name]
    if (Array.isArray(value)) {
      if (value.length > 0) plain[name] = value.filter(isElement).map(plainOf)
    } else if (isElement(value)) {
      plain[name] = [plainOf(value)]
    } else if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') {
      plain[name] = String(value)
    }
  }
  return plain
}

/** The extension of a type on an element, null when there is none. */
export function readExtension(element: ModdleElement, type: string): Plain | null {
  const found = extensionsOf(element).find((value) => value.$type === type)
  return found ? plainOf(found) : null
}

/** Which type the entries of a list have. */
const entryTypes: Record<string, string> = {
  'retour:Participants list': 'retour:Participant',
  'retour:Actions list': 'retour:Action',
  'retour:Fields list': 'retour:Field',
  'retour:Deadline reminders': 'retour:Reminder',
  'zeebe:IoMapping inputParameters': 'zeebe:Input',
  'zeebe:IoMapping outputParameters': 'zeebe:Output',
  'zeebe:ExecutionListeners listeners': 'zeebe:ExecutionListener',
  'zeebe:ExecutionListener headers': 'zeebe:TaskHeaders',
  'zeebe:TaskListeners listeners': 'zeebe:TaskListener',
  'zeebe:TaskListener headers': 'zeebe:TaskHeaders',
  'zeebe:TaskHeaders values': 'zeebe:Header',
}
/** What stands once, not as a list. */
const single = new Set(['zeebe:ExecutionListener headers', 'zeebe:TaskListener headers'])

function build(create: Create, type: string, plain: Plain): ModdleElement {
  const attributes: Record<string, unknown> = {}
  const children: ModdleElement[] = []
  for (const [name, value] of Object.entries(plain)) {
    if (value === undefined || value === '') continue
    if (!Array.isArray(value)) {
      attributes[name] = value
      continue
    }
    const entries = value.map((entry) => build(create, entryTypes[`${type} ${name}`]!, entry))
    attributes[name] = single.has(`${type} ${name}`) ? entries[0] : entries
    children.push(...entries)
  }
  const element = create(type, attributes)
  for (const child of children) child.$parent = element
  return element
}

/**
 * New extension elements with one type written anew (null takes it away); all others stay as they are, in their places.
 * Undefined when nothing would be left. Nothing is changed in place, so that the editor can undo.
 */
export function withExtension(
  element: ModdleElement,
  create: Create,
  type: string,
  plain: Plain | null,
): ModdleElement | undefined {
  const before = extensionsOf(element)
  const place = before.findIndex((value) => value.$type === type)
  const values = before.filter((value) => value.$type !== type)
  if (plain) values.splice(place < 0 ? values.length : place, 0, build(create, type, plain))
  if (values.length === 0) return undefined
  const extensions = create('bpmn:ExtensionElements', { values })
  for (const value of values) value.$parent = extensions
  extensions.$parent = element
  return extensions
}
