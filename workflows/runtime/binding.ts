import type { CompiledProcess } from '../engine/compiled.ts'
import type { Binding } from '../model/definition.ts'
import type { ResourceKind } from './face.ts'
import type { ReadPart } from './read-resource.ts'

/** What a process refers to by an id, or by one that only a case knows (null), and which version it means. */
export interface Reference {
  kind: ResourceKind
  id: string | null
  binding: Binding
}

export const referencesOf = ({ nodes }: CompiledProcess): Reference[] =>
  nodes.flatMap(({ call, decision, formBinding, parsed: { formId } }): Reference[] => [
    ...(call ? [{ kind: 'process' as const, id: call.processId.text, binding: call.binding }] : []),
    ...(decision ? [{ kind: 'decision' as const, id: decision.decisionId.text, binding: decision.binding }] : []),
    ...(formId === undefined ? [] : [{ kind: 'form' as const, id: formId, binding: formBinding }]),
  ])

/** Name of something that is published in tables of all kinds: of a process its id; no id has the sign. */
export const publishedName = (kind: ResourceKind, id: string): string => (kind === 'process' ? id : `${kind}:${id}`)

/** Ids under which a part is found: a file of decisions by each that it has. */
const idsOf = ({ kind, id, decisions }: ReadPart): string[] => (kind === 'decision' ? (decisions ?? []) : [id])

/** Versions of parts that are published together, by their names. */
export const versionsOf = (parts: readonly { part: ReadPart; version: number }[]): Record<string, number> =>
  Object.fromEntries(
    parts.flatMap(({ part, version }) => idsOf(part).map((id) => [publishedName(part.kind, id), version] as const)),
  )

/** Version tags of a part, by the names of what has them. */
export const tagsOf = ({ kind, id, versionTag, decisionTags }: ReadPart): [name: string, tag: string][] => [
  ...(versionTag === undefined ? [] : [[publishedName(kind, id), versionTag] as [string, string]]),
  ...Object.entries(decisionTags ?? {}).map(([each, tag]): [string, string] => [publishedName(kind, each), tag]),
]

/** Versions that a process keeps to of what it binds to as published with it; null when it binds to nothing so. */
export function boundVersions(
  { process }: ReadPart,
  together: Readonly<Record<string, number>>,
): Record<string, number> | null {
  const bound = process ? referencesOf(process).filter(({ binding }) => binding.kind === 'deployment') : []
  if (bound.length === 0) return null
  const isMeant = (name: string) =>
    bound.some(({ kind, id }) => (id === null ? isOfKind(name, kind) : publishedName(kind, id) === name))
  return Object.fromEntries(Object.entries(together).filter(([name]) => isMeant(name)))
}

/** Whether a name is one of things of a kind. */
export const isOfKind = (name: string, kind: ResourceKind) =>
  kind === 'process' ? !name.includes(':') : name.startsWith(`${kind}:`)
