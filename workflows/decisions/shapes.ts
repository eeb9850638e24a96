import type { Surroundings } from './cells.ts'
import { boxedNames } from './known-elements.ts'
import { childNamed, childrenNamed, textIn } from './xml.ts'
import type { XmlElement } from './xml.ts'

type Shape = Record<string, unknown>

/** What is known where an expression is looked at. */
type Known = Pick<Surroundings, 'names' | 'typeNamed'>

const nameIn = (element: XmlElement | undefined) => element?.attributes.get('name') ?? ''

const isShape = (shape: unknown): shape is Shape => typeof shape === 'object' && shape !== null

function shapeWith(entries: readonly (readonly [string, unknown])[]): Shape {
  const shape = Object.create(null) as Shape
  for (const [name, inside] of entries) if (name !== '') shape[name] = inside
  return shape
}

/** What a name or a path of names holds; 1 for anything else. */
function shapeAt(text: string, { names }: Known): unknown {
  let shape: unknown = names
  for (const name of text.split('.')) {
    if (!isShape(shape) || !(name.trim() in shape)) return 1
    shape = shape[name.trim()]
  }
  return shape
}

const inside = (element: XmlElement | undefined) => element?.children.find(({ name }) => boxedNames.has(name))

/** The shape of each boxed expression whose parts show it. */
const shapes: Record<string, (element: XmlElement, known: Known) => unknown> = {
  literalExpression: (element, known) => shapeAt(textIn(element, 'text') ?? '', known),
  decisionTable: (element) => {
    const outputs = childrenNamed(element, 'output')
    return outputs.length > 1 ? shapeWith(outputs.map((output) => [nameIn(output), 1])) : 1
  },
  context: (element, known) => {
    const entries = childrenNamed(element, 'contextEntry').map(
      (entry) => [nameIn(childNamed(entry, 'variable')), shapeOf(inside(entry), known)] as const,
    )
    const last = entries.at(-1)
    return last?.[0] === '' ? last[1] : shapeWith(entries)
  },
  relation: (element) => shapeWith(childrenNamed(element, 'column').map((column) => [nameIn(column), 1])),
  list: (element, known) => shapeOf(inside(element), known),
  filter: (element, known) => shapeOf(inside(childNamed(element, 'in')), known),
  conditional: (element, known) => shapeOf(inside(childNamed(element, 'then')), known),
  for: (element, known) => shapeOf(inside(childNamed(element, 'return')), known),
}

/**
 * A sample of what an expression gives, so that names with spaces inside of it are read as one name: of its type, or else
 * of the parts that it is made of. A list has the shape of its items.
 */
export function shapeOf(element: XmlElement | undefined, known: Known): unknown {
  const declared = element?.attributes.get('typeRef')
  if (declared !== undefined) return known.typeNamed(declared)?.shape ?? 1
  const shape = element && Object.hasOwn(shapes, element.name) ? shapes[element.name] : undefined
  return element && shape ? shape(element, known) : 1
}

/** The names of the entries of an item, which a filter has in scope. */
export const entriesIn = (shape: unknown): Shape => (isShape(shape) ? shape : {})
