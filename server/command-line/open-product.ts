import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectProviders } from '../billing/connect-providers.ts'
import { readConfig } from '../config.ts'
import { openStore } from '../database/store.ts'
import { createDiskBlobs } from '../files/blobs.ts'
import { openGridFsBlobs } from '../files/gridfs-blobs.ts'
import { createIds } from '../ids.ts'
import { defaultPasswordCost } from '../identity/passwords.ts'
import { silentLog } from '../log.ts'
import { assembleProduct, collections, type Product } from '../product.ts'

/**
 * The product on its data, as the environment says, for a command that works on it while no server does: nothing
 * listens and nothing falls due by itself. Throws with a sentence when the data cannot be opened, for example because
 * a server holds it.
 */
export async function withProduct<T>(work: (product: Product) => Promise<T>): Promise<T> {
  const config = readConfig(process.env)
  const { dataDir, mongodbUrl } = config
  const store = await openStore(mongodbUrl === null ? { dataDir } : { mongoUrl: mongodbUrl }, collections)
  const blobs = mongodbUrl === null ? createDiskBlobs(join(dataDir, 'files')) : await openGridFsBlobs(mongodbUrl)
  const connected = await connectProviders(config)
  const root = join(import.meta.dirname, '..', '..')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  try {
    const product = await assembleProduct({
      config,
      store,
      blobs,
      clock: { now: () => new Date().toISOString() },
      ids: createIds(Date.now),
      scheduler: { after: () => ({ cancel() {} }) },
      log: silentLog,
      runner: { id: randomUUID(), alone: mongodbUrl === null },
      providers: connected.providers,
      packsFolder: join(root, 'templates'),
      passwordCost: defaultPasswordCost,
      clientFolder: null,
      version,
      checkAnswers: false,
      processMetrics: false,
    })
    const result = await work(product)
    await product.stop()
    return result
  } finally {
    await connected.close()
    await blobs.close()
    await store.close()
  }
}
