import type { CatalogContent, CatalogName, Policy, Reason, ReplyTemplate } from '../contract/packs.ts'
import type { CollectionSpec, Store } from '../../workflows/runtime/ports.ts'

/** One document for each catalog, one for each installed pack. */
export const packCollections: CollectionSpec[] = [
  { name: 'catalogs', indexes: [] },
  { name: 'packs', indexes: [] },
]

export interface CatalogDocument<Name extends CatalogName = CatalogName> {
  name: Name
  content: CatalogContent[Name]
}

/** A policy's version in the words that customers and case pages show. */
export interface PolicyText {
  id: string
  version: number
  name: string
  summary: string
  feesTold: string
  refundWay: string
  clauses: Policy['clauses']
}

export interface Catalog {
  /** The content of a catalog as it stands now; null when no pack brought one. */
  read<Name extends CatalogName>(name: Name): Promise<CatalogContent[Name] | null>
  /** Reasons in the order of the catalog, groups among them. */
  reasons(): Promise<Reason[]>
  /** The version that an order pinned; null when it is not known. */
  policy(id: string, version: number): Promise<PolicyText | null>
  template(code: string): Promise<ReplyTemplate | null>
}

/** Reads what packs installed. Small documents, read when asked, so that an edit counts at once. */
export function createCatalog(store: Store): Catalog {
  async function read<Name extends CatalogName>(name: Name): Promise<CatalogContent[Name] | null> {
    return (await store.load<CatalogDocument<Name>>('catalogs', name))?.data.content ?? null
  }

  return {
    read,
    async reasons() {
      return [...((await read('reasons')) ?? [])].sort((a, b) => a.order - b.order)
    },
    async policy(id, version) {
      const found = (await read('policies'))?.find((policy) => policy.code === id && policy.version === version)
      if (!found) return null
      const { name, summary, feesTold, refundWay, clauses } = found
      return { id, version, name: name.zh, summary, feesTold, refundWay, clauses }
    },
    async template(code) {
      return (await read('replyTemplates'))?.find((template) => template.code === code) ?? null
    },
  }
}
