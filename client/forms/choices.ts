import { computed, ref, watchEffect } from 'vue'
import type { JsonSchema } from '../../server/contract/form-schema.ts'
import { localized } from '../i18n/localized.ts'
import type { Choice } from './form-context.ts'
import type { Field } from './field.ts'

const offered = (schema: JsonSchema | undefined): Choice[] => {
  const named = schema?.oneOf?.filter((entry) => 'const' in entry)
  if (named?.length) {
    return named.map((entry) => ({
      value: entry['const'] as Choice['value'],
      label: {
        zh: entry.title ?? String(entry['const']),
        en: entry['x-title-en'] ?? entry.title ?? String(entry['const']),
      },
    }))
  }
  return ((schema?.['enum'] as Choice['value'][] | undefined) ?? []).map((value) => ({ value, label: String(value) }))
}

/** What can be chosen: listed in the schema, or in a catalog that the page brings. */
export function useChoices(field: Field, schemaOf: (schema: JsonSchema) => JsonSchema | undefined) {
  const catalogName = computed(
    () => (field.options.value['catalog'] ?? field.schema.value['x-catalog']) as string | undefined,
  )
  const catalog = ref<readonly Choice[]>([])
  watchEffect(async () => {
    const name = catalogName.value
    if (name) catalog.value = await field.form.catalog(name)
  })
  const choices = computed(() =>
    (catalogName.value ? catalog.value : offered(schemaOf(field.schema.value))).map((choice) => ({
      value: choice.value,
      label: localized(choice.label, field.locale.value),
      note: localized(choice.note, field.locale.value),
    })),
  )
  const wordOf = (value: unknown) =>
    choices.value.find((choice) => choice.value === value)?.label ?? (value === undefined ? '' : String(value))
  return { choices, wordOf, catalogName }
}
