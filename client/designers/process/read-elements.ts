import { kindOf, kinds } from './kinds.ts'
import type { ModdleElement } from './moddle.ts'

/** An element in the flow of a diagram, as lists and pickers show it. */
export interface FlowElement {
  readonly id: string
  /** Empty when it has none. */
  readonly name: string
  /** Under which the words of the product know it. */
  readonly kind: string
  /** Id of the sub-process around it; null in the process itself. */
  readonly parent: string | null
  /** A running case can be put there: it does not only begin by an event, a loop or an undoing of its own. */
  readonly holds: boolean
}

const listOf = (owner: ModdleElement, name: string): ModdleElement[] => {
  const found = owner[name]
  return Array.isArray(found) ? (found as ModdleElement[]) : []
}

function inside(owner: ModdleElement, parent: string | null, isReachable: boolean): FlowElement[] {
  return listOf(owner, 'flowElements').flatMap((element): FlowElement[] => {
    const kind = kindOf(element)
    if (!kinds.has(kind)) return []
    const id = element.id ?? ''
    const isAside = element['triggeredByEvent'] === true || element['isForCompensation'] === true
    const holds = isReachable && !isAside && kind !== 'compensateBoundaryEvent'
    return [{ id, name: element.name ?? '', kind, parent, holds }, ...inside(element, id, isReachable && !isAside)]
  })
}

/** The elements of a process of a diagram in the order of the file. Throws when the text is no diagram. */
export async function readElements(xml: string, processId: string): Promise<FlowElement[]> {
  const { BpmnModdle } = await import('bpmn-moddle')
  const { rootElement } = await new BpmnModdle().fromXML(xml)
  const process = listOf(rootElement as unknown as ModdleElement, 'rootElements').find(
    ({ $type, id }) => $type === 'bpmn:Process' && id === processId,
  )
  return process ? inside(process, null, true) : []
}
