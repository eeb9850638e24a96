import { beforeAll, describe, expect, it } from 'vitest'
import type { PaymentProvider, RefundAnswer } from '../../../server/billing/provider.ts'
import type { CaseRecord } from '../../../server/cases/record.rules.ts'
import { findViolations } from '../../../server/orders/verify.ts'
import type { OrderRecord } from '../../../server/orders/order.rules.ts'
import { collections } from '../../../server/product.ts'
import type { JsonObject } from '../../../workflows/model/json.ts'
import type { TaskDocument } from '../../../workflows/runtime/face.ts'
import { createMemoryStore } from '../../../workflows/runtime/memory-store.ts'
import type { Store } from '../../../workflows/runtime/ports.ts'
import { aProductOn, type InstalledProduct } from '../../support/installed-product.ts'

/** Pays at once, and declines what is marked so, like the sandbox. */
function aProvider(): PaymentProvider {
  const answers = new Map<string, RefundAnswer>()
  return {
    name: 'sandbox',
    async refund({ key, paymentRef }) {
      const answer: RefundAnswer = paymentRef.endsWith('~decline')
        ? { kind: 'declined', providerRef: null, reason: '收款账户异常' }
        : { kind: 'succeeded', providerRef: `R-${key.slice(0, 12)}` }
      answers.set(key, answer)
      return answer
    },
    query: async (key) => answers.get(key) ?? { kind: 'absent' },
    signed: () => false,
    readEvent: () => null,
  }
}

async function all<T>(store: Store, collection: string): Promise<T[]> {
  const found: T[] = []
  let after: string | null = null
  do {
    const query = { limit: 1000, ...(after === null ? {} : { after }) }
    const page: Awaited<ReturnType<Store['find']>> = await store.find<T>(collection, query)
    found.push(...page.items.map(({ data }) => data as T))
    after = page.next
  } while (after !== null)
  return found
}

describe('the sample data', () => {
  let store: Store
  let product: InstalledProduct

  beforeAll(async () => {
    store = createMemoryStore(collections)
    product = await aProductOn(store, { sandbox: aProvider() })
    const installed = await product.packs.install('after-sales', { sampleData: true, by: 'admin' })
    if (!installed.ok) throw new Error(installed.refusal.message.en)
  }, 120_000)

  it('breaks no rule of orders, stock and money', async () => {
    expect(await findViolations(store)).toEqual([])
  })

  it('has orders in every stage', async () => {
    const groups = await store.group('orderRows', { by: 'stage' })

    const stages = [
      'unpaid',
      'paid',
      'allocated',
      'making',
      'picking',
      'packed',
      'handedOver',
      'inTransit',
      'delivered',
    ]
    expect(groups.map(({ key }) => key)).toEqual(expect.arrayContaining([...stages, 'completed']))
  })

  it('ends its stories as they were told, and leaves something for every desk', async () => {
    const states = Object.fromEntries(
      (await store.group('cases', { by: 'state' })).map(({ key, count }) => [key, count]),
    )
    const open = await all<TaskDocument>(store, 'tasks')
    const desks = new Set(open.filter(({ state }) => state === 'open').map(({ elementId }) => elementId))

    expect(states).toEqual({ executed: 37, kept: 3, open: 14, rejected: 6, withdrawn: 2 })
    expect([...desks].sort()).toEqual([
      'changeOrder',
      'choose',
      'headApproval',
      'leadApproval',
      'manualRefund',
      'review',
      'stopPick',
    ])
    expect(await store.count('incidents')).toBe(0)
  })

  it('gives back exactly what each executed case says', async () => {
    const cases = await all<CaseRecord>(store, 'cases')
    const executed = cases.filter(({ state }) => state === 'executed')

    for (const { caseNo, orderNo, processInstanceId } of executed) {
      const order = (await store.load<OrderRecord>('orders', orderNo))?.data
      const paidBack = (order?.refunds ?? [])
        .filter((refund) => refund.caseNo === caseNo && refund.state === 'succeeded')
        .reduce((sum, refund) => sum + refund.amount, 0)
      const refund = (await product.runtime.instance(processInstanceId))?.variables['refund'] as JsonObject
      expect(paidBack, caseNo).toBe(refund['amount'])
      expect(paidBack, caseNo).toBeGreaterThan(0)
    }
    expect(await store.count('creditNotes')).toBeGreaterThan(20)
  })

  it('takes no hold and no work from a case that is over into the present', async () => {
    const cases = await all<CaseRecord>(store, 'cases')
    const open = new Set(cases.filter(({ state }) => state === 'open').map(({ orderNo }) => orderNo))
    const orders = await all<OrderRecord>(store, 'orders')

    expect(orders.filter((order) => order.holds.length > 0 && !open.has(order.orderNo))).toEqual([])
    expect(await store.count('jobs')).toBe(0)
  })

  it('lets everybody sign in with the documented password', async () => {
    const verified = await product.identity.verify('zhou', 'retour-demo-2026', '127.0.0.1')

    expect(verified.ok ? verified.value : verified.refusal.code).toMatchObject({ name: '周明元', roles: ['cs-head'] })
    expect((await product.identity.user('lin'))?.managerId).toBe('li')
  })

  it('goes on working in the present: a case that waits can be decided', async () => {
    const open = await all<TaskDocument>(store, 'tasks')
    const task = open.find(
      ({ state, elementId, waitingFor, question }) =>
        state === 'open' && elementId === 'review' && waitingFor.includes('lin') && !question,
    )!

    const acted = await product.runtime.actOnTask(task.taskId, {
      by: 'lin',
      action: 'approve',
      variables: { agreedFee: 0 },
    })
    await product.runtime.settle()

    expect(acted.ok ? null : acted.refusal).toBeNull()
    expect((await product.runtime.instance(task.processInstanceId))?.state).toBe('completed')
    expect(await findViolations(store)).toEqual([])
  })

  it('does nothing the second time', async () => {
    const before = await store.count('orders')
    const again = await product.packs.install('after-sales', { sampleData: true, by: 'admin' })

    expect(again.ok).toBe(true)
    expect(await store.count('orders')).toBe(before)
  })
})

describe('an installation that breaks off while the sample is written', () => {
  it('is finished by the next one, with the same story', async () => {
    const store = createMemoryStore(collections)
    const breaking: Store = {
      ...store,
      async commit(commit) {
        if (commit.aggregate.id === 'after-sales-sample' && commit.aggregate.expectedVersion === 4)
          throw new Error('the power is gone')
        return store.commit(commit)
      },
    }
    const first = await aProductOn(breaking, { sandbox: aProvider() })
    await expect(first.packs.install('after-sales', { sampleData: true, by: 'admin' })).rejects.toThrow('the power')

    const second = await aProductOn(store, { sandbox: aProvider() })
    const installed = await second.packs.install('after-sales', { sampleData: true, by: 'admin' })

    expect(installed.ok ? null : installed.refusal).toBeNull()
    expect(await store.count('cases')).toBe(62)
    expect(await findViolations(store)).toEqual([])
  }, 120_000)
})

describe('a shop that has orders', () => {
  it('is not mixed with sample data', async () => {
    const store = createMemoryStore(collections)
    await store.commit({
      aggregate: { collection: 'orders', id: 'SO-1', expectedVersion: 0, data: { orderNo: 'SO-1' } },
      followUps: [],
    })
    const product = await aProductOn(store, { sandbox: aProvider() })

    const installed = await product.packs.install('after-sales', { sampleData: true, by: 'admin' })

    expect(installed.ok ? null : installed.refusal.code).toBe('sample.not_empty')
    expect(await store.count('customers')).toBe(0)
    expect((await product.packs.list())[0]?.installed).toMatchObject({ sampleData: false })
  })
})

it.each(['2026-11-26T05:53:00.000Z', '2026-11-28T20:00:00.000Z'])(
  'leaves a fresh approval for the lead, whenever the sample is installed (%s)',
  async (now) => {
    const store = createMemoryStore(collections)
    const { packs } = await aProductOn(store, { sandbox: aProvider() }, now)
    await packs.install('after-sales', { sampleData: true, by: 'admin' })

    const waiting = (await all<TaskDocument>(store, 'tasks')).filter(
      ({ state, elementId, waitingFor }) =>
        state === 'open' && elementId === 'leadApproval' && waitingFor.includes('li'),
    )
    const cases = new Map((await all<CaseRecord>(store, 'cases')).map((one) => [one.processInstanceId, one]))
    expect(waiting.map(({ processInstanceId }) => cases.get(processInstanceId)?.kind)).toContain('cancellation')
  },
  120_000,
)
