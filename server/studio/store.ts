import type { CollectionSpec, Store, Stored } from '../../workflows/runtime/ports.ts'
import type { ResourceKind } from '../../workflows/runtime/face.ts'

/** Work in progress on a process, decision or form; one draft each, saved by compare-and-set. */
export interface Draft {
  kind: ResourceKind
  id: string
  name: string
  content: string
  /** The version that it started from, 0 for something new. */
  basedOn: number
  savedAt: string
  savedBy: string
}

export const studioCollections: CollectionSpec[] = [{ name: 'drafts', indexes: [{ fields: ['kind', 'id'] }] }]

const draftId = (kind: ResourceKind, id: string) => `${kind}:${id}`

export const loadDraft = (store: Store, kind: ResourceKind, id: string): Promise<Stored<Draft> | null> =>
  store.load<Draft>('drafts', draftId(kind, id))

export async function allDrafts(store: Store): Promise<Draft[]> {
  const page = await store.find<Draft>('drafts', { limit: 1000 })
  return page.items.map(({ data }) => data)
}

/** Saves when the draft is still at the revision that the designer opened; false when somebody was faster. */
export async function saveDraft(store: Store, draft: Draft, revision: number): Promise<boolean> {
  const aggregate = { collection: 'drafts', id: draftId(draft.kind, draft.id), expectedVersion: revision, data: draft }
  return (await store.commit({ aggregate, followUps: [] })).ok
}
