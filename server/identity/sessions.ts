import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../../workflows/runtime/ports.ts'
import type { OpenSession } from '../http/authenticate.ts'
import type { IdentityStore, UserDocument } from './identity-store.ts'

const HOUR = 3_600_000
const IDLE_MS = 8 * HOUR
export const ABSOLUTE_MS = 7 * 24 * HOUR
/** How exactly the last use is kept; a write at every request would cost more than it tells. */
const SEEN_EVERY_MS = 5 * 60_000

export interface Session extends OpenSession {
  user: UserDocument
  userVersion: number
  expiresAt: string
}

export interface Sessions {
  /** Opens one; the token goes into the cookie and is stored nowhere. */
  open(userId: string): Promise<{ token: string }>
  find(token: string): Promise<Session | null>
  /** Over at once, also for requests under way elsewhere. */
  end(token: string): Promise<void>
}

/** Server-side sessions: ended by 8 hours of rest, 7 days of age, sign-out, a new password, or a disabled user. */
export function createSessions(store: IdentityStore, clock: Clock): Sessions {
  const idOf = (token: string) => createHash('sha256').update(token).digest('hex')

  return {
    async open(userId) {
      const token = randomBytes(32).toString('base64url')
      const now = clock.now()
      await store.saveSession(idOf(token), 0, { userId, createdAt: now, lastSeenAt: now, endedAt: null })
      return { token }
    },

    async find(token) {
      if (!/^[\w-]{43}$/.test(token)) return null
      const session = await store.session(idOf(token))
      if (!session || session.data.endedAt !== null) return null
      const { userId, createdAt, lastSeenAt } = session.data
      const now = Date.parse(clock.now())
      const idle = now - Date.parse(lastSeenAt)
      if (idle >= IDLE_MS || now - Date.parse(createdAt) >= ABSOLUTE_MS) return null
      const user = await store.user(userId)
      if (!user?.data.active || user.data.passwordSetAt > createdAt) return null
      if (idle >= SEEN_EVERY_MS) {
        await store.saveSession(idOf(token), session.version, { ...session.data, lastSeenAt: clock.now() })
      }
      const { name, roles, departmentId } = user.data
      return {
        actor: { kind: 'user', userId, name, roles, departmentId, sessionId: session.id },
        csrf: csrfOf(token),
        user: user.data,
        userVersion: user.version,
        expiresAt: new Date(Math.min(Date.parse(createdAt) + ABSOLUTE_MS, now + IDLE_MS)).toISOString(),
      }
    },

    async end(token) {
      const session = await store.session(idOf(token))
      if (!session || session.data.endedAt !== null) return
      await store.saveSession(session.id, session.version, { ...session.data, endedAt: clock.now() })
    },
  }
}

/** Known to whoever holds the token and to nobody else; another site can send the cookie but not this word. */
export function csrfOf(token: string): string {
  return createHash('sha256').update(`csrf\n${token}`).digest('base64url')
}
