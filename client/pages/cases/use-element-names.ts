import { useI18n } from 'vue-i18n'
import type { FlowElement } from '../../designers/process/read-elements.ts'

/** What people call the elements of a diagram: by their names, else by what they are. */
export function useElementNames(elements: () => readonly FlowElement[]) {
  const { t } = useI18n()
  const kindWord = (kind: string) => t(`element.${kind}.name`)
  const find = (id: string) => elements().find((one) => one.id === id)

  const nameOf = (id: string): string => {
    const element = find(id)
    return element ? element.name || kindWord(element.kind) : id
  }

  /** The elements as options; what stands inside of something, or has no name, says more beside it. */
  const optionsOf = (some: readonly FlowElement[]) =>
    some.map(({ id, name, kind, parent }) => {
      const note = parent !== null ? nameOf(parent) : name === '' ? id : kindWord(kind)
      return { value: id, label: name || kindWord(kind), note }
    })

  /** A sentence of the server with the names of what it calls by their ids. */
  const withNames = (sentence: string) =>
    sentence.replaceAll(/「([^」]+)」|"([^"]+)"/g, (whole, zh?: string, en?: string) => {
      const id = zh ?? en ?? ''
      return find(id) ? whole.replace(id, nameOf(id)) : whole
    })

  return { find, nameOf, optionsOf, withNames, kindWord }
}
