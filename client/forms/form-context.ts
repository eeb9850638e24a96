import { inject, type ComputedRef, type InjectionKey } from 'vue'
import type { FieldRights } from '../../workflows/model/approval.ts'
import type { LocalizedText } from '../i18n/localized.ts'

/** One entry of a choice. */
export interface Choice {
  readonly value: string | number | boolean
  readonly label: LocalizedText
  readonly note?: LocalizedText
}

export interface Person {
  readonly id: string
  readonly name: string
  readonly department?: string | null
}

/** A file that the server keeps; this card is what the data of a file field holds. */
export interface StoredFile {
  readonly id: string
  readonly name: string
  readonly size: number
  readonly type: string
}

/** A line of the order that an order line field may take from. */
export interface OrderLineOffer {
  readonly orderLineId: string
  readonly name: string
  readonly sku?: string | null
  /** What the customer paid for one, minor units. */
  readonly unitPaid: number
  /** How many may still be taken. */
  readonly available: number
  /** Why none can be taken, when `available` is 0. */
  readonly refusal?: string | null
}

/** What a form cannot know by itself; the page that shows it brings it. What is absent is not offered. */
export interface FormSources {
  readonly currency?: string
  readonly orderLines?: readonly OrderLineOffer[]
  catalog?(name: string): Promise<readonly Choice[]>
  people?(query: string): Promise<readonly Person[]>
  person?(id: string): Promise<Person | null>
  upload?(file: File, progress: (share: number) => void): Promise<StoredFile>
  fileUrl?(id: string): string
  /** The card of a file of which the data holds only the id. */
  file?(id: string): Promise<StoredFile | null>
}

export interface FormContext {
  readonly rights: ComputedRef<FieldRights>
  readonly sources: ComputedRef<FormSources>
  /** The sentence that stands at a place now, empty when there is none or it is too early to say it. */
  problemAt(pointer: string): string
  /** The person has left a field, so its problem may be said. */
  touch(pointer: string): void
  catalog(name: string): Promise<readonly Choice[]>
}

export const formContextKey: InjectionKey<FormContext> = Symbol('form')

export function useFormContext(): FormContext {
  const context = inject(formContextKey)
  if (!context) throw new Error('Expected a form control to stand inside FormView, but there is none around it')
  return context
}
