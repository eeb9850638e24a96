import 'bpmn-js/dist/assets/diagram-js.css'
import 'bpmn-js/dist/assets/bpmn-js.css'
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css'
import Modeler from 'bpmn-js/lib/Modeler'
import type { ModdleElement } from './moddle.ts'
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json'
import retour from '../../../workflows/model/retour-moddle.json'
import { canvasTranslate } from './canvas-words.ts'
import { kindOf } from './kinds.ts'
import { menuModule, type MenuWords } from './menus.ts'

/** A shape or connection of the canvas, as much of it as the designer reads. */
export interface CanvasElement {
  readonly id: string
  readonly type: string
  readonly businessObject: ModdleElement
  readonly labelTarget?: CanvasElement
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly incoming?: readonly CanvasElement[]
  readonly outgoing?: readonly CanvasElement[]
  readonly parent?: CanvasElement
  readonly host?: CanvasElement
  /** Of a connection. */
  readonly target?: CanvasElement
  readonly attachers?: readonly CanvasElement[]
  readonly collapsed?: boolean
}

/** The services of the editor that we speak to. */
export interface Services {
  modeling: {
    updateProperties(element: CanvasElement, properties: Record<string, unknown>): void
    updateModdleProperties(element: CanvasElement, part: ModdleElement, properties: Record<string, unknown>): void
    removeElements(elements: CanvasElement[]): void
    createShape(
      shape: CanvasElement,
      position: { x: number; y: number },
      parent: CanvasElement,
      hints?: Record<string, unknown>,
    ): CanvasElement
    connect(source: CanvasElement, target: CanvasElement, attributes?: Record<string, unknown>): CanvasElement
    removeConnection(connection: CanvasElement): void
  }
  bpmnFactory: { create(type: string, attributes?: Record<string, unknown>): ModdleElement }
  elementFactory: {
    createShape(attributes: Record<string, unknown>): CanvasElement
    createParticipantShape(): CanvasElement
    getDefaultSize(element: unknown, di: unknown): { width: number; height: number }
  }
  elementRegistry: {
    get(id: string): CanvasElement | undefined
    filter(by: (one: CanvasElement) => boolean): CanvasElement[]
  }
  selection: { select(element: CanvasElement | null): void; get(): CanvasElement[] }
  canvas: {
    zoom(level?: number | 'fit-viewport', center?: 'auto'): number
    scrollToElement(element: CanvasElement, padding?: number): void
    getRootElement(): CanvasElement
    addMarker(element: string, marker: string): void
    removeMarker(element: string, marker: string): void
    resized(): void
  }
  moddle: { registry: { typeMap: Record<string, { properties: { name: string; default?: unknown }[] } | undefined> } }
  commandStack: {
    undo(): void
    redo(): void
    canUndo(): boolean
    canRedo(): boolean
    registerHandler(name: string, handler: unknown): void
    execute(name: string, context: unknown): void
  }
  overlays: {
    add(
      element: string,
      type: string,
      overlay: { position: Record<string, number>; html: string | HTMLElement },
    ): string
    remove(filter: { type: string }): void
  }
  create: { start(event: Event, shapes: readonly CanvasElement[], context?: Record<string, unknown>): void }
  autoPlace: { append(source: CanvasElement, shape: CanvasElement): CanvasElement }
  bpmnReplace: { replaceElement(element: CanvasElement, target: Record<string, unknown>): CanvasElement }
  connect: { start(event: Event, element: CanvasElement): void }
  globalConnect: { start(event: Event): void; toggle(event: Event): void; isActive(): boolean }
  handTool: { activateHand(event: Event): void; toggle(): void; isActive(): boolean }
  popupMenu: { open(target: CanvasElement, id: string, position: Record<string, unknown>, options?: unknown): void }
  zoomScroll: { stepZoom(steps: number): void }
  eventBus: {
    on(event: string, listener: (event: never) => unknown): void
    on(event: string, priority: number, listener: (event: never) => unknown): void
  }
  directEditing: { activate(element: CanvasElement): void; complete(): void; isActive(): boolean }
}

export interface Editor {
  get<Name extends keyof Services>(name: Name): Services[Name]
  importXML(xml: string): Promise<unknown>
  saveXML(options: { format: boolean }): Promise<{ xml?: string }>
  getDefinitions(): ModdleElement
  destroy(): void
}

const family = '"RT Latin", "PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'

/**
 * The library leaves out what equals its defaults. Saying these is not the same as not saying them: without the one an
 * edge draws no envelope, and expressions are only in XPath where a file says so. As the server writes diagrams, too.
 */
function keepMeaningful(editor: Editor): void {
  const { typeMap } = editor.get('moddle').registry
  for (const type of ['bpmndi:BPMNEdge', 'bpmn:Definitions'])
    for (const property of typeMap[type]?.properties ?? [])
      if (/(?:messageVisibleKind|expressionLanguage)$/.test(property.name)) delete property.default
}

/** Several changes that are one step to undo. */
function Together() {}
Together.prototype.preExecute = ({ run }: { run(): void }) => run()

/** Boundary events stand on a step or nowhere; a cancel event only on a transaction. */
function keepAttached(editor: Editor): void {
  const bus = editor.get('eventBus')
  interface Asked {
    context: { shape?: CanvasElement; target?: CanvasElement }
  }
  bus.on('commandStack.shape.create.canExecute', 2000, ({ context }: Asked) =>
    context.shape?.type === 'bpmn:BoundaryEvent' ? false : undefined,
  )
  bus.on('commandStack.shape.attach.canExecute', 2000, ({ context: { shape, target } }: Asked) =>
    shape && kindOf(shape.businessObject) === 'cancelBoundaryEvent' && target?.type !== 'bpmn:Transaction'
      ? false
      : undefined,
  )
}

/** The editor on a canvas: our colors (which follow light and dark by themselves), words, sizes and menus. */
export function createEditor(container: HTMLElement, language: string, words: MenuWords): Editor {
  const editor = new Modeler({
    container,
    moddleExtensions: { zeebe, retour },
    bpmnRenderer: {
      defaultStrokeColor: 'var(--rt-flow)',
      defaultFillColor: 'var(--rt-surface)',
      defaultLabelColor: 'var(--rt-text)',
    },
    textRenderer: {
      defaultStyle: { fontFamily: family, fontSize: 12, lineHeight: 1.35 },
      externalStyle: { fontSize: 11, lineHeight: 1.35 },
    },
    additionalModules: [{ translate: ['value', canvasTranslate(language)] }, menuModule(words)],
  } as never) as unknown as Editor

  keepMeaningful(editor)
  editor.get('commandStack').registerHandler('together', Together)
  keepAttached(editor)
  const factory = editor.get('elementFactory')
  const sizeOf = factory.getDefaultSize.bind(factory)
  factory.getDefaultSize = (element, di) => {
    const size = sizeOf(element, di)
    return size.width === 100 && size.height === 80 ? { width: 96, height: 56 } : size
  }
  return editor
}
