import type { IncomingMessage, ServerResponse } from 'node:http'
import { LoginRequest, password, Session, SetupRequest, SetupState } from '../contract/identity.ts'
import { Nullable } from '../contract/shared.ts'
import { refusalOf } from '../contract/errors.ts'
import { sessionCookie } from '../http/authenticate.ts'
import { cookieOf, onThisMachine } from '../http/request-origin.ts'
import type { AnyRoute, RawRoute } from '../http/route.ts'
import { ok, type Result } from '../../workflows/model/problem.ts'
import Type from 'typebox'
import { type Identity, publicUser } from './identity.ts'
import { ABSOLUTE_MS, type Sessions } from './sessions.ts'
import type { Setup } from './setup.ts'

export interface SessionRoutesDependencies {
  identity: Identity
  sessions: Sessions
  setup: Setup
  secure: boolean
}

const PasswordChange = Type.Object({ current: Type.String({ minLength: 1, maxLength: 200 }), password })

/** Signing in and out, the own password, and the first run. */
export function sessionRoutes({ identity, sessions, setup, secure }: SessionRoutesDependencies): AnyRoute[] {
  const cookie = sessionCookie(secure)

  async function described(token: string): Promise<Result<Session>> {
    const session = await sessions.find(token)
    if (!session) return { ok: false, refusal: refusalOf('session.required') }
    const user = publicUser({ id: session.actor.userId, version: session.userVersion, data: session.user })
    const company = (await setup.company())?.name ?? ''
    return ok({ user, csrf: session.csrf, company, expiresAt: session.expiresAt() })
  }

  /** A new session for whoever proved to be this user; the one he came with ends, so that none is ever taken over. */
  async function signedIn(
    userId: string,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
  ): Promise<Result<Session>> {
    const before = cookieOf(incoming, cookie)
    // The new one first: who cannot be signed in now stays who he was.
    const { token } = await sessions.open(userId)
    if (before !== null) await sessions.end(before)
    outgoing.setHeader('Set-Cookie', cookieText(cookie, token, ABSOLUTE_MS / 1000, secure))
    return described(token)
  }

  const readSession: RawRoute = {
    method: 'GET',
    path: '/api/session',
    summary: 'Who is signed in; null when nobody is',
    tag: 'identity',
    authorize: { allow: 'public', because: 'the page asks before it knows whether anybody is signed in' },
    response: Nullable(Session),
    async exchange(_, { incoming }) {
      const token = cookieOf(incoming, cookie)
      const session = token === null ? null : await described(token)
      return ok(session?.ok ? session.value : null)
    },
  }

  const signIn: RawRoute = {
    method: 'POST',
    path: '/api/session',
    summary: 'Sign in',
    tag: 'identity',
    authorize: { allow: 'public', because: 'signing in comes before being known' },
    limit: 'login',
    body: LoginRequest,
    response: Session,
    async exchange(request, { incoming, outgoing }) {
      const { username, password: given } = request.body as LoginRequest
      const user = await identity.verify(username, given, request.ip)
      return user.ok ? signedIn(user.value.id, incoming, outgoing) : user
    },
  }

  const signOut: RawRoute = {
    method: 'DELETE',
    path: '/api/session',
    summary: 'Sign out; the session is over at once',
    tag: 'identity',
    authorize: { allow: 'signed-in' },
    response: Type.Null(),
    async exchange(_, { incoming, outgoing }) {
      await sessions.end(cookieOf(incoming, cookie) ?? '')
      outgoing.setHeader('Set-Cookie', cookieText(cookie, '', 0, secure))
      return ok(null)
    },
  }

  const changePassword: RawRoute = {
    method: 'POST',
    path: '/api/session/password',
    summary: 'Change the own password; all other sessions end',
    tag: 'identity',
    authorize: { allow: 'signed-in' },
    limit: 'login',
    body: PasswordChange,
    response: Session,
    async exchange(request, { incoming, outgoing }) {
      const { current, password: next } = request.body as { current: string; password: string }
      const { actor } = request
      if (actor.kind !== 'user') return { ok: false, refusal: refusalOf('session.required') }
      const known = await identity.verify(actor.userId, current, request.ip)
      if (!known.ok) return known
      const changed = await identity.setPassword(actor.userId, next, { actor })
      return changed.ok ? signedIn(actor.userId, incoming, outgoing) : changed
    },
  }

  const readSetup: RawRoute = {
    method: 'GET',
    path: '/api/setup',
    summary: 'Whether the first run is still to come, and the packs to choose from',
    tag: 'identity',
    authorize: { allow: 'public', because: 'nobody has an account before the first run' },
    response: SetupState,
    exchange: async (request, { incoming }) => ok(await setup.state(onThisMachine(request.ip, incoming))),
  }

  const runSetup: RawRoute = {
    method: 'POST',
    path: '/api/setup',
    summary: 'First run: company, admin and pack; works once',
    tag: 'identity',
    authorize: { allow: 'public', because: 'nobody has an account before the first run; a token guards it from afar' },
    limit: 'login',
    body: SetupRequest,
    response: Session,
    async exchange(request, { incoming, outgoing }) {
      const done = await setup.run(request.body as SetupRequest, onThisMachine(request.ip, incoming))
      return done.ok ? signedIn(done.value.id, incoming, outgoing) : done
    },
  }

  return [readSession, signIn, signOut, changePassword, readSetup, runSetup]
}

function cookieText(name: string, token: string, seconds: number, secure: boolean): string {
  return `${name}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure ? '; Secure' : ''}`
}
