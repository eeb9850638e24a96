import type { Binding } from '../model/definition.ts'

/**
 * What a reference to a decision or a form is pinned by: its id, and how it binds when that is not to the latest; the
 * sign is none that an id may have.
 */
export function pinOf(id: string, binding: Binding): string {
  if (binding.kind === 'latest') return id
  return binding.kind === 'deployment' ? `${id}@` : `${id}@${binding.tag}`
}

/** Whether a pin means the version that was published with the process. */
export const isOfDeployment = (pin: string) => pin.endsWith('@')

/** The id of what a pin is about. */
export function pinnedId(pin: string): string {
  const end = pin.indexOf('@')
  return end < 0 ? pin : pin.slice(0, end)
}
