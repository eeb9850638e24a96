import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JsonObject } from '../../workflows/model/json.ts'
import type { Job, JobDocument, JobOutcome } from '../../workflows/runtime/face.ts'
import type { Clock, CollectionSpec } from '../../workflows/runtime/ports.ts'
import { createSandboxClient } from '../../server/billing/sandbox-client.ts'
import type { SandboxProvider } from '../../server/billing/sandbox-provider/sandbox-provider.ts'
import { startSandboxProvider } from '../../server/billing/sandbox-provider/sandbox-provider.ts'
import { openStore } from '../../server/database/store.ts'
import { commandsCollection } from '../../server/http/idempotency.ts'
import { assembleShop, shopCollections } from '../../server/shop.ts'
import type { AnOrder } from './an-order.ts'
import { freshMongoUrl } from './mongo-database.ts'
import { aNewOrder, must, now } from './an-order.ts'

/** What the runtime and the request pipeline keep beside the shop's own. */
const others: CollectionSpec[] = [{ name: 'jobs', indexes: [{ fields: ['state', 'dueAt'] }] }, commandsCollection]

export type Shop = Awaited<ReturnType<typeof aShop>>

/** The order domains over a real store, with the sandbox provider as a service of its own when asked for. */
export async function aShop({ provider = false }: { provider?: boolean } = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'retour-shop-'))
  const location = process.env['STORE'] === 'mongodb' ? { mongoUrl: freshMongoUrl() } : { dataDir }
  const store = await openStore(location, [...shopCollections, ...others])
  let time = Date.parse(now)
  const clock: Clock = { now: () => new Date(time).toISOString() }
  const sandbox: SandboxProvider | null = provider
    ? await startSandboxProvider({ dataDir, port: 0, webhookUrl: null, secret: 'a shared secret' })
    : null
  const client = createSandboxClient({
    url: sandbox?.url ?? 'http://127.0.0.1:9',
    secret: 'a shared secret',
    timeoutMs: 400,
  })
  const providers = { sandbox: client }
  const shop = assembleShop({ store, clock, providers, pause: async () => undefined })
  const { orders, stock, workers } = shop

  /** Runs a service task's worker as the runtime does, with one key for all attempts. */
  function run(jobType: string, variables: JsonObject, key: string, attempt = 1): Promise<JobOutcome> {
    const job: Job = {
      id: key,
      jobType,
      processInstanceId: 'pi-1',
      businessKey: 'AS261123-0001',
      elementId: 'task',
      headers: {},
      variables,
      attempt,
      idempotencyKey: key,
    }
    const worker = workers[jobType]
    if (!worker) throw new Error(`no worker for ${jobType}`)
    return worker(job)
  }

  /** Does the domain jobs that are due until none is; each one twice when `repeat`, as after a crash between effect and note. */
  async function drain({ repeat = 1 } = {}): Promise<void> {
    for (;;) {
      const due = await store.find<JobDocument>('jobs', {
        filter: { state: 'waiting', dueAt: { $lte: clock.now() } },
        sort: [['dueAt', 1]],
        limit: 100,
      })
      if (due.items.length === 0) return
      for (const { id, version, data } of due.items) {
        let outcome: JobOutcome | null = null
        for (let time = 0; time < repeat; time += 1)
          outcome = await run(data.jobType, data.variables, id, data.attempts + 1)
        const done = outcome?.kind === 'complete' ? 'completed' : data.attempts + 1 >= 3 ? 'failed' : 'waiting'
        await store.commit({
          aggregate: {
            collection: 'jobs',
            id,
            expectedVersion: version,
            data: { ...data, attempts: data.attempts + 1, state: done },
          },
          followUps: [],
        })
      }
    }
  }

  return {
    store,
    dataDir,
    clock,
    ...shop,
    client,
    sandbox,
    run,
    drain,
    pass(milliseconds: number) {
      time += milliseconds
    },
    /** Goods on hand, a paid order, its goods reserved. */
    async sell(given: AnOrder = {}) {
      const draft = aNewOrder(given)
      for (const line of draft.lines)
        must(
          await stock.receive({
            sku: line.sku,
            warehouse: line.warehouse,
            name: line.name,
            document: `IN-${draft.orderNo}-${line.sku}`,
            effect: 'opening',
            quantity: line.quantity + 5,
          }),
        )
      const order = must(await orders.place(draft))
      for (const payment of order.payments)
        must(
          await orders.recordCapture(order.orderNo, payment.id, {
            eventKey: 'paid',
            amount: payment.authorized,
            now: clock.now(),
          }),
        )
      await drain()
      return orderIn(await orders.load(order.orderNo))
    },
    async order(orderNo = 'SO261112-0427') {
      return orderIn(await orders.load(orderNo))
    },
    /** Tells the sandbox how to behave with the refunds that fit. */
    async behave(rule: { behavior: string; delayMs?: number; times?: number; amount?: number; orderNo?: string }) {
      const response = await fetch(`${sandbox?.url}/v1/rules`, { method: 'POST', body: JSON.stringify(rule) })
      if (!response.ok) throw new Error(await response.text())
    },
    async behaveWell() {
      await fetch(`${sandbox?.url}/v1/rules`, { method: 'DELETE' })
    },
    async inspection() {
      const response = await fetch(`${sandbox?.url}/v1/inspection`)
      return (await response.json()) as {
        refunds: { key: string; orderNo: string; amount: number; state: string; requests: number; effective: number }[]
      }
    },
    async close() {
      await sandbox?.close()
      await store.close()
      rmSync(dataDir, { recursive: true })
    },
  }
}

function orderIn<T extends { order: unknown }>(found: T | null): T['order'] {
  if (!found) throw new Error('no such order')
  return found.order
}
