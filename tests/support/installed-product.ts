import { join } from 'node:path'
import type { PaymentProvider } from '../../server/billing/provider.ts'
import { readConfig } from '../../server/config.ts'
import { createDiskBlobs } from '../../server/files/blobs.ts'
import { silentLog } from '../../server/log.ts'
import { assembleProduct } from '../../server/product.ts'
import type { Store } from '../../workflows/runtime/ports.ts'

/** The parts of a product that work without HTTP. */
export type InstalledProduct = Awaited<ReturnType<typeof aProductOn>>

/** The whole product on a store, standing still: nothing falls due by itself. */
export async function aProductOn(
  store: Store,
  providers: Readonly<Record<string, PaymentProvider>>,
  now = '2026-11-25T11:00:00.000Z',
) {
  let last = 0
  const product = await assembleProduct({
    config: readConfig({ DATA_DIR: '/tmp', RATE_LIMIT: '0' }),
    store,
    blobs: createDiskBlobs('/tmp'),
    clock: { now: () => now },
    ids: { next: () => `id-${String((last += 1)).padStart(8, '0')}` },
    scheduler: { after: () => ({ cancel() {} }) },
    log: silentLog,
    runner: { id: 'test', alone: true },
    providers,
    packsFolder: join(import.meta.dirname, '..', '..', 'templates'),
    passwordCost: { memory: 8, passes: 1, parallelism: 1 },
    clientFolder: null,
    version: '0.0.0-test',
    checkAnswers: false,
    processMetrics: false,
  })
  return {
    packs: product.packs,
    identity: product.identity,
    runtime: product.business.runtime,
    shop: product.business.shop,
  }
}
