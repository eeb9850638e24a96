import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JsonObject } from '../../workflows/model/json.ts'
import type { Job, JobDocument, JobOutcome, Worker } from '../../workflows/runtime/face.ts'
import type { Clock, CollectionSpec } from '../../workflows/runtime/ports.ts'
import { createCreditNotes, creditNoteCollections } from '../../server/billing/credit-notes.ts'
import { createPaymentEvents, paymentEventCollections } from '../../server/billing/payment-events.ts'
import { createRefunds } from '../../server/billing/refunds.ts'
import { createSandboxClient } from '../../server/billing/sandbox-client.ts'
import type { SandboxProvider } from '../../server/billing/sandbox-provider/sandbox-provider.ts'
import { startSandboxProvider } from '../../server/billing/sandbox-provider/sandbox-provider.ts'
import { billingWorkers } from '../../server/billing/workers.ts'
import { createCustomers, customerCollections } from '../../server/customers/customers.ts'
import { openStore } from '../../server/database/store.ts'
import { numberCollections } from '../../server/numbers.ts'
import { createOrders } from '../../server/orders/orders.ts'
import { orderCollections } from '../../server/orders/orders-store.ts'
import { orderWorkers } from '../../server/orders/workers.ts'
import { createProducts, productCollections } from '../../server/products/products.ts'
import { createStock } from '../../server/stock/stock.ts'
import { stockCollections } from '../../server/stock/stock-store.ts'
import { stockWorkers } from '../../server/stock/workers.ts'
import type { AnOrder } from './an-order.ts'
import { aNewOrder, must, now } from './an-order.ts'

const jobs: CollectionSpec = { name: 'jobs', indexes: [{ fields: ['state', 'dueAt'] }] }

export const shopCollections: CollectionSpec[] = [
  ...orderCollections,
  ...stockCollections,
  ...creditNoteCollections,
  ...paymentEventCollections,
  ...numberCollections,
  ...customerCollections,
  ...productCollections,
  jobs,
]

export type Shop = Awaited<ReturnType<typeof aShop>>

/** The order domains over a real store, with the sandbox provider as a service of its own when asked for. */
export async function aShop({ provider = false }: { provider?: boolean } = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'retour-shop-'))
  const store = await openStore({ dataDir }, shopCollections)
  let time = Date.parse(now)
  const clock: Clock = { now: () => new Date(time).toISOString() }
  const orders = createOrders({ store, clock })
  const stock = createStock({ store, clock })
  const customers = createCustomers({ store })
  const products = createProducts({ store })
  const sandbox: SandboxProvider | null = provider
    ? await startSandboxProvider({ dataDir, port: 0, webhookUrl: null, secret: 'a shared secret' })
    : null
  const client = createSandboxClient({
    url: sandbox?.url ?? 'http://127.0.0.1:9',
    secret: 'a shared secret',
    timeoutMs: 400,
  })
  const providers = { sandbox: client }
  const refunds = createRefunds({ store, orders, providers, clock, pause: async () => undefined })
  const creditNotes = createCreditNotes({ store, orders, clock })
  const events = createPaymentEvents({ store, orders, providers, clock })
  const workers: Record<string, Worker> = {
    ...orderWorkers({ orders, customers, clock }),
    ...stockWorkers(stock),
    ...billingWorkers({ refunds, creditNotes, events }),
  }

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
    orders,
    stock,
    customers,
    products,
    refunds,
    creditNotes,
    events,
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
