import { computed, inject, type ComputedRef, type InjectionKey } from 'vue'
import { useI18n } from 'vue-i18n'
import type { StudioCatalog } from '../../../../server/contract/studio.ts'
import { localized } from '../../../i18n/localized.ts'
import type { Plain } from '../extensions.ts'
import { readExtension } from '../extensions.ts'
import type { ModdleElement } from '../moddle.ts'
import type { CanvasElement } from '../modeler.ts'
import type { Diagram } from '../use-diagram.ts'

export interface PanelContext {
  readonly diagram: Diagram
  readonly catalog: ComputedRef<StudioCatalog>
}

export const panelKey: InjectionKey<PanelContext> = Symbol('panel')

export interface Option {
  readonly value: string
  readonly label: string
}

/** What all parts of the panel need: the words of the catalog, and reading and writing of one kind of extension. */
export function usePanel() {
  const context = inject(panelKey)
  if (!context) throw new Error('Expected to stand in the panel of a process designer, but there is none around')
  const { diagram, catalog } = context
  const { t, locale } = useI18n()
  const word = (text: string | { readonly zh: string; readonly en?: string }) => localized(text, locale.value)

  /**
   * The extension of an element as plain data that follows every change, and how to write it; of something that is not
   * drawn itself (the process) by its owner.
   */
  function extension(
    element: () => CanvasElement,
    type: string,
    owner: () => ModdleElement = () => element().businessObject,
  ) {
    const plain = computed<Plain | null>(() => {
      void diagram.revision.value
      return readExtension(owner(), type)
    })
    const write = (next: Plain | null) => diagram.setExtension(element(), type, next, owner())
    return {
      plain,
      write,
      /** Changes some attributes and leaves the others. */
      patch: (change: Plain) => write({ ...plain.value, ...change }),
    }
  }

  const roleName = (key: string) => {
    const role = catalog.value.roles.find((one) => one.key === key)
    return role ? word(role.name) : key === 'customer' ? t('process.who.customer') : key
  }
  const personName = (id: string) => catalog.value.people.find((one) => one.id === id)?.name ?? id
  const stepName = (id: string) => {
    const step = diagram.steps.value.find((one) => one.id === id)
    return step?.name || id
  }

  return { t, locale, word, diagram, catalog, extension, roleName, personName, stepName }
}

export const textOf = (plain: Plain | null, name: string): string => {
  const value = plain?.[name]
  return typeof value === 'string' ? value : ''
}
export const listOf = (plain: Plain | null, name: string): Plain[] => {
  const value = plain?.[name]
  return Array.isArray(value) ? value : []
}

/** The options with the one that stands in the diagram among them, so that nothing is shown as something else. */
export const withCurrent = (options: readonly Option[], value: string, label: string): readonly Option[] =>
  value === '' || options.some((option) => option.value === value) ? options : [...options, { value, label }]
