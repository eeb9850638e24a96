import type { CatalogContent, CatalogName } from '../../server/contract/packs.ts'
import { get } from './http.ts'

/** A catalog that the pack brought: reasons, policies, reply templates ... */
export const readCatalogContent = <Name extends CatalogName>(name: Name) =>
  get<CatalogContent[Name]>(`/api/catalogs/${name}`)
