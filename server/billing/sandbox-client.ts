import type { PaymentProvider, ProviderEvent, QueryAnswer, RefundAnswer } from './provider.ts'
import { isSigned, signatureHeader } from './signature.ts'

export interface SandboxClientOptions {
  url: string
  secret: string
  /** How long an answer is waited for. */
  timeoutMs?: number
}

const longestAnswer = 64 * 1024
const eventKinds = ['refund.succeeded', 'refund.failed', 'payment.captured']

/** The sandbox provider over HTTP; the shape of every other provider's adapter. */
export function createSandboxClient({ url, secret, timeoutMs = 5000 }: SandboxClientOptions): PaymentProvider {
  async function call(path: string, init: RequestInit): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(new URL(path, url), {
      ...init,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const text = await response.text()
    const body: unknown = text.length <= longestAnswer ? JSON.parse(text) : null
    if (typeof body !== 'object' || body === null) throw new Error('expected a JSON object')
    return { status: response.status, body: body as Record<string, unknown> }
  }

  return {
    name: 'sandbox',

    async refund(order) {
      const { key, ...payload } = order
      try {
        const { status, body } = await call('/v1/refunds', {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'idempotency-key': key },
          body: JSON.stringify(payload),
        })
        if (status === 422 || status === 400)
          return { kind: 'declined', providerRef: null, reason: textOf(body['reason'], 'refused') }
        return status >= 200 && status < 300 ? answerOf(body) : { kind: 'unknown', reason: `HTTP ${status}` }
      } catch (error) {
        return { kind: 'unknown', reason: error instanceof Error ? error.message : 'no answer' }
      }
    },

    async query(key): Promise<QueryAnswer> {
      try {
        const { status, body } = await call(`/v1/refunds/${encodeURIComponent(key)}`, { method: 'GET' })
        if (status === 404) return { kind: 'absent' }
        return status === 200 ? answerOf(body) : { kind: 'unknown', reason: `HTTP ${status}` }
      } catch (error) {
        return { kind: 'unknown', reason: error instanceof Error ? error.message : 'no answer' }
      }
    },

    signed(headers, body, now) {
      const header = headers[signatureHeader]
      return isSigned(secret, typeof header === 'string' ? header : undefined, body, Date.parse(now))
    },

    readEvent(body): ProviderEvent | null {
      if (typeof body !== 'object' || body === null) return null
      const { id, type, data } = body as Record<string, unknown>
      const facts = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>
      const { subject, orderNo, amount, currency, providerRef, reason } = facts
      if (typeof id !== 'string' || id === '' || id.length > 100) return null
      if (typeof type !== 'string' || !eventKinds.includes(type)) return null
      if (typeof subject !== 'string' || typeof orderNo !== 'string' || !Number.isSafeInteger(amount)) return null
      return {
        eventId: id,
        kind: type as ProviderEvent['kind'],
        subject,
        orderNo,
        amount: amount as number,
        currency: textOf(currency, ''),
        providerRef: textOf(providerRef, ''),
        reason: typeof reason === 'string' ? reason : null,
      }
    },
  }
}

const textOf = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise)

function answerOf(body: Record<string, unknown>): RefundAnswer {
  const providerRef = textOf(body['providerRef'], '')
  switch (body['state']) {
    case 'succeeded':
      return { kind: 'succeeded', providerRef }
    case 'accepted':
      return { kind: 'accepted', providerRef }
    case 'declined':
      return { kind: 'declined', providerRef, reason: textOf(body['reason'], 'declined') }
    default:
      return { kind: 'unknown', reason: 'the answer says nothing that is understood' }
  }
}
