import { catalogNames, type ExportedPack } from '../contract/packs.ts'
import type { Runtime } from '../../workflows/runtime/face.ts'
import type { Store } from '../../workflows/runtime/ports.ts'
import type { CatalogDocument } from './catalog.ts'
import { resourceId, type Pack } from './pack.rules.ts'

/** The pack's files with the newest published versions and the catalogs as they stand; sample data as it came. */
export async function exportPack(pack: Pack, runtime: Pick<Runtime, 'resource'>, store: Store): Promise<ExportedPack> {
  const files = new Map<string, string>()
  const write = (path: string, value: unknown) => files.set(path, `${JSON.stringify(value, null, 2)}\n`)

  write('pack.json', pack.manifest)
  for (const { kind, path, content } of pack.resources) {
    const published = await runtime.resource(kind, resourceId(kind, content, path))
    files.set(path, published?.content ?? content)
  }
  for (const name of catalogNames) {
    const path = pack.manifest.catalogs[name]
    if (path === undefined) continue
    const stored = await store.load<CatalogDocument>('catalogs', name)
    write(path, stored?.data.content ?? pack.catalogs[name])
  }
  for (const { path, content } of pack.scenarios) files.set(path, content)
  for (const path of pack.manifest.sample) write(path, pack.sample[path.replace(/^.*\/|\.json$/g, '')])

  const { id, version } = pack.manifest
  return { id, version, files: [...files].map(([path, content]) => ({ path, content })) }
}
