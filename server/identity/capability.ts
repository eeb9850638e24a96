import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../workflows/runtime/ports.ts'
import type { Actor } from '../http/route.ts'
import type { IdentityStore } from './identity-store.ts'

type Holder = Extract<Actor, { kind: 'customer' }>

/** Private links: rights to one order for two hours, or to one case for 180 days; no account behind them. */
export interface Capabilities {
  grant(holder: Omit<Holder, 'kind'>): Promise<string>
  holderOf(token: string): Promise<Holder | null>
  /** Makes every link of this case or order that was given out so far worthless. */
  revoke(subject: string): Promise<void>
}

const HOUR = 3_600_000
const lifetimes = { order: 2 * HOUR, case: 180 * 24 * HOUR }
const LONGEST = 600

/**
 * Signed by HMAC-SHA256 with a secret that the first start makes and the store keeps. A link carries what it is for, so
 * it needs no row of its own; only a revocation is stored, as the time before which links of a subject count for nothing.
 */
export function createCapabilities(store: IdentityStore, clock: Clock): Capabilities {
  let secret: Promise<Buffer> | null = null
  const key = () => (secret ??= secretOf(store))
  const mac = async (text: string) =>
    createHmac('sha256', await key())
      .update(text)
      .digest()

  return {
    async grant({ scope, customerId }) {
      const now = Date.parse(clock.now())
      const kind = 'caseNo' in scope ? 'case' : 'order'
      const content = { ...scope, customerId, from: now, until: now + lifetimes[kind] }
      const text = Buffer.from(JSON.stringify(content)).toString('base64url')
      return `${text}.${(await mac(text)).toString('base64url')}`
    },

    async holderOf(token) {
      const [text, signature, more] = token.split('.')
      if (!text || !signature || more !== undefined || token.length > LONGEST) return null
      const expected = await mac(text)
      const given = Buffer.from(signature, 'base64url')
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
      const { orderNo, caseNo, customerId, from, until } = JSON.parse(Buffer.from(text, 'base64url').toString()) as {
        orderNo: string
        caseNo?: string
        customerId: string
        from: number
        until: number
      }
      if (Date.parse(clock.now()) >= until) return null
      const revoked = await store.setting<{ before: number }>(revocationOf(caseNo ?? orderNo))
      if (revoked && from <= revoked.data.before) return null
      return { kind: 'customer', scope: caseNo === undefined ? { orderNo } : { caseNo, orderNo }, customerId }
    },

    async revoke(subject) {
      const id = revocationOf(subject)
      const known = await store.setting(id)
      await store.saveSetting(id, known?.version ?? 0, { before: Date.parse(clock.now()) })
    },
  }
}

const revocationOf = (subject: string) => `revoked:${subject}`

async function secretOf(store: IdentityStore): Promise<Buffer> {
  const id = 'capability-secret'
  await store.saveSetting(id, 0, { secret: randomBytes(32).toString('base64') })
  // Whoever was first wins; everybody reads what stands.
  const stored = await store.setting<{ secret: string }>(id)
  if (!stored) throw new Error('Expected the secret of private links in the store, but it is not there')
  return Buffer.from(stored.data.secret, 'base64')
}
