import type { CollectionSpec, FollowUp, Store } from '../../workflows/runtime/ports.ts'
import type { FileType } from '../contract/files.ts'

/** A file as stored; its bytes lie elsewhere under the same id. Collection `files`. */
export interface FileDocument {
  name: string
  type: FileType
  size: number
  sha256: string
  /** Who brought it: `user:li`, or `customer:<customer id>:<order no>`. */
  owner: string
  uploadedAt: string
  /** loose: belongs to nothing yet and goes after a day; attached: stays with its case or order; gone: bytes removed. */
  state: 'loose' | 'attached' | 'gone'
  /** `case:AS...` or `order:...`; null while loose. */
  subject: string | null
}

export const filesCollection: CollectionSpec = {
  name: 'files',
  indexes: [{ fields: ['state', 'uploadedAt'] }, { fields: ['subject'] }, { fields: ['owner', 'state'] }],
}

export type FilesStore = ReturnType<typeof createFilesStore>

export function createFilesStore(store: Store) {
  const { name } = filesCollection
  return {
    load: (id: string) => store.load<FileDocument>(name, id),
    save: async (id: string, expectedVersion: number, data: FileDocument, followUps: FollowUp[] = []) =>
      (await store.commit({ aggregate: { collection: name, id, expectedVersion, data }, followUps })).ok,
    async sizeOf(field: 'subject' | 'owner', value: string): Promise<{ files: number; bytes: number }> {
      const filter = field === 'subject' ? { subject: value, state: 'attached' } : { owner: value, state: 'loose' }
      const [group] = await store.group(name, { filter, by: 'state', sum: 'size' })
      return { files: group?.count ?? 0, bytes: group?.sum ?? 0 }
    },
    looseBefore: async (instant: string) =>
      (await store.find<FileDocument>(name, { filter: { state: 'loose', uploadedAt: { $lt: instant } }, limit: 200 }))
        .items,
  }
}
