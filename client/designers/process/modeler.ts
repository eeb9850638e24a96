import 'bpmn-js/dist/assets/diagram-js.css'
import 'bpmn-js/dist/assets/bpmn-js.css'
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css'
import { CircleStop, Diamond, Repeat2, Spline, StickyNote, Trash2, UserRoundCheck } from '@lucide/vue'
import Modeler from 'bpmn-js/lib/Modeler'
import type { ModdleElement } from './moddle.ts'
import type { Component } from 'vue'
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json'
import retour from '../../../workflows/model/retour-moddle.json'
import { canvasTranslate } from './canvas-words.ts'
import { iconHtml } from './icon-html.ts'

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
}

/** The services of the editor that we speak to. */
export interface Services {
  modeling: {
    updateProperties(element: CanvasElement, properties: Record<string, unknown>): void
    updateModdleProperties(element: CanvasElement, part: ModdleElement, properties: Record<string, unknown>): void
    removeElements(elements: CanvasElement[]): void
  }
  bpmnFactory: { create(type: string, attributes?: Record<string, unknown>): ModdleElement }
  elementFactory: {
    createShape(attributes: Record<string, unknown>): CanvasElement
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
  commandStack: { undo(): void; redo(): void; canUndo(): boolean; canRedo(): boolean }
  overlays: {
    add(
      element: string,
      type: string,
      overlay: { position: Record<string, number>; html: string | HTMLElement },
    ): string
    remove(filter: { type: string }): void
  }
  create: { start(event: Event, shape: CanvasElement): void }
  autoPlace: { append(source: CanvasElement, shape: CanvasElement): void }
  connect: { start(event: Event, element: CanvasElement): void }
  globalConnect: { start(event: Event): void; toggle(event: Event): void; isActive(): boolean }
  handTool: { activateHand(event: Event): void; toggle(): void; isActive(): boolean }
  popupMenu: { open(target: CanvasElement, id: string, position: Record<string, unknown>, options?: unknown): void }
  zoomScroll: { stepZoom(steps: number): void }
  eventBus: { on(event: string, listener: (event: never) => void): void }
  directEditing: { activate(element: CanvasElement): void; complete(): void; isActive(): boolean }
}

export interface Editor {
  get<Name extends keyof Services>(name: Name): Services[Name]
  importXML(xml: string): Promise<unknown>
  saveXML(options: { format: boolean }): Promise<{ xml?: string }>
  getDefinitions(): ModdleElement
  destroy(): void
}

/** What the engine executes; everything else never appears in a menu of the canvas. */
const executable = new Set(
  [
    'user-task',
    'service-task',
    'send-task',
    'receive-task',
    'rule-task',
    'script-task',
    'exclusive-gateway',
    'parallel-gateway',
    'expanded-subprocess',
    'subprocess',
    'none-start-event',
    'none-start',
    'message-start',
    'timer-start',
    'none-end-event',
    'none-end',
    'error-end',
    'terminate-end',
    'message-end',
    'none-intermediate-throwing',
    'none-intermediate-throw',
    'timer-intermediate-catch',
    'message-intermediate-catch',
    'message-intermediate-throw',
    'timer-boundary',
    'message-boundary',
    'error-boundary',
    'non-interrupting-timer-boundary',
    'non-interrupting-message-boundary',
    'default-flow',
    'sequence-flow',
  ].map((name) => `replace-with-${name}`),
)

type Entries = Record<string, unknown>

/** Words of the pad, by what it does. */
export interface PadWords {
  approval: string
  decision: string
  end: string
  note: string
  connect: string
  change: string
  remove: string
}

/** A shape as the palette makes it, by the tool's name. */
export type NewShape = (tool: string) => CanvasElement

const notASource = new Set([
  'bpmn:EndEvent',
  'bpmn:SequenceFlow',
  'bpmn:Participant',
  'bpmn:Lane',
  'bpmn:TextAnnotation',
  'bpmn:Association',
  'label',
])

/** The pad beside what is selected: the next step, a connection, another kind, away. Only what runs. */
function padModule(words: PadWords, newShape: NewShape) {
  function PadProvider(
    this: unknown,
    contextPad: { registerProvider(provider: unknown): void; getPad?(e: unknown): unknown },
    injector: { get(name: string): unknown },
  ) {
    const service = <Name extends keyof Services>(name: Name) => injector.get(name) as Services[Name]
    const entry = (group: string, icon: Component, title: string, action: Entries) => ({
      group,
      title,
      html: `<div class="entry process-pad__entry" draggable="true" role="button" aria-label="${title}">${iconHtml(icon)}</div>`,
      action,
    })
    const append = (icon: Component, title: string, tool: string) => ({
      ...entry('model', icon, title, {
        click: (_: Event, element: CanvasElement) => service('autoPlace').append(element, newShape(tool)),
        dragstart: (event: Event, element: CanvasElement) =>
          (service('create') as unknown as { start(e: Event, s: unknown, c: unknown): void }).start(
            event,
            newShape(tool),
            { source: element },
          ),
      }),
    })
    contextPad.registerProvider({
      getContextPadEntries(element: CanvasElement): Entries {
        const entries: Entries = {}
        if (!notASource.has(element.type) && element.type.startsWith('bpmn:') && element.type !== 'bpmn:Process') {
          entries['append.user-task'] = append(UserRoundCheck, words.approval, 'approve')
          entries['append.gateway'] = append(Diamond, words.decision, 'branch')
          entries['append.end'] = append(CircleStop, words.end, 'end')
          entries['append.note'] = append(StickyNote, words.note, 'note')
          entries['connect'] = entry('connect', Spline, words.connect, {
            click: (event: Event, from: CanvasElement) => service('connect').start(event, from),
            dragstart: (event: Event, from: CanvasElement) => service('connect').start(event, from),
          })
        }
        if (
          !['bpmn:Participant', 'bpmn:Lane', 'bpmn:TextAnnotation', 'bpmn:Association', 'label'].includes(element.type)
        )
          entries['replace'] = entry('edit', Repeat2, words.change, {
            click: (event: MouseEvent, from: CanvasElement) => {
              const box = (event.target as Element).getBoundingClientRect()
              service('popupMenu').open(
                from,
                'bpmn-replace',
                { x: box.left, y: box.bottom + 6, cursor: { x: event.x, y: event.y } },
                { title: words.change, width: 260 },
              )
            },
          })
        entries['delete'] = entry('edit', Trash2, words.remove, {
          click: (_: Event, from: CanvasElement) => service('modeling').removeElements([from]),
        })
        return entries
      },
      getMultiElementContextPadEntries: (elements: CanvasElement[]) => ({
        delete: entry('edit', Trash2, words.remove, {
          click: () => service('modeling').removeElements([...elements]),
        }),
      }),
    })
  }
  PadProvider.$inject = ['contextPad', 'injector']

  function MenuFilter(
    this: unknown,
    popupMenu: { registerProvider(id: string, priority: number, provider: unknown): void },
  ) {
    popupMenu.registerProvider('bpmn-replace', 500, {
      getPopupMenuEntries: () => (entries: Entries) =>
        Object.fromEntries(Object.entries(entries).filter(([name]) => executable.has(name))),
      getPopupMenuHeaderEntries: () => (entries: Entries) =>
        Object.fromEntries(
          Object.entries(entries).filter(
            ([name]) => name === 'toggle-parallel-mi' || name === 'toggle-non-interrupting',
          ),
        ),
    })
  }
  MenuFilter.$inject = ['popupMenu']

  return {
    __init__: ['contextPadProvider', 'menuFilter'],
    contextPadProvider: ['type', PadProvider],
    menuFilter: ['type', MenuFilter],
    // Our own palette stands beside the canvas.
    paletteProvider: ['value', {}],
    palette: ['value', {}],
  }
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

/** The editor on a canvas: our colors (which follow light and dark by themselves), words, sizes and menus. */
export function createEditor(container: HTMLElement, language: string, words: PadWords, newShape: NewShape): Editor {
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
    additionalModules: [{ translate: ['value', canvasTranslate(language)] }, padModule(words, newShape)],
  } as never) as unknown as Editor

  keepMeaningful(editor)
  const factory = editor.get('elementFactory')
  const sizeOf = factory.getDefaultSize.bind(factory)
  factory.getDefaultSize = (element, di) => {
    const size = sizeOf(element, di)
    return size.width === 100 && size.height === 80 ? { width: 96, height: 56 } : size
  }
  return editor
}
