import type { ModdleElement } from 'bpmn-moddle'
import type { Binding, Unsupported } from './definition.ts'
import { text } from './read-values.ts'

export const latest: Binding = { kind: 'latest' }

/**
 * Which version a reference means (`bindingType`, `versionTag`): of a process that is called, a decision that is
 * evaluated, or a form that is filled in. `what` is the reference's own name in the XML.
 */
export function readBinding(reference: ModdleElement | undefined, what: string, unsupported: Unsupported[]): Binding {
  const kind = text(reference?.['bindingType']) ?? 'latest'
  if (kind === 'latest') return latest
  if (kind === 'deployment') return { kind }
  if (kind === 'versionTag') {
    const tag = text(reference?.['versionTag'])
    if (tag === null) unsupported.push({ what: `${what} versionTag`, code: 'bpmn.missing' })
    return { kind, tag: tag ?? '' }
  }
  unsupported.push({ what: `${what} bindingType="${kind}"`, code: 'bpmn.not_executable' })
  return latest
}
