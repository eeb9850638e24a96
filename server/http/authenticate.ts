import type { IncomingMessage } from 'node:http'
import { cookieOf } from './request-origin.ts'
import type { Actor, Authorization } from './route.ts'

/** What the platform asks about a session: who it is and the word that proves the page is ours. */
export interface OpenSession {
  actor: Extract<Actor, { kind: 'user' }>
  csrf: string
}

export interface Credentials {
  /** The open session of a cookie's token, or null when it ended, its user was disabled, or it never was. */
  session(token: string): Promise<OpenSession | null>
  /** The holder of a private link, or null when it is forged, expired or revoked. */
  capability(token: string): Promise<Extract<Actor, { kind: 'customer' }> | null>
  /** Whether a provider signed these bytes. Unknown providers never did. */
  signed(provider: string, headers: IncomingMessage['headers'], body: Buffer): boolean
}

export interface Authenticated {
  actor: Actor
  /** Set for a session: unsafe requests must send it back. */
  csrf: string | null
}

const anonymous: Authenticated = { actor: { kind: 'anonymous' }, csrf: null }

/** `__Host-` binds the cookie to this host and to https; plain http (a trial on the own machine) cannot have it. */
export const sessionCookie = (secure: boolean): string => (secure ? '__Host-retour' : 'retour')

/** Who asks, by the kind of credential that the route's rule looks at; nothing else of the request counts. */
export async function authenticate(
  incoming: IncomingMessage,
  rule: Authorization,
  credentials: Credentials,
  cookie: string,
): Promise<Authenticated> {
  if (rule.allow === 'signature') return anonymous
  const capability = incoming.headers['x-retour-capability']
  if (rule.allow === 'capability' || (rule.allow === 'signed-in-or-capability' && capability !== undefined)) {
    const holder = typeof capability === 'string' ? await credentials.capability(capability) : null
    return holder ? { actor: holder, csrf: null } : anonymous
  }
  const token = cookieOf(incoming, cookie)
  const session = token === null ? null : await credentials.session(token)
  return session ? { actor: session.actor, csrf: session.csrf } : anonymous
}
