import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sign, signatureHeader } from '../signature.ts'
import type { SandboxRefund, SandboxStore } from './sandbox-store.ts'
import { openSandboxStore } from './sandbox-store.ts'

/** How the sandbox can be told to behave; docs/sandbox-provider.md. */
const behaviors = {
  /** Pays and answers. */
  succeed: { pays: true, answers: 'state', webhooks: 1 },
  decline: { pays: false, answers: 'state', webhooks: 1, state: 'declined' },
  /** Takes it, pays when the delay has passed, and tells by webhook. */
  later: { pays: false, answers: 'state', webhooks: 1, state: 'accepted' },
  /** Pays, then breaks the connection. */
  loseAnswer: { pays: true, answers: 'nothing', webhooks: 0 },
  /** Pays, answers 500. */
  failAfter: { pays: true, answers: 'error', webhooks: 0 },
  /** Does nothing, answers 500: the same key may be sent again. */
  failBefore: { pays: false, answers: 'error', webhooks: 0, forgets: true },
  /** Does nothing and breaks the connection. */
  hangUp: { pays: false, answers: 'nothing', webhooks: 0, forgets: true },
  duplicateWebhooks: { pays: true, answers: 'state', webhooks: 3 },
} as const satisfies Record<string, Behavior>

interface Behavior {
  pays: boolean
  answers: 'state' | 'nothing' | 'error'
  webhooks: number
  state?: 'declined' | 'accepted'
  forgets?: boolean
}

export type SandboxBehavior = keyof typeof behaviors

export interface SandboxProviderOptions {
  dataDir: string
  /** 0 for any free one. */
  port: number
  host?: string
  /** Where events go; none are sent without it. */
  webhookUrl: string | null
  /** Shared with the receiver; made on the first start and kept when left out. */
  secret?: string
}

export interface SandboxProvider {
  url: string
  secret: string
  /** Set when the receiver's address is known later than the provider's. */
  sendWebhooksTo(url: string): void
  close(): Promise<void>
}

interface Reply {
  status: number
  body: Record<string, unknown>
}

const longestBody = 64 * 1024
const webhookAttempts = 12

/** Starts the sandbox provider: a payment provider's HTTP service with its own books, for trials and tests. */
export async function startSandboxProvider(options: SandboxProviderOptions): Promise<SandboxProvider> {
  const store = openSandboxStore(options.dataDir)
  const secret = options.secret ?? store.setting('secret', () => randomBytes(32).toString('hex'))
  let webhookUrl = options.webhookUrl
  const courier = createCourier(store, secret, () => webhookUrl)
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) send(response, { status: 400, body: { reason: reasonOf(error) } })
    })
  })
  await listen(server, options.port, options.host ?? '127.0.0.1')
  courier.wake()

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://sandbox')
    const [, version, resource, id] = url.pathname.split('/').map(decodeURIComponent)
    const call = `${request.method ?? ''} ${version}/${resource}${id === undefined ? '' : '/:id'}`
    if (call === 'POST v1/refunds') return refund(request, response)
    if (call === 'POST v1/captures') return send(response, capture(await bodyOf(request)))
    if (call === 'POST v1/rules') return send(response, addRule(await bodyOf(request)))
    if (call === 'DELETE v1/rules') {
      store.clearRules()
      return send(response, { status: 200, body: {} })
    }
    if (call === 'GET v1/refunds/:id') {
      const found = store.refund(id ?? '')
      return send(response, found ? replyOf(found) : { status: 404, body: { reason: 'unknown key' } })
    }
    if (call === 'GET v1/inspection')
      return send(response, {
        status: 200,
        body: {
          refunds: store.refunds(url.searchParams.get('orderNo')).map((found) => ({
            key: found.key,
            orderNo: found.orderNo,
            amount: found.amount,
            state: found.state,
            requests: found.requests,
            effective: store.effects(found.key),
          })),
        },
      })
    return send(response, { status: 404, body: { reason: 'unknown address' } })
  }

  async function refund(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = String(request.headers['idempotency-key'] ?? '')
    const body = await bodyOf(request)
    const { paymentRef, paymentAmount, amount, currency, orderNo } = body
    if (key === '' || key.length > 200) return send(response, { status: 400, body: { reason: 'no idempotency key' } })
    if (typeof paymentRef !== 'string' || typeof orderNo !== 'string' || typeof currency !== 'string')
      return send(response, { status: 400, body: { reason: 'paymentRef, orderNo and currency are needed' } })
    if (!isAmount(amount) || !isAmount(paymentAmount))
      return send(response, { status: 400, body: { reason: 'amounts are whole minor units above 0' } })
    const print = createHash('sha256')
      .update(JSON.stringify([paymentRef, amount, currency]))
      .digest('hex')
    const before = store.refund(key)
    if (before) {
      store.countRequest(key)
      return before.request === print
        ? send(response, replyOf(before))
        : send(response, { status: 422, body: { reason: 'this key belongs to another refund' } })
    }
    const rule = store.takeRule({ paymentRef, orderNo, amount })
    const name = (rule?.behavior ?? /~(\w+)$/.exec(paymentRef)?.[1] ?? 'succeed') as SandboxBehavior
    const behavior: Behavior = behaviors[name] ?? behaviors.succeed
    const delay = rule?.delayMs ?? 0
    if (delay > 0 && behavior.state !== 'accepted') await wait(delay)
    const made = behavior.forgets
      ? null
      : settle({ key, paymentRef, orderNo, amount, currency, print, paymentAmount }, behavior, delay)
    if (behavior.answers === 'nothing') return void request.socket.destroy()
    if (behavior.answers === 'error' || made === null)
      return send(response, { status: 500, body: { reason: 'sandbox: internal error' } })
    return send(response, replyOf(made))
  }

  /** Books the refund, and its money and events, in one transaction. */
  function settle(
    wanted: {
      key: string
      paymentRef: string
      orderNo: string
      amount: number
      currency: string
      print: string
      paymentAmount: number
    },
    behavior: Behavior,
    delay: number,
  ): SandboxRefund {
    const at = Date.now()
    const made = store.transaction((): SandboxRefund => {
      const before = store.refund(wanted.key)
      if (before) {
        store.countRequest(wanted.key)
        return before
      }
      // A payment that was taken elsewhere is taken over with the amount that the merchant names.
      if (!store.payment(wanted.paymentRef)) store.capture(wanted.paymentRef, wanted.paymentAmount, wanted.currency)
      const payment = store.payment(wanted.paymentRef)
      const left = payment ? payment.captured - payment.refunded : 0
      const possible = wanted.amount <= left && payment?.currency === wanted.currency
      const state = possible ? (behavior.state ?? 'succeeded') : 'declined'
      const made: SandboxRefund = {
        key: wanted.key,
        paymentRef: wanted.paymentRef,
        orderNo: wanted.orderNo,
        amount: wanted.amount,
        currency: wanted.currency,
        state,
        providerRef: `SBR-${wanted.print.slice(0, 6)}-${at}`,
        reason: state === 'declined' ? (possible ? '收款账户异常' : '超过可退金额') : null,
        request: wanted.print,
        requests: 1,
        at,
        paysAt: state === 'accepted' ? at + delay : null,
      }
      store.addRefund(made)
      if (state === 'succeeded') store.pay(made, at)
      if (webhookUrl !== null && behavior.webhooks > 0)
        store.addWebhook(eventOf(made, webhookUrl, at + (state === 'accepted' ? delay : 0)), behavior.webhooks)
      return made
    })
    courier.wake()
    return made
  }

  function capture(body: Record<string, unknown>): Reply {
    const { paymentRef, orderNo, amount, currency } = body
    if (
      typeof paymentRef !== 'string' ||
      typeof orderNo !== 'string' ||
      typeof currency !== 'string' ||
      !isAmount(amount)
    )
      return { status: 400, body: { reason: 'paymentRef, orderNo, amount and currency are needed' } }
    const at = Date.now()
    store.transaction(() => {
      store.capture(paymentRef, amount, currency)
      if (webhookUrl === null) return
      const data = { subject: paymentRef, orderNo, amount, currency, providerRef: paymentRef, reason: null }
      const id = `evt-capture-${paymentRef}-${at}`
      store.addWebhook(
        { id, url: webhookUrl, body: JSON.stringify({ id, type: 'payment.captured', data }), due: at, attempts: 0 },
        1,
      )
    })
    courier.wake()
    return { status: 200, body: { providerRef: paymentRef } }
  }

  function addRule(body: Record<string, unknown>): Reply {
    const { paymentRef = null, orderNo = null, amount = null, behavior, delayMs = 0, times = null } = body
    if (typeof behavior !== 'string' || !Object.hasOwn(behaviors, behavior))
      return { status: 400, body: { reason: `behavior is one of ${Object.keys(behaviors).join(', ')}` } }
    store.addRule({
      paymentRef: paymentRef === null ? null : String(paymentRef),
      orderNo: orderNo === null ? null : String(orderNo),
      amount: amount === null ? null : Number(amount),
      behavior,
      delayMs: Number(delayMs),
      times: times === null ? null : Number(times),
    })
    return { status: 200, body: {} }
  }

  const { port } = server.address() as AddressInfo
  return {
    url: `http://${options.host ?? '127.0.0.1'}:${port}`,
    secret,
    sendWebhooksTo(url) {
      webhookUrl = url
    },
    async close() {
      await courier.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      store.close()
    },
  }
}

/** Sends due webhooks until they are taken, with growing pauses, and pays what was accepted for later. */
function createCourier(store: SandboxStore, secret: string, receiver: () => string | null) {
  let timer: NodeJS.Timeout | null = null
  let running: Promise<void> = Promise.resolve()
  let stopped = false
  let busy = false

  async function deliver(): Promise<void> {
    const now = Date.now()
    for (const accepted of store.duePayments(now)) pay(store, accepted, now)
    for (const webhook of store.dueWebhooks(now)) {
      const taken = await post(receiver() ?? webhook.url, webhook.body, secret)
      if (stopped) return
      if (taken || webhook.attempts + 1 >= webhookAttempts) store.webhookDone(webhook.id, webhook.copy)
      else store.webhookLater(webhook.id, webhook.copy, Date.now() + Math.min(60_000, 100 * 2 ** webhook.attempts))
    }
  }

  async function round(): Promise<void> {
    busy = true
    try {
      await deliver()
    } finally {
      busy = false
      wake()
    }
  }

  function wake(): void {
    if (stopped || busy) return
    if (timer) clearTimeout(timer)
    const due = store.nextDue()
    if (due === null) return
    timer = setTimeout(
      () => {
        running = round()
      },
      Math.max(0, due - Date.now()),
    )
    timer.unref()
  }

  return {
    wake,
    async stop() {
      stopped = true
      if (timer) clearTimeout(timer)
      await running
    },
  }
}

/** Pays an accepted refund once its time has come. */
function pay(store: SandboxStore, accepted: SandboxRefund, now: number): void {
  store.transaction(() => {
    store.setState(accepted.key, 'succeeded')
    store.pay(accepted, now)
  })
}

function eventOf(made: SandboxRefund, url: string, due: number) {
  const id = `evt-refund-${made.key}`
  const data = {
    subject: made.key,
    orderNo: made.orderNo,
    amount: made.amount,
    currency: made.currency,
    providerRef: made.providerRef,
    reason: made.reason,
  }
  const type = made.state === 'declined' ? 'refund.failed' : 'refund.succeeded'
  return { id, url, body: JSON.stringify({ id, type, data }), due, attempts: 0 }
}

async function post(url: string, body: string, secret: string): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [signatureHeader]: sign(secret, body, Date.now()) },
      body,
      signal: AbortSignal.timeout(5000),
    })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > longestBody) throw new Error('body too large')
    chunks.push(chunk)
  }
  const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}')
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Error('expected a JSON object')
  return body as Record<string, unknown>
}

const isAmount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0
const replyOf = ({ state, providerRef, reason }: SandboxRefund): Reply => ({
  status: 200,
  body: { state, providerRef, reason },
})
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'bad request')
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

function send(response: ServerResponse, { status, body }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
