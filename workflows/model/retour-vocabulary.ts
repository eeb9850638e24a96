import type { ModdleElement } from 'bpmn-moddle'
import type { Unsupported } from './definition.ts'
import { extensions, lower } from './read-values.ts'
import descriptor from './retour-moddle.json' with { type: 'json' }

/** Where each of our words may stand, as the descriptor says; one that stands inside another has no place of its own. */
const places = new Map(
  descriptor.types.map(({ name, meta }) => [
    `retour:${name}`,
    (meta as { allowedIn: string[] } | undefined)?.allowedIn ?? [],
  ]),
)

/** Words of ours where they say nothing, or a second time, so that one of them would be left unread. */
export function retourTrouble(holder: ModdleElement): Unsupported[] {
  const found: Unsupported[] = []
  const seen = new Set<string>()
  for (const { $type: type } of extensions(holder)) {
    const allowedIn = places.get(type)
    if (!allowedIn) continue
    const isHere = allowedIn.some((host) => holder.$instanceOf(host)) && !seen.has(type)
    if (!isHere) found.push({ what: `retour:${lower(type.slice('retour:'.length))}`, code: 'bpmn.not_allowed_here' })
    seen.add(type)
  }
  return found
}
