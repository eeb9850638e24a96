import type { ModdleElement } from '../moddle.ts'
import type { CanvasElement } from '../modeler.ts'
import { usePanel } from './context.ts'

/** Reading and writing of the parts of an element that are elements themselves: event definitions, loops, expressions. */
export function useParts(element: () => CanvasElement) {
  const { diagram } = usePanel()

  /** Changes attributes of the element itself or of a part of it. */
  function change(owner: ModdleElement, properties: Record<string, unknown>) {
    if (owner === element().businessObject) diagram.set(element(), properties)
    else diagram.setPart(element(), owner, properties)
  }

  /** The FEEL of an expression without its mark; empty when there is none. */
  function feel(owner: ModdleElement, name: string): string {
    void diagram.revision.value
    const body = (owner[name] as ModdleElement | undefined)?.['body']
    return (typeof body === 'string' ? body : '').replace(/^\s*=/, '').trim()
  }

  function writeFeel(owner: ModdleElement, name: string, body: string) {
    if (body.trim() === feel(owner, name)) return
    change(owner, {
      [name]: body.trim() === '' ? undefined : part('bpmn:FormalExpression', owner, { body: `=${body.trim()}` }),
    })
  }

  /** A new part of an owner. */
  function part(type: string, owner: ModdleElement, attributes: Record<string, unknown> = {}): ModdleElement {
    const made = diagram.create(type, attributes)
    made.$parent = owner
    return made
  }

  const flag = (owner: ModdleElement, name: string): boolean => {
    void diagram.revision.value
    return owner[name] === true
  }

  return { change, feel, writeFeel, part, flag }
}
