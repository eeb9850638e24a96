import { useJsonFormsControl, type ControlProps } from '@jsonforms/vue'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { accessOf, canWriteField, fieldPathOf, type JsonSchema } from '../../server/contract/form-schema.ts'
import { localized } from '../i18n/localized.ts'
import { useFormContext } from './form-context.ts'

/** Everything that a control needs to know about its field; the same for all of them. */
export function useField<Value = unknown>(props: ControlProps) {
  const { control, handleChange } = useJsonFormsControl(props)
  const form = useFormContext()
  const { locale, t } = useI18n()

  const schema = computed(() => control.value.schema as unknown as JsonSchema)
  const options = computed(() => (control.value.uischema.options ?? {}) as Record<string, unknown>)
  const path = computed(() => fieldPathOf(control.value.path))
  const pointer = computed(() => `/${control.value.path.replaceAll('.', '/')}`)
  const access = computed(() => accessOf(form.rights.value, path.value))
  const writable = computed(() => canWriteField(form.rights.value, { path: path.value, schema: schema.value }))
  const required = computed(() => writable.value && (access.value === 'required' || control.value.required))

  const text = (zh: unknown, en: unknown): string =>
    localized(typeof en === 'string' && en !== '' ? { zh: String(zh ?? ''), en } : String(zh ?? ''), locale.value)
  const title = computed(() => {
    const label = control.value.uischema.label
    const own = typeof label === 'string' ? text(label, options.value['labelEn']) : ''
    return own || text(schema.value.title, schema.value['x-title-en']) || (path.value.split('.').at(-1) ?? '')
  })
  const help = computed(
    () =>
      text(options.value['help'], options.value['helpEn']) ||
      text(schema.value.description, schema.value['x-description-en']),
  )

  const value = computed<Value | undefined>({
    get: () => (control.value.data ?? undefined) as Value | undefined,
    set: (next) => handleChange(control.value.path, next),
  })

  return {
    control,
    schema,
    options,
    path,
    pointer,
    access,
    writable,
    required,
    title,
    help,
    value,
    text,
    t,
    locale,
    form,
    /** In a cell of a table the head says the name. */
    bare: computed(() => control.value.uischema.label === false),
    visible: computed(() => control.value.visible && access.value !== 'hidden'),
    problem: computed(() => form.problemAt(pointer.value)),
    touch: () => form.touch(pointer.value),
  }
}

export type Field = ReturnType<typeof useField>
