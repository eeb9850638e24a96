import { computed } from 'vue'
import type { SentencePart } from '../../../components/RtSentence.vue'
import { textOf, type usePanel } from './context.ts'

const bindings = ['latest', 'deployment', 'versionTag'] as const

/** Which version of a process, a decision or a form a step means: a sentence, and how a change of it is written. */
export function useBinding(
  reference: ReturnType<ReturnType<typeof usePanel>['extension']>,
  t: ReturnType<typeof usePanel>['t'],
) {
  const which = computed<SentencePart[]>(() => {
    const value = textOf(reference.plain.value, 'bindingType') || 'latest'
    return [
      { kind: 'text', text: t('process.call.version') },
      {
        kind: 'pick',
        key: 'bindingType',
        label: t('process.call.version'),
        value,
        options: bindings.map((one) => ({ value: one, label: t(`process.call.binding.${one}`) })),
      },
      ...(value === 'versionTag'
        ? [
            {
              kind: 'write' as const,
              key: 'versionTag',
              label: t('process.call.binding.versionTag'),
              value: textOf(reference.plain.value, 'versionTag'),
            },
          ]
        : []),
    ]
  })

  function bind(key: string, value: string | number | null) {
    const said = String(value ?? '').trim()
    const { versionTag: _tag, ...rest } = reference.plain.value ?? {}
    if (key === 'bindingType' && said !== 'versionTag') reference.write({ ...rest, bindingType: said })
    else reference.patch({ [key]: said })
  }

  return { which, bind }
}
