import { flushPromises } from '@vue/test-utils'
import { BpmnModdle } from 'bpmn-moddle'
import { computed, defineComponent, h, provide, ref, shallowRef, type Component } from 'vue'
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json' with { type: 'json' }
import { panelKey } from '../../client/designers/process/panel/context.ts'
import { withExtension, type Plain } from '../../client/designers/process/extensions.ts'
import { kindOf } from '../../client/designers/process/kinds.ts'
import type { ModdleElement } from '../../client/designers/process/moddle.ts'
import type { CanvasElement } from '../../client/designers/process/modeler.ts'
import type { Diagram } from '../../client/designers/process/use-diagram.ts'
import type { StudioCatalog } from '../../server/contract/studio.ts'
import type { ParsedNode, ParsedProcess } from '../../workflows/model/definition.ts'
import { readBpmn } from '../../workflows/model/read-bpmn.ts'
import retour from '../../workflows/model/retour-moddle.json' with { type: 'json' }
import { show } from './mount.ts'

const catalog = {
  variables: [{ path: 'refund.amount', label: { zh: '退款金额', en: 'Refund' }, type: 'money' }],
  jobTypes: [
    { type: 'refund.create', name: { zh: '退款', en: 'Refund' } },
    { type: 'notify', name: { zh: '通知', en: 'Notify' } },
  ],
  messages: [{ name: 'goods.back', label: { zh: '货寄回来了', en: 'Goods are back' }, key: 'case.caseNo' }],
  roles: [],
  people: [],
  forms: [],
  decisions: [],
  calendars: [],
} as unknown as StudioCatalog

const header =
  'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:retour="urn:retour:1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'

/** Everything below an element that has an id. */
function* withIds(element: ModdleElement): Generator<ModdleElement> {
  if (element.id) yield element
  for (const name of ['rootElements', 'flowElements', 'dataInputAssociations', 'dataOutputAssociations'])
    for (const inner of (element[name] ?? []) as ModdleElement[]) yield* withIds(inner)
}

/**
 * A section of the studio's panel for one element of a diagram on paper: without a canvas, written and read as the file
 * says it. `inside` is what stands in the process `p`, `beside` what stands beside it.
 */
export async function aPanel(section: Component, inside: string, id: string, beside = '', more: object = {}) {
  const moddle = new BpmnModdle({ zeebe, retour } as never)
  const text = `<bpmn:definitions ${header} targetNamespace="urn:test">${beside}<bpmn:process id="p" isExecutable="true">${inside}</bpmn:process></bpmn:definitions>`
  const { rootElement } = await moddle.fromXML(text)
  const definitions = rootElement as unknown as ModdleElement
  const roots = (type: string) =>
    ((definitions['rootElements'] ?? []) as ModdleElement[]).filter(({ $type }) => $type === type)
  const businessObject = [...withIds(definitions)].find((one) => one.id === id)!
  const element = { id, type: businessObject.$type, businessObject } as CanvasElement

  const revision = ref(0)
  let made = 0
  const create = (type: string, attributes: Record<string, unknown> = {}) => {
    const part = moddle.create(type as never, attributes as never) as unknown as ModdleElement
    if (!part.id && /(?:Definition|Message|Signal|Error|Escalation)$/.test(type)) part.id = `made${++made}`
    return part
  }
  function setPart(_: CanvasElement, part: ModdleElement, properties: Record<string, unknown>) {
    for (const [name, value] of Object.entries(properties))
      (part as unknown as { set(name: string, value: unknown): void }).set(name, value)
    revision.value++
  }
  const set = (at: CanvasElement, properties: Record<string, unknown>) => setPart(at, at.businessObject, properties)
  const diagram = {
    revision,
    selected: shallowRef(element),
    steps: ref([]),
    create,
    set,
    setPart,
    setExtension(at: CanvasElement, type: string, plain: Plain | null, owner = at.businessObject) {
      setPart(at, owner, { extensionElements: withExtension(owner, create, type, plain) })
    },
    rootElement(at: CanvasElement, type: string, key: string, attributes: Record<string, unknown>) {
      const found = roots(type).find((one) => one[key] === attributes[key])
      if (found) return found
      const root = create(type, attributes)
      root.$parent = definitions
      setPart(at, definitions, { rootElements: [...(definitions['rootElements'] as ModdleElement[]), root] })
      return root
    },
    dropRoot(at: CanvasElement, root: ModdleElement) {
      const rootElements = (definitions['rootElements'] as ModdleElement[]).filter((one) => one !== root)
      setPart(at, definitions, { rootElements })
    },
    roots: (type: string) => (void revision.value, roots(type)),
    activitiesBeside: () => [],
    undoable: () => [],
    linkNames: (side: string) =>
      [...withIds(definitions)]
        .filter((one) => kindOf(one) === `link${side === 'throw' ? 'Throw' : 'Catch'}Event`)
        .map((one) => (one['eventDefinitions'] as ModdleElement[])[0]?.name ?? ''),
    together: (run: () => void) => run(),
    process: () => roots('bpmn:Process')[0] ?? null,
  } as unknown as Diagram

  const host = defineComponent({
    setup() {
      provide(panelKey, { diagram, catalog: computed(() => catalog) })
      return () => h(section, { element, ...more })
    },
  })
  const { wrapper } = await show(host)
  const words = (name: string) => wrapper.findAll(`[aria-label^="${name}"]`)

  return {
    wrapper,
    /** What the file says, as it would be stored. */
    xml: async () => (await moddle.toXML(rootElement, { format: false })).xml,
    /** What the engine reads in it. */
    async read(): Promise<ParsedProcess> {
      const { xml } = await moddle.toXML(rootElement)
      const parsed = await readBpmn(xml)
      if (!parsed.ok) throw new Error(JSON.stringify(parsed))
      return parsed.definitions.processes[0]!
    },
    async node(nodeId = id): Promise<ParsedNode> {
      return (await this.read()).nodes.find((one) => one.id === nodeId)!
    },
    /** Picks a word of a sentence by the label of the picker; of several with one label the one at `at`. */
    async pick(label: string, option: string, at = 0) {
      const button = words(`${label}: `).filter((one) => one.element.tagName === 'BUTTON')[at]!
      const menu = button.element.parentElement!
      const items = [...menu.querySelectorAll<HTMLElement>('[role=menuitemradio]')]
      const found = items.find((item) => item.textContent?.trim().startsWith(option))
      if (!found) throw new Error(`${label} offers ${items.map((item) => item.textContent?.trim()).join(', ')}`)
      found.click()
      await flushPromises()
    },
    /** Writes into the field of this label, in a sentence or below it. */
    async write(label: string, value: string, at = 0) {
      const field =
        words(label).filter((one) => one.element.tagName === 'INPUT')[at] ??
        wrapper
          .findAll('.rt-field, label')
          .filter((one) => one.text().startsWith(label))
          .map((one) => one.find('input'))[at]!
      await field.setValue(value)
      await field.trigger('change')
      await flushPromises()
    },
    /** Gives a formula or a condition, as its editor does when it is left. */
    async formula(label: string, body: string, at = 0) {
      const fields = ['FormulaField', 'ConditionField'].flatMap((name) => wrapper.findAllComponents({ name }))
      fields.filter((field) => field.props()['label'] === label)[at]!.vm.$emit('change', body)
      await flushPromises()
    },
    press: async (label: string, at = 0) => {
      const buttons = wrapper
        .findAll('button')
        .filter((one) => one.text() === label || one.attributes('aria-label') === label)
      await buttons[at]!.trigger('click')
      await flushPromises()
    },
  }
}
