import type { ModdleElement } from './moddle.ts'
import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import type { Problem } from '../use-draft.ts'
import { extensionsOf, readExtension, withExtension, type Plain } from './extensions.ts'
import { drawing, type Drawn } from './drawing.ts'
import { kindOf } from './kinds.ts'
import type { MenuWords } from './menus.ts'
import { createEditor, type CanvasElement, type Editor } from './modeler.ts'
import type { Tool } from './tools.ts'
import { useHover } from './use-hover.ts'

/** A step of the diagram that others may name. */
export interface NamedStep {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly isApproval: boolean
  readonly hasForm: boolean
  readonly resultVariable: string | null
}

/** Tools of the editor that stay in the hand, by their name in the palette. */
const held: Record<string, string> = { hand: 'hand', 'global-connect': 'connect' }

/** Kinds of shapes that have a look of their own in canvas.css. */
const looks: Record<string, string> = {
  'bpmn:EndEvent': 'is-end',
  'bpmn:Lane': 'is-lane',
  'bpmn:Participant': 'is-lane',
}

/** The diagram on the canvas as the panel reads and changes it. Every change goes through the editor's command stack. */
export function useDiagram(onChange: () => void) {
  let editor: Editor | null = null
  let quiet = true
  const revision = ref(0)
  const selected = shallowRef<CanvasElement | null>(null)
  const canUndo = ref(false)
  const canRedo = ref(false)
  const zoom = ref(1)
  const tool = ref('select')
  const hover = useHover()

  const the = () => {
    if (!editor) throw new Error('Expected the canvas to be there, but it is not mounted')
    return editor
  }
  const create = (type: string, attributes?: Record<string, unknown>) =>
    the().get('bpmnFactory').create(type, attributes)

  function start(container: HTMLElement, language: string, words: MenuWords) {
    editor = createEditor(container, language, words)
    hover.follow(editor)
    const on = <Event>(name: string, listener: (event: Event) => void) =>
      the()
        .get('eventBus')
        .on(name, listener as never)
    on('commandStack.changed', () => {
      revision.value++
      canUndo.value = the().get('commandStack').canUndo()
      canRedo.value = the().get('commandStack').canRedo()
      if (!quiet) onChange()
    })
    on<{ newSelection: CanvasElement[] }>('selection.changed', ({ newSelection }) => {
      const [first] = newSelection
      selected.value = newSelection.length === 1 && first ? (first.labelTarget ?? first) : null
    })
    on<{ element: CanvasElement; gfx: SVGElement }>('shape.added', ({ element, gfx }) => {
      const kind = looks[element.type]
      if (kind) gfx.classList.add(kind)
    })
    on<{ tool: string | undefined }>(
      'tool-manager.update',
      (event) => (tool.value = held[event.tool ?? ''] ?? 'select'),
    )
    on<{ viewbox: { scale: number } }>('canvas.viewbox.changed', ({ viewbox }) => (zoom.value = viewbox.scale))
  }

  async function show(xml: string) {
    quiet = true
    await the().importXML(xml)
    selected.value = null
    firstView()
    revision.value++
    quiet = false
  }

  /** The whole, where its names can be read; else the beginning, at a size at which they can. */
  function firstView() {
    fit()
    const [first] = shapes(({ type }) => type === 'bpmn:StartEvent')
    if (!first || the().get('canvas').zoom() >= 0.4) return
    the().get('canvas').zoom(0.75)
    the().get('canvas').scrollToElement(first, 60)
  }

  function fit() {
    the().get('canvas').zoom('fit-viewport', 'auto')
  }

  async function xml(): Promise<string> {
    return (await the().saveXML({ format: true })).xml ?? ''
  }

  const set = (element: CanvasElement, properties: Record<string, unknown>) =>
    the().get('modeling').updateProperties(element, properties)
  const setPart = (element: CanvasElement, part: ModdleElement, properties: Record<string, unknown>) =>
    the().get('modeling').updateModdleProperties(element, part, properties)

  function setExtension(element: CanvasElement, type: string, plain: Plain | null, owner = element.businessObject) {
    const extensionElements = withExtension(owner, create, type, plain)
    if (owner === element.businessObject) set(element, { extensionElements })
    else setPart(element, owner, { extensionElements })
  }

  /** Messages and errors stand beside the processes; the one with this mark, or a new one. */
  function rootElement(
    element: CanvasElement,
    type: string,
    key: string,
    attributes: Record<string, unknown>,
  ): ModdleElement {
    const definitions = the().getDefinitions()
    const roots = definitions['rootElements'] as ModdleElement[]
    const found = roots.find((one) => one.$type === type && one[key] === attributes[key])
    if (found) return found
    const made = create(type, attributes)
    made.$parent = definitions
    setPart(element, definitions, { rootElements: [...roots, made] })
    return made
  }

  /** Takes away what stands beside the processes and nobody refers to any more. */
  function dropRoot(element: CanvasElement, root: ModdleElement) {
    const definitions = the().getDefinitions()
    const rootElements = (definitions['rootElements'] as ModdleElement[]).filter((one) => one !== root)
    setPart(element, definitions, { rootElements })
  }

  const roots = (type: string) => {
    void revision.value
    return editor
      ? ((the().getDefinitions()?.['rootElements'] ?? []) as ModdleElement[]).filter((one) => one.$type === type)
      : []
  }

  const shapes = (by: (one: CanvasElement) => boolean) => {
    void revision.value
    return editor
      ? the()
          .get('elementRegistry')
          .filter((one) => one.type !== 'label' && by(one))
      : []
  }
  const isActivity = ({ type }: CanvasElement) => /(?:Task|SubProcess|CallActivity|Transaction)$/.test(type)
  const scopeOf = (element: CanvasElement) => element.businessObject.$parent

  /** Steps of the same level. */
  const activitiesBeside = (element: CanvasElement) =>
    shapes((one) => isActivity(one) && scopeOf(one) === scopeOf(element))

  /** Steps around an element that say how they are undone, and groups of steps. */
  function undoable(element: CanvasElement): CanvasElement[] {
    const around = new Set<unknown>()
    for (let at = scopeOf(element); at; at = at.$parent) around.add(at)
    const undoes = (one: CanvasElement) =>
      (one.attachers ?? []).some((event) => kindOf(event.businessObject) === 'compensateBoundaryEvent')
    return shapes(
      (one) =>
        isActivity(one) &&
        around.has(scopeOf(one)) &&
        !around.has(one.businessObject) &&
        (undoes(one) || /SubProcess$|Transaction$/.test(one.type)),
    )
  }

  /** Names under which the diagram jumps, by the side that says them. */
  const linkNames = (side: 'throw' | 'catch'): string[] => {
    const found = shapes(
      ({ businessObject }) => kindOf(businessObject) === `link${side === 'throw' ? 'Throw' : 'Catch'}Event`,
    )
    const names = found.map(
      ({ businessObject }) => (businessObject['eventDefinitions'] as ModdleElement[])[0]?.name ?? '',
    )
    return [...new Set(names)].filter((name) => name !== '')
  }

  function connect(source: CanvasElement, to: string) {
    const target = the().get('elementRegistry').get(to)
    if (target) the().get('modeling').connect(source, target)
  }

  /** Takes new shapes into the hand; they are put down with the next click. */
  function draw(drawn: Drawn, event: Event) {
    const made = drawing((name) => the().get(name)).shapesOf(drawn)
    the()
      .get('create')
      .start(event, made, { hints: { autoSelect: made.slice(0, 1) } })
  }

  function put(tool: Tool, event: Event) {
    if (tool.key === 'select') {
      if (the().get('handTool').isActive()) the().get('handTool').toggle()
      if (the().get('globalConnect').isActive()) the().get('globalConnect').toggle(event)
      return
    }
    if (tool.key === 'hand') return the().get('handTool').activateHand(event)
    if (tool.key === 'connect') return the().get('globalConnect').toggle(event)
    if (tool.draws) draw(tool.draws, event)
  }

  /** Steps in the order in which they stand in the file. */
  const steps = computed<NamedStep[]>(() => {
    void revision.value
    if (!editor) return []
    return the()
      .get('elementRegistry')
      .filter((one) => one.type.startsWith('bpmn:') && one.type !== 'label' && /Task|StartEvent/.test(one.type))
      .map(({ businessObject: step, type }) => ({
        id: step.id ?? '',
        name: step.name ?? '',
        type,
        isApproval: extensionsOf(step).some(({ $type }) => $type === 'retour:Approval' || $type === 'retour:Actions'),
        hasForm: readExtension(step, 'zeebe:FormDefinition') !== null,
        resultVariable: (readExtension(step, 'zeebe:CalledDecision')?.['resultVariable'] as string | undefined) ?? null,
      }))
  })

  function reveal(id: string) {
    const element = the().get('elementRegistry').get(id)
    if (!element) return
    the().get('canvas').scrollToElement(element, 120)
    the().get('selection').select(element)
  }

  /** A disc with the number of problems at each element that has some. */
  function mark(problems: readonly Problem[], say: (problem: Problem) => string) {
    if (!editor) return
    const overlays = the().get('overlays')
    overlays.remove({ type: 'problem' })
    const byElement = new Map<string, Problem[]>()
    for (const problem of problems)
      if (problem.elementId && the().get('elementRegistry').get(problem.elementId))
        byElement.set(problem.elementId, [...(byElement.get(problem.elementId) ?? []), problem])
    for (const [id, list] of byElement) {
      const disc = document.createElement('button')
      disc.type = 'button'
      disc.className = `process-problem ${list.some((one) => one.severity === 'error') ? 'is-error' : 'is-warning'}`
      disc.textContent = String(list.length)
      disc.title = list.map(say).join('\n')
      disc.setAttribute('aria-label', disc.title)
      disc.addEventListener('click', () => reveal(id))
      overlays.add(id, 'problem', { position: { top: -9, right: 9 }, html: disc })
    }
  }

  onScopeDispose(() => editor?.destroy())

  return {
    revision,
    selected,
    canUndo,
    canRedo,
    zoom,
    tool,
    steps,
    start,
    show,
    xml,
    fit,
    set,
    setPart,
    setExtension,
    rootElement,
    dropRoot,
    roots,
    create,
    put,
    draw,
    append: (source: CanvasElement, drawn: Drawn) => drawing((name) => the().get(name)).append(source, drawn),
    connect,
    disconnect: (line: CanvasElement) => the().get('modeling').removeConnection(line),
    activitiesBeside,
    undoable,
    linkNames,
    hovered: hover.hovered,
    /** Several changes that are one step to undo. */
    together: (run: () => void) => the().get('commandStack').execute('together', { run }),
    reveal,
    mark,
    root: () => the().get('canvas').getRootElement(),
    process: () => roots('bpmn:Process')[0] ?? null,
    /** `UserTask`, for the words of a thing that has no name. */
    kindOf: (id: string) => editor?.get('elementRegistry').get(id)?.type.replace('bpmn:', ''),
    undo: () => the().get('commandStack').undo(),
    redo: () => the().get('commandStack').redo(),
    stepZoom: (by: number) => the().get('zoomScroll').stepZoom(by),
    select: (element: CanvasElement | null) => the().get('selection').select(element),
    resized: () => editor?.get('canvas').resized(),
  }
}

export type Diagram = ReturnType<typeof useDiagram>
