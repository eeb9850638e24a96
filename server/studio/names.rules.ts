import type { ResourceKind } from '../../workflows/runtime/face.ts'

/** Where a name stands in each kind of content; read as text, because a draft need not be well formed. */
const patterns: Record<Exclude<ResourceKind, 'form'>, RegExp> = {
  process: /<(?:\w+:)?process\b[^>]*?\sname="([^"]{1,255})"/,
  decision: /<(?:\w+:)?decision\b[^>]*?\sname="([^"]{1,255})"/,
}

const entities: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&amp;': '&', '&quot;': '"', '&apos;': "'" }

/** The name that a draft gives itself; null when it has none. */
export function nameInContent(kind: ResourceKind, content: string): string | null {
  if (kind === 'form') return nameOfForm(content)
  const found = patterns[kind].exec(content)?.[1]
  return found === undefined
    ? null
    : found.replaceAll(/&(?:lt|gt|amp|quot|apos);/g, (entity) => entities[entity] ?? entity)
}

const idPatterns: Record<Exclude<ResourceKind, 'form'>, RegExp> = {
  process: /<(?:\w+:)?process\b[^>]*?\sid="([^"]{1,255})"/,
  decision: /<(?:\w+:)?decision\b[^>]*?\sid="([^"]{1,255})"/,
}

/** The id under which a content would be published; null when it has none. */
export function idInContent(kind: ResourceKind, content: string): string | null {
  if (kind !== 'form') return idPatterns[kind].exec(content)?.[1] ?? null
  try {
    const { id } = JSON.parse(content) as { id?: unknown }
    return typeof id === 'string' ? id : null
  } catch {
    return null
  }
}

function nameOfForm(content: string): string | null {
  try {
    const { name } = JSON.parse(content) as { name?: unknown }
    if (typeof name === 'string') return name
    return typeof name === 'object' && name !== null && 'zh' in name ? String(name.zh) : null
  } catch {
    return null
  }
}
