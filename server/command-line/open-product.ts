import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSandboxClient } from '../billing/sandbox-client.ts'
import { startSandboxProvider } from '../billing/sandbox-provider/sandbox-provider.ts'
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
  const sandbox = config.sandboxProvider
    ? await startSandboxProvider({ dataDir: join(dataDir, 'sandbox'), port: 0, webhookUrl: null })
    : null
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
      providers: sandbox === null ? {} : { sandbox: createSandboxClient(sandbox) },
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
    await sandbox?.close()
    await blobs.close()
    await store.close()
  }
}
