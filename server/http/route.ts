import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Static, TSchema } from 'typebox'
import type { Result } from '../../workflows/model/problem.ts'

/** Who asks. Taken from the session or capability alone, never from the request's own words. */
export type Actor =
  | { kind: 'anonymous' }
  | {
      kind: 'user'
      userId: string
      name: string
      roles: readonly string[]
      departmentId: string | null
      sessionId: string
    }
  /** The holder of a private link or of an order look-up: rights to one case or one order only. */
  | { kind: 'customer'; scope: { orderNo: string } | { caseNo: string; orderNo: string }; customerId: string }
  | { kind: 'provider'; provider: string }

/**
 * The authorization rule of a route. There is no default: a route without one makes the start fail. Rights to single
 * objects are checked in the domain; what may not be seen is answered like what does not exist (404).
 */
export type Authorization =
  /** Open to everybody; says why. */
  | { allow: 'public'; because: string }
  | { allow: 'signed-in' }
  /** Staff by session, or a customer by either capability; what each may see is decided in `handle`. */
  | { allow: 'signed-in-or-capability' }
  | { allow: 'roles'; anyOf: readonly string[] }
  /** The private link of a case (`X-Retour-Capability`), or the short-lived one from an order look-up. */
  | { allow: 'capability'; scope: 'order' | 'case' }
  /** Signed by HMAC over the raw body. */
  | { allow: 'signature'; provider: string }

type StaticOf<T> = T extends TSchema ? Static<T> : undefined

export interface RouteRequest<Params, Query, Body> {
  params: Params
  query: Query
  body: Body
  actor: Actor
  now: string
  requestId: string
  /**
   * Key of this command, '' when the route is none: the header `Idempotency-Key` bound to actor and route, 64 hex
   * digits, the same at every repetition. Derive ids of what is created from it, so that a repetition creates nothing.
   */
  idempotencyKey: string
  /** Version that the page has seen, from the header `If-Match: "7"`; null without one. */
  ifMatch: number | null
  /** Address of the caller, for rate limits and the audit trail. */
  ip: string
}

export type LimitClass = 'login' | 'search' | 'upload' | 'publish'

/**
 * One route: method, path, rule, schemas and what it does. The schemas validate the request, type the handler and
 * document the route in /api/openapi.json. Amount of code in `handle`: as little as possible.
 */
export interface Route<
  P extends TSchema | undefined = TSchema | undefined,
  Q extends TSchema | undefined = TSchema | undefined,
  B extends TSchema | undefined = TSchema | undefined,
  R extends TSchema = TSchema,
> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Express path with named parameters, `/api/orders/:orderNo`. */
  path: string
  summary: string
  tag: string
  authorize: Authorization
  /** Changes money, stock or a process: needs an Idempotency-Key and answers the same when repeated (reliability R9). */
  command?: boolean
  /** Rate limit class beyond the general one. */
  limit?: LimitClass
  /** Largest JSON body in bytes; default 256 kB, or what the longest text of its schema needs. */
  bodyLimit?: number
  params?: P
  query?: Q
  body?: B
  response: R
  handle(request: RouteRequest<StaticOf<P>, StaticOf<Q>, StaticOf<B>>): Promise<Result<Static<R>>>
}

/** Keeps the static types of one route's schemas; what a domain exports is a list of these. */
export function defineRoute<
  P extends TSchema | undefined,
  Q extends TSchema | undefined,
  B extends TSchema | undefined,
  R extends TSchema,
>(route: Route<P, Q, B, R>): Route {
  return route as unknown as Route
}

/** What a raw route reads and writes besides JSON: the incoming message, and headers of the answer. */
export interface RawExchange {
  incoming: IncomingMessage
  outgoing: ServerResponse
}

/**
 * A route whose request or answer is more than JSON: upload, download, server-sent events, cookies. All rules of a
 * route hold. Answers a result, which is sent as JSON like that of any route, or null when it has answered itself.
 */
export interface RawRoute extends Omit<Route, 'handle' | 'command'> {
  /** Media types for the documentation; default JSON. A body that is not JSON is left unread. */
  accepts?: string
  answers?: string
  exchange(request: RouteRequest<unknown, unknown, unknown>, raw: RawExchange): Promise<Result<unknown> | null>
}

export type AnyRoute = Route | RawRoute
