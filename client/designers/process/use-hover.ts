import { onScopeDispose, shallowRef } from 'vue'
import { besides, kindOf, kinds } from './kinds.ts'
import type { CanvasElement, Services } from './modeler.ts'

/** What the pointer rests on, and where that is on the screen. */
export interface Hovered {
  readonly kind: string
  readonly box: DOMRect
}

const waitMilliseconds = 450
const others = new Set([
  ...Object.keys(besides),
  'lane',
  'group',
  'sequenceFlow',
  'messageFlow',
  'association',
  'dataInputAssociation',
  'dataOutputAssociation',
])

/** Follows the pointer over a canvas, and tells on which kind of element it has come to rest. */
export function useHover() {
  const hovered = shallowRef<Hovered | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined

  function leave() {
    clearTimeout(timer)
    hovered.value = null
  }

  function follow(canvas: { get(name: 'eventBus'): Services['eventBus'] }) {
    const bus = canvas.get('eventBus')
    bus.on('element.hover', ({ element, gfx }: { element: CanvasElement; gfx: SVGElement }) => {
      leave()
      // What is selected has its pad there, and says in the panel what it is.
      if (gfx.classList.contains('selected')) return
      const kind = kindOf((element.labelTarget ?? element).businessObject)
      if (!kinds.has(kind) && !others.has(kind)) return
      timer = setTimeout(
        () => (hovered.value = { kind, box: (gfx.querySelector('.djs-visual') ?? gfx).getBoundingClientRect() }),
        waitMilliseconds,
      )
    })
    for (const event of ['element.out', 'element.mousedown', 'drag.start', 'canvas.viewbox.changing'])
      bus.on(event, leave)
  }

  onScopeDispose(leave)
  return { hovered, follow }
}
