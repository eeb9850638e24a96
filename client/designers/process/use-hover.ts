import { onScopeDispose, shallowRef } from 'vue'
import { besides, kindOf, kinds } from './kinds.ts'
import type { CanvasElement, Services } from './modeler.ts'

/** What the pointer rests on, or the keyboard stands at, and where that is on the screen. */
export interface Hovered {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly box: DOMRect
}

interface Touched {
  readonly element: CanvasElement
  readonly gfx: SVGElement
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

/** What of an element is told; undefined of what explains itself, as the sheet does. */
export function toldOf(touched: CanvasElement): Omit<Hovered, 'box'> | undefined {
  const { id, businessObject } = touched.labelTarget ?? touched
  const kind = kindOf(businessObject)
  return kinds.has(kind) || others.has(kind) ? { id, kind, name: businessObject.name ?? '' } : undefined
}

/** Follows the pointer over a canvas, and tells on which element it has come to rest. */
export function useHover() {
  const hovered = shallowRef<Hovered | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  /** The keyboard stands at it: what the pointer happens to lie on does not count. */
  let isHeld = false

  function leave() {
    isHeld = false
    clearTimeout(timer)
    hovered.value = null
  }

  /** Tells of an element at once. */
  function show({ element, gfx }: Touched) {
    leave()
    const told = toldOf(element)
    if (told) hovered.value = { ...told, box: (gfx.querySelector('.djs-visual') ?? gfx).getBoundingClientRect() }
  }

  /** Tells of the element that the keyboard came to, until `leave`. */
  function hold(touched: Touched) {
    show(touched)
    isHeld = true
  }

  const leaveUnheld = () => isHeld || leave()

  /** With `tapped` a tap or click tells, too: where nothing else happens on it. */
  function follow(canvas: { get(name: 'eventBus'): Services['eventBus'] }, { tapped = false } = {}) {
    const bus = canvas.get('eventBus')
    bus.on('element.hover', (touched: Touched) => {
      if (isHeld) return
      leave()
      // What is selected has its pad there, and says in the panel what it is.
      if (touched.gfx.classList.contains('selected')) return
      if (!toldOf(touched.element)) return
      timer = setTimeout(() => touched.gfx.classList.contains('selected') || show(touched), waitMilliseconds)
    })
    for (const event of ['element.out', 'element.mousedown', 'drag.start', 'canvas.viewbox.changing'])
      bus.on(event, leaveUnheld)
    if (tapped) bus.on('element.click', show)
  }

  onScopeDispose(leave)
  return { hovered, follow, hold, leave }
}
