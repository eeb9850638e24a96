import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, vi } from 'vitest'
import { createSandboxClient } from '../../server/billing/sandbox-client.ts'
import { startSandboxProvider } from '../../server/billing/sandbox-provider/sandbox-provider.ts'
import type { CaseDetail, CustomerCase, CustomerOrder } from '../../server/contract/cases.ts'
import type { TaskDetail, TaskSummary } from '../../server/contract/tasks.ts'
import { findViolations } from '../../server/orders/verify.ts'
import type { TaskDocument } from '../../workflows/runtime/face.ts'
import { aNewOrder, must, type AnOrder } from './an-order.ts'
import { anApp, type Caller } from './app.ts'

// Each story starts the whole product with its pack; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const secret = 'a shared secret'

/** Staff of the after-sales pack, one for each role that decides in it. */
export const staff = {
  clerk: { username: 'zhao', roles: ['cs-cancel'] },
  otherClerk: { username: 'qian', roles: ['cs-cancel'] },
  lead: { username: 'sun', roles: ['cs-lead'] },
  head: { username: 'li', roles: ['cs-head'] },
  finance: { username: 'zhou', roles: ['finance'] },
  warehouse: { username: 'wu', roles: ['warehouse'] },
  orderDesk: { username: 'zheng', roles: ['order-desk'] },
  admin: { username: 'wang', roles: ['admin'] },
} as const
export type Member = keyof typeof staff

/** Answers of a test's call, with the body when it went well and the whole problem when it did not. */
function body<T>(answer: { status: number; body: unknown }): T {
  expect(answer.body, JSON.stringify(answer.body)).not.toHaveProperty('code')
  expect(answer.status).toBe(200)
  return answer.body as T
}

export type Story = Awaited<ReturnType<typeof aStory>>

/**
 * The product with the after-sales pack, its people and the sandbox provider as a service of its own, on the real
 * store; nothing moves unless the test asks. At the end the database must break no rule.
 */
export async function aStory(environment: Record<string, string> = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'retour-story-'))
  const sandbox = await startSandboxProvider({ dataDir, port: 0, webhookUrl: null, secret })
  onTestFinished(async () => {
    await sandbox.close()
    rmSync(dataDir, { recursive: true, force: true })
  })
  const app = await anApp({
    environment,
    providers: { sandbox: createSandboxClient({ url: sandbox.url, secret, timeoutMs: 400 }) },
  })
  const { shop, runtime } = app.business
  onTestFinished(async () => {
    expect(await findViolations(app.store)).toEqual([])
  })
  const setup = {
    company: '青禾商城',
    name: '陈静',
    username: 'chen',
    password: 'a phrase of my own',
    sampleData: false,
  }
  body(await app.anonymous.post('/api/setup', { ...setup, pack: 'after-sales' }))
  const callers = new Map<Member, Caller>()

  /** A colleague, signed in. */
  async function as(member: Member): Promise<Caller> {
    const known = callers.get(member)
    if (known) return known
    const { username, roles } = staff[member]
    const caller = await app.as(username, { roles: [...roles] })
    callers.set(member, caller)
    return caller
  }
  for (const member of Object.keys(staff) as Member[]) await as(member)

  const order = async (orderNo: string) => {
    const found = await shop.desk.order(orderNo)
    if (!found) throw new Error(`no order ${orderNo}`)
    return found
  }
  const deed = (key: string) => ({ key, by: 'wu', now: app.clock.now(), caseNo: null })

  const tasksOf = async (caseNo: string): Promise<TaskDocument[]> => {
    const page = await app.store.find<TaskDocument>('tasks', {
      filter: { businessKey: caseNo, state: 'open' },
      limit: 50,
    })
    return page.items.map(({ data }) => data)
  }

  async function taskAt(caseNo: string, elementId: string): Promise<TaskDocument> {
    const open = await tasksOf(caseNo)
    const task = open.find((candidate) => candidate.elementId === elementId)
    if (!task) throw new Error(`no open task ${elementId}; open: ${open.map((one) => one.elementId).join(' ')}`)
    return task
  }

  const story = {
    app,
    shop,
    runtime,
    order,
    as,
    tasksOf,
    taskAt,
    settle: () => runtime.settle(),

    /** A paid order whose goods are reserved; `paid: false` leaves it unpaid. */
    async sell(given: AnOrder & { paid?: boolean } = {}) {
      const draft = aNewOrder(given)
      for (const line of draft.lines) {
        const goods = { sku: line.sku, warehouse: line.warehouse, name: line.name, quantity: line.quantity + 5 }
        must(await shop.stock.receive({ ...goods, document: `IN-${draft.orderNo}-${line.sku}`, effect: 'opening' }))
      }
      const placed = must(await shop.orders.place(draft))
      for (const payment of given.paid === false ? [] : placed.payments) {
        const news = { eventKey: 'paid', amount: payment.authorized, now: app.clock.now() }
        must(await shop.orders.recordCapture(placed.orderNo, payment.id, news))
      }
      await runtime.settle()
      return order(placed.orderNo)
    },

    async startPicking(orderNo: string) {
      must(await shop.orders.startPicking(orderNo, deed(`pick-${orderNo}`), 'F1'))
    },
    async ship(orderNo: string) {
      if ((await order(orderNo)).lines.every(({ stage }) => stage !== 'picking')) await story.startPicking(orderNo)
      must(await shop.orders.pack(orderNo, deed(`pack-${orderNo}`), 'F1'))
      const shipment = { shipmentNo: `OUT-${orderNo}`, carrier: '顺丰', trackingNo: 'SF1' }
      must(await shop.orders.handOver(orderNo, deed(`ship-${orderNo}`), 'F1', shipment))
      await runtime.settle()
    },

    /** The customer opens the public page with number and phone. */
    async lookUp(orderNo = 'SO261112-0427', phone = '13812346027') {
      const found = body<CustomerOrder>(await app.anonymous.post('/api/public/orders/lookup', { orderNo, phone }))
      return { ...found, caller: app.withCapability(found.capability) }
    },

    /** What she sends: all lines that may be canceled, unless said otherwise. */
    request(found: CustomerOrder, more: Record<string, unknown> = {}) {
      const lines = found.lines
        .filter(({ cancelable }) => cancelable > 0)
        .map(({ id, cancelable }) => ({ orderLineId: id, quantity: cancelable }))
      return { lines, reason: 'C32', policySeen: true, ...more }
    },

    /** She looks up, asks and gets her private link; the process runs as far as it goes alone. */
    async ask({ orderNo = 'SO261112-0427', ...more }: { orderNo?: string } & Record<string, unknown> = {}) {
      const found = await story.lookUp(orderNo)
      const request = story.request(found, more)
      const preview = body<{ path: string; refund: number; possible: boolean; fee: number }>(
        await found.caller.post('/api/public/cancellations/preview', request),
      )
      const opened = body<{ caseNo: string; link: string }>(
        await found.caller.command('/api/public/cancellations', request),
      )
      await runtime.settle()
      return { ...opened, preview, customer: app.withCapability(opened.link.replace('/c/', '')) }
    },

    /** What the customer reads under her link. */
    async follow(customer: Caller): Promise<CustomerCase> {
      return body<CustomerCase>(await customer.get('/api/public/case'))
    },
    async caseOf(caseNo: string, member: Member = 'lead'): Promise<CaseDetail> {
      return body<CaseDetail>(await (await as(member)).get(`/api/cases/${caseNo}`))
    },

    async inbox(member: Member, view = 'mine'): Promise<TaskSummary[]> {
      return body<{ items: TaskSummary[] }>(await (await as(member)).get(`/api/tasks?view=${view}`)).items
    },

    /** A colleague's button on the open task of an element; answers the raw response. */
    async act(member: Member, caseNo: string, elementId: string, act: Record<string, unknown>, key?: string) {
      const { taskId } = await taskAt(caseNo, elementId)
      const answer = await (await as(member)).command(`/api/tasks/${encodeURIComponent(taskId)}/acts`, act, key)
      await runtime.settle()
      return answer
    },
    /** The same, where it must go well. */
    async acts(member: Member, caseNo: string, elementId: string, act: Record<string, unknown>): Promise<TaskDetail> {
      return body<TaskDetail>(await story.act(member, caseNo, elementId, act))
    },

    /** Tells the sandbox how to behave with the refunds that fit. */
    async behave(rule: { behavior: string; delayMs?: number; times?: number; amount?: number }) {
      const response = await fetch(`${sandbox.url}/v1/rules`, { method: 'POST', body: JSON.stringify(rule) })
      if (!response.ok) throw new Error(await response.text())
    },
    async behaveWell() {
      await fetch(`${sandbox.url}/v1/rules`, { method: 'DELETE' })
    },
    /** What the provider really did. */
    async paidBack() {
      const response = await fetch(`${sandbox.url}/v1/inspection`)
      const { refunds } = (await response.json()) as {
        refunds: { key: string; amount: number; state: string; requests: number; effective: number }[]
      }
      return refunds
    },
  }
  return story
}
