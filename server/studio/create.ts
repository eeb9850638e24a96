import { pinyin } from 'pinyin-pro'
import { ok, type Result } from '../../workflows/model/problem.ts'
import type { ResourceKind } from '../../workflows/runtime/face.ts'
import { blankContent, freeId } from './blank.rules.ts'
import { listResources, type StudioDependencies } from './resources.ts'
import { studioRefusals } from './refusals.ts'
import { saveDraft } from './store.ts'

const longest = 60

/** The id of a name: its pinyin, or its Latin letters; `process` when neither gives one. */
function idOf(kind: ResourceKind, name: string): string {
  const words = pinyin(name, { toneType: 'none', type: 'array', nonZh: 'consecutive', v: true })
  const id = words
    .join('-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[-0-9]+|-+$/g, '')
    .slice(0, longest)
    .replace(/-+$/, '')
  return id === '' || id === 'constructor' || id === 'prototype' ? kind : id
}

/** Begins a process, decision or form as a draft that has no version yet. */
export async function createResource(
  deps: StudioDependencies,
  { kind, name, by }: { kind: ResourceKind; name: string; by: string },
): Promise<Result<{ id: string }>> {
  const known = await listResources(deps)
  const id = freeId(idOf(kind, name), new Set(known.filter((one) => one.kind === kind).map((one) => one.id)))
  const content = blankContent(kind, id, name)
  const draft = { kind, id, name, content, basedOn: 0, savedAt: deps.clock.now(), savedBy: by }
  return (await saveDraft(deps.store, draft, 0)) ? ok({ id }) : studioRefusals.idTaken(id)
}
