import type { IncomingMessage } from 'node:http'

/** A browser says where a request comes from; anything but this site itself is refused for unsafe methods (ASVS 3.5). */
export function comesFromThisSite(incoming: IncomingMessage): boolean {
  const site = incoming.headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  const { origin } = incoming.headers
  return origin === undefined || hostOf(origin) === incoming.headers.host
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}

const unsafe = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

export const changesSomething = (method: string | undefined): boolean => unsafe.has(method ?? '')

/** One cookie's value; the first of a name wins. */
export function cookieOf(incoming: IncomingMessage, name: string): string | null {
  for (const part of (incoming.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return null
}

/** A request that a proxy passed on does not come from this machine, wherever the proxy itself stands. */
export function onThisMachine(ip: string, incoming: IncomingMessage): boolean {
  const passedOn = incoming.headers['x-forwarded-for'] !== undefined || incoming.headers['forwarded'] !== undefined
  return !passedOn && /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/.test(ip)
}
