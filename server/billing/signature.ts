import { createHmac, timingSafeEqual } from 'node:crypto'

export const signatureHeader = 'x-retour-signature'

/** How old a signed message may be, and how far ahead its clock. */
const tolerance = 5 * 60_000

/** `t=<milliseconds>,v1=<hex>`: HMAC-SHA256 over time, a dot and the raw bytes. */
export function sign(secret: string, body: Buffer | string, at: number): string {
  const mac = createHmac('sha256', secret).update(`${at}.`).update(body).digest('hex')
  return `t=${at},v1=${mac}`
}

/** Whether the signature fits the bytes and is fresh, so that an old message cannot be sent again for ever. */
export function isSigned(secret: string, header: string | undefined, body: Buffer, now: number): boolean {
  const found = /^t=(\d{1,15}),v1=([0-9a-f]{64})$/.exec(header ?? '')
  if (!found) return false
  const at = Number(found[1])
  if (Math.abs(now - at) > tolerance) return false
  const expected = Buffer.from(sign(secret, body, at))
  const given = Buffer.from(header ?? '')
  return expected.length === given.length && timingSafeEqual(expected, given)
}
