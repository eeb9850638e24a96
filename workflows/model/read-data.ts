import type { ModdleElement } from 'bpmn-moddle'
import type { DataAssociation, DataPlace, ParsedData } from './definition.ts'
import { childrenOf, feelOf, text } from './read-values.ts'

/** The process or activity or event that a data element stands in; null is the process. */
function ownerOf(element: ModdleElement): string | null {
  for (let at = element.$parent; at; at = at.$parent) {
    if (at.$type === 'bpmn:Process') return null
    if (at.$instanceOf('bpmn:FlowNode')) return at.id ?? null
  }
  return null
}

const nameOf = (element: ModdleElement) => text(element.name) ?? element.id ?? ''
const referred = (element: ModdleElement, name: string) => element[name] as ModdleElement | undefined

/** Where the value of something that carries data is kept (coverage (c)6). */
export function placeOf(element: ModdleElement): DataPlace {
  const ref = element.id ?? ''
  if (element.$type === 'bpmn:DataObjectReference') {
    const object = referred(element, 'dataObjectRef')
    if (object) return { ...placeOf(object), ref }
  }
  if (element.$type === 'bpmn:DataStoreReference') {
    const store = referred(element, 'dataStoreRef')
    return { ref, name: nameOf(store ?? element), store: true, scope: null }
  }
  if (element.$type === 'bpmn:DataStore') return { ref, name: nameOf(element), store: true, scope: null }
  const isObject = /:DataObject(?:Reference)?$/.test(element.$type)
  return { ref, name: isObject ? ref : nameOf(element), store: false, scope: ownerOf(element) }
}

const body = (element: ModdleElement, name: string) => feelOf(text(referred(element, name)?.['body']))

/** What bpmn-js draws to an activity that has no data input ends at a property that means nothing. */
const isPlaceholder = (element: ModdleElement) => element.name === '__targetRef_placeholder'

function readAssociation(element: ModdleElement): DataAssociation {
  const target = referred(element, 'targetRef')
  return {
    id: element.id ?? '',
    sources: childrenOf(element, 'sourceRef').map(placeOf),
    target: target && !isPlaceholder(target) ? placeOf(target) : null,
    transformation: body(element, 'transformation'),
    assignments: childrenOf(element, 'assignment').map((assignment) => ({
      from: body(assignment, 'from') ?? '',
      to: body(assignment, 'to') ?? '',
    })),
  }
}

/** A drawn association that says neither what to copy nor where to is documentation. */
const moves = ({ sources, target, transformation, assignments }: DataAssociation) =>
  assignments.length > 0 || (target !== null && (sources.length > 0 || transformation !== null))

/** The data of an activity or an event: its own, what comes in and what goes out. */
export function readData(element: ModdleElement): ParsedData | null {
  const specification = referred(element, 'ioSpecification')
  const own = (name: string) => [...childrenOf(specification, name), ...childrenOf(element, name)]
  const objects = childrenOf(element, 'flowElements').filter((inner) => inner.$type === 'bpmn:DataObject')
  const properties = childrenOf(element, 'properties').filter((property) => !isPlaceholder(property))
  const data: ParsedData = {
    objects: [...objects.map((object) => object.id ?? ''), ...properties.map(nameOf)],
    dataInputs: own('dataInputs').map(nameOf),
    dataOutputs: own('dataOutputs').map(nameOf),
    inputs: childrenOf(element, 'dataInputAssociations').map(readAssociation).filter(moves),
    outputs: childrenOf(element, 'dataOutputAssociations').map(readAssociation).filter(moves),
  }
  return Object.values(data).some((list: unknown[]) => list.length > 0) ? data : null
}
