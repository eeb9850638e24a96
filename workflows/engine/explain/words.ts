import type { ParsedNode, ParsedProcess } from '../../model/definition.ts'
import type { Sentence } from '../../model/problem.ts'
import { elements } from '../elements/table.ts'
import type { ActorId } from '../instance.ts'
import { clockTime, millisecondsOf } from '../instants.ts'

/** How the reader of an explanation calls people, and in which zone he reads the clock. */
export interface Words {
  person(id: ActorId): string
  timeZone: string
  /** Whether he may read a variable, by its path; all unless said otherwise. */
  shows?(path: string): boolean
  /** What people call a message or signal; undefined: by its name. */
  message?(name: string): Sentence | undefined
}

export const both = (text: string): Sentence => ({ zh: text, en: text })

/** A message or signal as people call it. */
export const messageIn = ({ message }: Words, name: string): Sentence => message?.(name) ?? both(name)

/** The same in both languages, joined as each of them does. */
export const listed = (all: readonly Sentence[]): Sentence => ({
  zh: all.map(({ zh }) => zh).join('、'),
  en: all.map(({ en }) => en).join(', '),
})

const noKind: Sentence = { zh: '步骤', en: 'step' }

/** What people call an element: its name, else what it is (coverage (c)16). */
export function nameOf(node: Pick<ParsedNode, 'id' | 'name' | 'kind'>): Sentence {
  if (node.name !== '') return { zh: `「${node.name}」`, en: `"${node.name}"` }
  const kind = elements.get(node.kind)?.name ?? noKind
  return { zh: `${kind.zh}「${node.id}」`, en: `the ${kind.en} "${node.id}"` }
}

/** The same of an element that may not be in this version of the process. */
export function nameIn(process: ParsedProcess, id: string): Sentence {
  const node = process.nodes.find((one) => one.id === id)
  if (node) return nameOf(node)
  return id === process.id ? { zh: '流程', en: 'the process' } : { zh: `「${id}」`, en: `"${id}"` }
}

/** A point of time as people read it: day and time in their zone. */
export function instantOf(instant: string, { timeZone }: Words): Sentence {
  const milliseconds = millisecondsOf(instant)
  if (milliseconds === null) return both(instant)
  const date = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(milliseconds)
  return both(`${date} ${clockTime(instant, timeZone)}`)
}
