import type { Create, Plain } from './extensions.ts'
import { withExtension } from './extensions.ts'
import { besides, kindOf, kinds, type Kind, type Surroundings } from './kinds.ts'
import type { ModdleElement } from './moddle.ts'
import type { CanvasElement, Services } from './modeler.ts'

/** A kind to draw, and what it begins with. */
export interface Drawn {
  readonly kind: string
  readonly extensions?: Readonly<Record<string, Plain>>
}

export type Service = <Name extends keyof Services>(name: Name) => Services[Name]

/** Where a start event stands in a new sub-process. */
const startPlace = { x: 40, y: 82 }

export const surroundingsOf = (element: CanvasElement): Surroundings => {
  const parent = element.businessObject.$parent
  const inside = parent && kinds.has(kindOf(parent))
  return {
    parent: inside ? kindOf(parent) : 'process',
    host: element.host && kindOf(element.host.businessObject),
  }
}

/** Puts kinds of elements on a canvas, one step to undo each. */
export function drawing(service: Service) {
  const create: Create = (type, attributes) => service('bpmnFactory').create(type, attributes)
  const together = (run: () => void) => service('commandStack').execute('together', { run })

  function definitionsFor(kind: Kind, owner: ModdleElement, before: readonly ModdleElement[] = []): ModdleElement[] {
    const left = [...before]
    return (kind.definitions ?? []).map((type) => {
      const place = left.findIndex((one) => one.$type === type)
      const definition = place < 0 ? create(type) : left.splice(place, 1)[0]!
      definition.$parent = owner
      return definition
    })
  }

  function shapeOf(kind: Kind, more: Record<string, unknown> = {}): CanvasElement {
    const businessObject = create(kind.type, { ...kind.attributes })
    const eventDefinitions = definitionsFor(kind, businessObject)
    if (eventDefinitions.length > 0) businessObject['eventDefinitions'] = eventDefinitions
    return service('elementFactory').createShape({
      type: kind.type,
      businessObject,
      ...(kind.expanded ? { isExpanded: true } : {}),
      ...more,
    })
  }

  /** The shapes of a kind, the outer one first; sub-processes have their start event inside. */
  function shapesOf({ kind: name, extensions = {} }: Drawn): CanvasElement[] {
    const beside = besides[name]
    if (beside?.type === 'bpmn:Participant') return [service('elementFactory').createParticipantShape()]
    if (beside) return [service('elementFactory').createShape({ type: beside.type })]
    const comesInside = name.endsWith('OfEventSubProcess')
    const kind = kinds.get(comesInside ? 'eventSubProcess' : name)!
    const shape = shapeOf(kind)
    for (const [type, plain] of Object.entries(extensions)) {
      const extensionElements = withExtension(shape.businessObject, create, type, plain)
      if (extensionElements) shape.businessObject['extensionElements'] = extensionElements
    }
    const start = comesInside ? name : kind.start
    return start ? [shape, shapeOf(kinds.get(start)!, { ...startPlace, parent: shape })] : [shape]
  }

  /** What follows an element, connected with it; what may happen any time is attached to it. */
  function append(source: CanvasElement, drawn: Drawn): void {
    const [shape, start] = shapesOf(drawn)
    if (!shape) return
    const undoes = kindOf(source.businessObject) === 'compensateBoundaryEvent' && drawn.kind !== 'textAnnotation'
    if (undoes) shape.businessObject['isForCompensation'] = true
    together(() => {
      if (shape.type === 'bpmn:BoundaryEvent') {
        const place = source.attachers?.length ?? 0
        const x = source.x + Math.max(8, source.width - 20 - place * 44)
        service('modeling').createShape(shape, { x, y: source.y + source.height }, source, { attach: true })
        service('selection').select(shape)
        return
      }
      const placed = service('autoPlace').append(source, shape)
      if (start) {
        const { x, y } = { x: placed.x + startPlace.x + 18, y: placed.y + startPlace.y + 18 }
        service('modeling').createShape(start, { x, y }, placed)
      }
    })
  }

  /** Turns an element into another kind in its place; what both kinds have is kept. */
  function become(element: CanvasElement, name: string): void {
    const kind = kinds.get(name)
    if (!kind) return
    together(() => {
      const before = (element.businessObject['eventDefinitions'] as ModdleElement[] | undefined) ?? []
      const isInside = kind.expanded === true
      const wasInside = kinds.get(kindOf(element.businessObject))?.expanded === true
      const [definition] = kind.definitions ?? []
      const next = service('bpmnReplace').replaceElement(element, {
        type: kind.type,
        ...(isInside ? { isExpanded: wasInside ? element.collapsed !== true : true } : {}),
        ...(isInside ? { triggeredByEvent: kind.attributes?.['triggeredByEvent'] === true } : {}),
        ...(definition ? { eventDefinitionType: definition } : {}),
        ...(element.host ? { host: element.host } : {}),
      })
      if (!kind.definitions) return
      const now = (next.businessObject['eventDefinitions'] as ModdleElement[] | undefined) ?? []
      const isSame = now.map(({ $type }) => $type).join() === kind.definitions.join()
      const several = kind.attributes?.['parallelMultiple'] === true
      const catches = kind.group !== 'tell' && kind.group !== 'end'
      if (isSame && (!catches || several === Boolean(next.businessObject['parallelMultiple']))) return
      service('modeling').updateProperties(next, {
        eventDefinitions: definitionsFor(kind, next.businessObject, now.length > 0 ? now : before),
        ...(catches ? { parallelMultiple: several } : {}),
      })
    })
  }

  return { shapesOf, append, become, together }
}
