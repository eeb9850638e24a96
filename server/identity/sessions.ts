import { hash, randomBytes } from 'node:crypto'
import type { Clock, Stored } from '../../workflows/runtime/ports.ts'
import type { OpenSession } from '../http/authenticate.ts'
import type { IdentityStore, SessionDocument, UserDocument } from './identity-store.ts'

const HOUR = 3_600_000
const IDLE_MS = 8 * HOUR
export const ABSOLUTE_MS = 7 * 24 * HOUR
/** How exactly the last use is kept; a write at every request would cost more than it tells. */
const SEEN_EVERY_MS = 5 * 60_000

export interface Session extends OpenSession {
  user: UserDocument
  userVersion: number
  /** When it ends, unless it is used before. */
  expiresAt(): string
}

export interface Sessions {
  /** Opens one; the token goes into the cookie and is stored nowhere. */
  open(userId: string): Promise<{ token: string }>
  find(token: string): Promise<Session | null>
  /** Over at once, also for requests under way elsewhere. */
  end(token: string): Promise<void>
  /** Whether a session known by its id is still open. */
  alive(sessionId: string): Promise<boolean>
  /** Told the id of each session that is ended. */
  onEnd(listener: (sessionId: string) => void): void
}

/** Server-side sessions: ended by 8 hours of rest, 7 days of age, sign-out, a new password, or a disabled user. */
export function createSessions(store: IdentityStore, clock: Clock): Sessions {
  const listeners: ((sessionId: string) => void)[] = []
  const idOf = (token: string) => hash('sha256', token)
  /** The words of sessions at hand. */
  const words = new WeakMap<Stored<SessionDocument>, string>()

  function wordOf(session: Stored<SessionDocument>, token: string): string {
    const word = words.get(session) ?? csrfOf(token)
    words.set(session, word)
    return word
  }

  /** The session with its user, unless it is over. */
  async function opened(sessionId: string, now: number) {
    const session = await store.session(sessionId)
    if (!session || session.data.endedAt !== null) return null
    const { userId, createdAt, lastSeenAt } = session.data
    const [created, seen] = [Date.parse(createdAt), Date.parse(lastSeenAt)]
    if (now - seen >= IDLE_MS || now - created >= ABSOLUTE_MS) return null
    const user = await store.user(userId)
    return user?.data.active && user.data.passwordSetAt <= createdAt ? { session, user, created, seen } : null
  }

  return {
    async open(userId) {
      const token = randomBytes(32).toString('base64url')
      const now = clock.now()
      await store.saveSession(idOf(token), 0, { userId, createdAt: now, lastSeenAt: now, endedAt: null })
      return { token }
    },

    async find(token) {
      if (!/^[\w-]{43}$/.test(token)) return null
      const now = Date.parse(clock.now())
      const found = await opened(idOf(token), now)
      if (!found) return null
      const { session, user, created, seen } = found
      const { userId } = session.data
      if (now - seen >= SEEN_EVERY_MS) {
        const used = { ...session.data, lastSeenAt: clock.now() }
        await store.saveSession(session.id, session.version, used).catch(unlessFull)
      }
      const { name, roles, departmentId } = user.data
      return {
        actor: { kind: 'user', userId, name, roles, departmentId, sessionId: session.id },
        csrf: wordOf(session, token),
        user: user.data,
        userVersion: user.version,
        expiresAt: () => new Date(Math.min(created + ABSOLUTE_MS, now + IDLE_MS)).toISOString(),
      }
    },

    async end(token) {
      const session = await store.session(idOf(token))
      if (!session || session.data.endedAt !== null) return
      await store.saveSession(session.id, session.version, { ...session.data, endedAt: clock.now() })
      for (const listener of listeners) listener(session.id)
    },

    alive: async (sessionId) => (await opened(sessionId, Date.parse(clock.now()))) !== null,
    onEnd: (listener) => void listeners.push(listener),
  }
}

/** A full disk keeps nobody from reading. */
function unlessFull(error: unknown): void {
  if ((error as { code?: unknown }).code !== 'storage_full') throw error
}

/** Known to whoever holds the token and to nobody else; another site can send the cookie but not this word. */
export function csrfOf(token: string): string {
  return hash('sha256', `csrf\n${token}`, 'base64url')
}
