import {
  CircleStop,
  Clock,
  Cog,
  Diamond,
  Ellipsis,
  Mail,
  Repeat2,
  Spline,
  StickyNote,
  Trash2,
  UserRoundCheck,
} from '@lucide/vue'
import type { Component } from 'vue'
import { drawing, surroundingsOf, type Service } from './drawing.ts'
import { iconHtml } from './icon-html.ts'
import { followersOf, kindGroups, kindOf, kinds, replacementsOf } from './kinds.ts'
import type { CanvasElement } from './modeler.ts'
import { toolNamed } from './tools.ts'

type Entries = Record<string, unknown>

/** Says a text of the page by its key. */
export type MenuWords = (key: string) => string

/** What stands in the pad for the usual next steps: the tool, its sign, and the kind that it draws. */
const usual: readonly { readonly tool: string; readonly icon: Component; readonly word: string }[] = [
  { tool: 'approve', icon: UserRoundCheck, word: 'process.pad.approval' },
  { tool: 'branch', icon: Diamond, word: 'process.pad.decision' },
  { tool: 'end', icon: CircleStop, word: 'process.pad.end' },
]
const afterEventGateway: typeof usual = [
  { tool: 'message', icon: Mail, word: 'element.messageCatchEvent.name' },
  { tool: 'timer', icon: Clock, word: 'element.timerCatchEvent.name' },
]
const undoing: typeof usual = [{ tool: 'automatic', icon: Cog, word: 'element.undoStep' }]

const notReplaced = new Set([
  'bpmn:Participant',
  'bpmn:Lane',
  'bpmn:TextAnnotation',
  'bpmn:Association',
  'bpmn:MessageFlow',
  'bpmn:DataInputAssociation',
  'bpmn:DataOutputAssociation',
  'bpmn:Group',
  'label',
])
/** Entries of the editor's own menu for what is not a step. */
const kept = new Set(
  ['default-flow', 'sequence-flow', 'data-object-reference', 'data-store-reference'].map(
    (name) => `replace-with-${name}`,
  ),
)
const keptAbove = new Set(['toggle-parallel-mi', 'toggle-sequential-mi', 'toggle-loop', 'toggle-non-interrupting'])

/** The pad beside what is selected and its menus: the next step, a connection, another kind, away. Only what runs. */
export function menuModule(say: MenuWords) {
  function entriesFor(names: readonly string[], act: (kind: string) => () => void): Entries {
    const order = (name: string) => kindGroups.indexOf(kinds.get(name)!.group)
    return Object.fromEntries(
      [...names]
        .sort((one, other) => order(one) - order(other))
        .map((name) => {
          const { group, icon } = kinds.get(name)!
          return [
            `kind-${name}`,
            {
              label: say(`element.${name}.name`),
              description: say(`element.${name}.does`),
              title: say(`element.${name}.does`),
              search: name,
              className: icon,
              group: { id: group, name: say(`element.groups.${group}`) },
              action: act(name),
            },
          ]
        }),
    )
  }

  function Pad(
    this: unknown,
    contextPad: { registerProvider(provider: unknown): void; close(): void },
    injector: { get(name: string): unknown },
  ) {
    const service = ((name: string) => injector.get(name)) as Service
    const entry = (group: string, icon: Component, title: string, action: Entries) => ({
      group,
      title,
      html: `<div class="entry process-pad__entry" draggable="true" role="button" aria-label="${title}">${iconHtml(icon)}</div>`,
      action,
    })
    const append = (icon: Component, title: string, tool: string) =>
      entry('model', icon, title, {
        click: (_: Event, element: CanvasElement) => drawing(service).append(element, toolNamed(tool)),
        dragstart: (event: Event, element: CanvasElement) =>
          service('create').start(event, drawing(service).shapesOf(toolNamed(tool)).slice(0, 1), { source: element }),
      })
    const menu = (group: string, icon: Component, title: string, id: string) =>
      entry(group, icon, title, {
        click: (event: MouseEvent, from: CanvasElement) => {
          const box = (event.target as Element).getBoundingClientRect()
          service('popupMenu').open(
            from,
            id,
            { x: box.left, y: box.bottom + 6, cursor: { x: event.x, y: event.y } },
            { title, width: 320, search: true },
          )
        },
      })
    contextPad.registerProvider({
      getContextPadEntries(element: CanvasElement): Entries {
        const entries: Entries = {}
        const kind = element.type === 'label' ? 'label' : kindOf(element.businessObject)
        if (kinds.has(kind)) {
          // A step that only undoes stands beside the flow.
          const undoes = element.businessObject['isForCompensation'] === true
          const next = new Set(undoes ? [] : followersOf(kind, surroundingsOf(element)))
          const offered =
            kind === 'eventBasedGateway' ? afterEventGateway : kind === 'compensateBoundaryEvent' ? undoing : usual
          for (const { tool, icon, word } of offered)
            if (next.has(toolNamed(tool).kind)) entries[`append.${tool}`] = append(icon, say(word), tool)
          if (next.size > 0) entries['append.more'] = menu('model', Ellipsis, say('element.addNext'), 'kind-append')
          entries['append.note'] = append(StickyNote, say('process.pad.note'), 'note')
          if (next.size > 0)
            entries['connect'] = entry('connect', Spline, say('process.pad.connect'), {
              click: (event: Event, from: CanvasElement) => service('connect').start(event, from),
              dragstart: (event: Event, from: CanvasElement) => service('connect').start(event, from),
            })
        }
        if (/^data(?:Object|Store)Reference$/.test(kind))
          entries['connect'] = entry('connect', Spline, say('process.pad.connect'), {
            click: (event: Event, from: CanvasElement) => service('connect').start(event, from),
            dragstart: (event: Event, from: CanvasElement) => service('connect').start(event, from),
          })
        if (!notReplaced.has(element.type))
          entries['replace'] = menu('edit', Repeat2, say('process.pad.change'), 'bpmn-replace')
        entries['delete'] = entry('edit', Trash2, say('process.pad.remove'), {
          click: (_: Event, from: CanvasElement) => service('modeling').removeElements([from]),
        })
        return entries
      },
      getMultiElementContextPadEntries: (elements: CanvasElement[]) => ({
        delete: entry('edit', Trash2, say('process.pad.remove'), {
          click: () => service('modeling').removeElements([...elements]),
        }),
      }),
    })
  }
  Pad.$inject = ['contextPad', 'injector']

  function Menus(
    this: unknown,
    popupMenu: { registerProvider(id: string, priority: number, provider: unknown): void },
    injector: { get(name: string): unknown },
  ) {
    const service = ((name: string) => injector.get(name)) as Service
    const draw = drawing(service)
    popupMenu.registerProvider('bpmn-replace', 500, {
      getPopupMenuEntries: (element: CanvasElement) => (entries: Entries) => {
        const kind = kindOf(element.businessObject)
        if (!kinds.has(kind)) return Object.fromEntries(Object.entries(entries).filter(([name]) => kept.has(name)))
        return entriesFor(replacementsOf(kind, surroundingsOf(element)), (name) => () => draw.become(element, name))
      },
      getPopupMenuHeaderEntries: () => (entries: Entries) =>
        Object.fromEntries(Object.entries(entries).filter(([name]) => keptAbove.has(name))),
    })
    popupMenu.registerProvider('kind-append', 1000, {
      getPopupMenuEntries: (element: CanvasElement) =>
        entriesFor(
          followersOf(kindOf(element.businessObject), surroundingsOf(element)),
          (kind) => () => draw.append(element, { kind }),
        ),
    })
  }
  Menus.$inject = ['popupMenu', 'injector']

  return {
    __init__: ['contextPadProvider', 'kindMenus'],
    contextPadProvider: ['type', Pad],
    kindMenus: ['type', Menus],
    // Our own palette stands beside the canvas.
    paletteProvider: ['value', {}],
    palette: ['value', {}],
  }
}
