import { timingSafeEqual } from 'node:crypto'
import { Router, type Express, type Request as Incoming, type Response as Outgoing } from 'express'
import Type, { type TSchema } from 'typebox'
import { refusalOf } from '../contract/errors.ts'
import { ok, type Result } from '../../workflows/model/problem.ts'
import type { Clock, FollowUp } from '../../workflows/runtime/ports.ts'
import { answerProblem, problem, refusalOfError, RefusalError } from './answer-problem.ts'
import { authenticate, type Authenticated, type Credentials } from './authenticate.ts'
import { authorize } from './authorize.ts'
import { actorKey, commandKey, type Idempotency } from './idempotency.ts'
import { decodeUtf8, readJson } from './json-text.ts'
import type { RateLimiter } from './rate-limit.ts'
import { DEFAULT_BODY_LIMIT, hasBody, isJson, readBody } from './read-body.ts'
import { changesSomething, comesFromThisSite } from './request-origin.ts'
import type { Actor, AnyRoute, Route, RouteRequest } from './route.ts'
import { readQuery, validatorOf, type Validate } from './validate.ts'

/** What the pipeline around every route needs. */
export interface Pipeline {
  clock: Clock
  credentials: Credentials
  cookie: string
  limiter: RateLimiter
  idempotency: Idempotency
  /** The audit entry that stands with a command's remembered answer. */
  audit(command: AuditedCommand): FollowUp[]
  /** Compares every answer with its schema; a difference is a bug and answers 500. On in tests. */
  checkAnswers: boolean
  failed(error: unknown, requestId: string): void
}

export interface AuditedCommand {
  key: string
  actor: Actor
  route: string
  params: Record<string, string>
  at: string
  requestId: string
  ip: string
}

interface Checks {
  /** Largest body in bytes. */
  limit: number
  params: Validate
  query: Validate
  body: Validate | null
  response: Validate
}

/**
 * Puts routes on the app, each behind the same pipeline: who asks, may they, does the page prove itself, is it too
 * often, is the input what the schemas say, was this command already done. Throws with a sentence when the table of
 * routes is not sound, so that the start fails (reliability R15).
 */
export function registerRoutes(app: Express, routes: readonly AnyRoute[], pipeline: Pipeline): void {
  checkRoutes(routes)
  const ordered = [...routes].sort((a, b) => (specificity(a.path) < specificity(b.path) ? -1 : 1))
  const areas = new Map<string, Router>()
  const areaFor = (path: string): Router => {
    const known = areas.get(areaOf(path))
    if (known) return known
    const area = Router({ caseSensitive: true, strict: true })
    areas.set(areaOf(path), area)
    return area
  }
  for (const route of ordered) {
    const run = runnerOf(route, pipeline)
    const method = route.method.toLowerCase() as 'get'
    areaFor(route.path)[method](route.path, (incoming, outgoing) => void run(incoming, outgoing))
  }
  for (const path of new Set(ordered.map((route) => route.path))) {
    const allowed = methodsOf(ordered, path)
    areaFor(path).all(path, (_, outgoing) => {
      answerProblem(outgoing, refusalOf('route.method'), requestIdOf(outgoing), { Allow: allowed })
    })
  }
  app.use((incoming, outgoing, next) => {
    const area = areas.get(areaOf(incoming.path))
    if (area) area(incoming, outgoing, next)
    else next()
  })
}

/** The first two words of an address: they tell which few routes it may mean, so that not all of them are tried. */
const areaOf = (path: string): string => path.split('/', 3).join('/')

const kinds = new Set(['public', 'signed-in', 'signed-in-or-capability', 'roles', 'capability', 'signature'])

/** Why a table of routes cannot be served; the first fault as a sentence. */
export function checkRoutes(routes: readonly AnyRoute[]): void {
  const seen = new Set<string>()
  for (const route of routes) {
    const name = `${route.method} ${route.path}`
    const rule = route.authorize as { allow?: string; because?: string; anyOf?: readonly string[] } | undefined
    const fault = (sentence: string) => new Error(`Route ${name}: ${sentence}`)
    if (!rule?.allow || !kinds.has(rule.allow)) throw fault('expected an authorization rule, but it has none')
    if (rule.allow === 'public' && !rule.because) throw fault('expected a reason why it is open to everybody')
    if (rule.allow === 'roles' && !rule.anyOf?.length) throw fault('expected at least one role that may use it')
    if ('command' in route && route.command && !changesSomething(route.method))
      throw fault(`expected a command to be sent by POST, PUT, PATCH or DELETE, but it is ${route.method}`)
    if (areaOf(route.path).includes(':')) throw fault('expected its first two words to be no parameters')
    const shape = `${route.method} ${shapeOf(route.path)}`
    if (seen.has(shape)) throw fault('expected each method and path once, but it is there twice')
    seen.add(shape)
  }
}

export const shapeOf = (path: string): string => path.replaceAll(/:[A-Za-z]+/g, ':')

// A named segment is tried before a parameter: `/api/tasks/summary` before `/api/tasks/:taskId`.
const specificity = (path: string): string => path.replaceAll(/:[A-Za-z]+/g, '\uffff')

function methodsOf(routes: readonly AnyRoute[], path: string): string {
  const methods = routes.filter((route) => shapeOf(route.path) === shapeOf(path)).map((route) => route.method)
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].join(', ')
}

export const requestIdOf = (outgoing: Outgoing): string => (outgoing.locals['requestId'] as string | undefined) ?? ''

const noParameters = Type.Object({})

function checksOf(route: AnyRoute): Checks {
  const names = [...route.path.matchAll(/:([A-Za-z]+)/g)].map((match) => match[1] as string)
  const byPath = Type.Object(
    Object.fromEntries(names.map((name) => [name, Type.String({ minLength: 1, maxLength: 200 })])),
  )
  return {
    limit: route.bodyLimit ?? Math.max(DEFAULT_BODY_LIMIT, 3 * longestText(route.body)),
    params: validatorOf(route.params ?? byPath),
    query: validatorOf(route.query ?? noParameters),
    body: route.body === undefined ? null : validatorOf(route.body),
    response: validatorOf(route.response),
  }
}

/** Characters of the longest text that a body may hold, three bytes each at most: a diagram needs more than the default. */
function longestText(schema: unknown): number {
  if (schema === null || typeof schema !== 'object') return 0
  const own = 'maxLength' in schema && typeof schema.maxLength === 'number' ? schema.maxLength : 0
  return Math.max(own, ...Object.values(schema).map(longestText))
}

function runnerOf(route: AnyRoute, pipeline: Pipeline): (incoming: Incoming, outgoing: Outgoing) => Promise<void> {
  const checks = checksOf(route)
  return async (incoming, outgoing) => {
    const requestId = requestIdOf(outgoing)
    outgoing.locals['route'] = route.path
    try {
      const { result, retryAfter } = await served(route, checks, pipeline, incoming, outgoing, requestId)
      if (result === null) return
      if (!result.ok) {
        const seconds = retryAfter ?? result.refusal.params?.['retryAfterSeconds']
        answerProblem(outgoing, result.refusal, requestId, seconds ? { 'Retry-After': String(seconds) } : {})
      } else {
        if (pipeline.checkAnswers) checkAnswer(route, checks, result.value)
        answerJson(outgoing, result.value)
      }
    } catch (error) {
      const { refusal, headers, bug } = refusalOfError(error)
      if (bug) pipeline.failed(error, requestId)
      answerProblem(outgoing, refusal, requestId, headers)
    }
  }
}

function answerJson(outgoing: Outgoing, value: unknown): void {
  outgoing.status(200)
  outgoing.setHeader('Content-Type', 'application/json; charset=utf-8')
  outgoing.setHeader('Cache-Control', 'no-store')
  outgoing.end(JSON.stringify(value ?? null))
}

function checkAnswer(route: AnyRoute, checks: Checks, value: unknown): void {
  const checked = checks.response(JSON.parse(JSON.stringify(value ?? null)))
  if (!checked.ok) {
    const faults = (checked.refusal.fields ?? []).map((field) => `${field.path}: ${field.message.en}`)
    throw new Error(`${route.method} ${route.path} answers other than its schema says: ${faults.join('; ')}`)
  }
}

async function served(
  route: AnyRoute,
  checks: Checks,
  pipeline: Pipeline,
  incoming: Incoming,
  outgoing: Outgoing,
  requestId: string,
): Promise<{ result: Result<unknown> | null; retryAfter?: number }> {
  const ip = incoming.ip ?? ''
  limited(pipeline, 'general', ip)
  const who = await authenticate(incoming, route.authorize, pipeline.credentials, pipeline.cookie)
  const { actor, body } = await admitted(route, checks.limit, pipeline, incoming, who)
  if (route.limit) limited(pipeline, route.limit, actor.kind === 'user' ? actorKey(actor) : ip)

  const request: RouteRequest<unknown, unknown, unknown> = {
    params: valueOf(checks.params({ ...incoming.params })),
    query: valueOf(checks.query(valueOf(readQuery(searchOf(incoming), route.query as TSchema | undefined)))),
    body: valueOf(await bodyOf(route, checks, incoming, body)),
    actor,
    now: pipeline.clock.now(),
    requestId,
    idempotencyKey: '',
    ifMatch: versionOf(incoming.headers['if-match']),
    ip,
  }
  if ('exchange' in route) return { result: await route.exchange(request, { incoming, outgoing }) }
  if (!route.command) return { result: await route.handle(request as never) }
  return commanded(route, pipeline, incoming, request)
}

/** The actor after the rule of the route, the proof of the page, and for signed bodies the signature. */
async function admitted(
  route: AnyRoute,
  limit: number,
  pipeline: Pipeline,
  incoming: Incoming,
  who: Authenticated,
): Promise<{ actor: Actor; body: Buffer | null }> {
  let { actor } = who
  let body: Buffer | null = null
  if (route.authorize.allow === 'signature') {
    body = await readBody(incoming, limit)
    const { provider } = route.authorize
    if (pipeline.credentials.signed(provider, incoming.headers, body)) actor = { kind: 'provider', provider }
  }
  valueOf(authorize(route.authorize, actor))
  if (changesSomething(route.method) && actor.kind !== 'provider') {
    const proven = actor.kind !== 'user' || route.authorize.allow === 'public' || sameWord(incoming, who.csrf)
    if (!comesFromThisSite(incoming) || !proven) throw problem('csrf.invalid')
  }
  return { actor, body }
}

function sameWord(incoming: Incoming, csrf: string | null): boolean {
  const sent = Buffer.from(String(incoming.headers['x-retour-csrf'] ?? ''))
  const expected = Buffer.from(csrf ?? '')
  return expected.length > 0 && sent.length === expected.length && timingSafeEqual(sent, expected)
}

function limited(pipeline: Pipeline, limit: Parameters<RateLimiter['take']>[0], caller: string): void {
  const seconds = pipeline.limiter.take(limit, caller)
  if (seconds > 0) throw problem('rate.limited', {}, { 'Retry-After': String(seconds) })
}

async function bodyOf(
  route: AnyRoute,
  checks: Checks,
  incoming: Incoming,
  read: Buffer | null,
): Promise<Result<unknown>> {
  if ('exchange' in route && route.accepts) return ok(undefined)
  if (checks.body === null) {
    if (hasBody(incoming) && read === null) throw problem('body.unexpected', {}, { Connection: 'close' })
    return ok(undefined)
  }
  if (!isJson(incoming.headers['content-type'])) return { ok: false, refusal: refusalOf('body.type') }
  const text = decodeUtf8(read ?? (await readBody(incoming, checks.limit)))
  if (!text.ok) return text
  const value = readJson(text.value)
  return value.ok ? checks.body(value.value) : value
}

async function commanded(
  route: Route,
  pipeline: Pipeline,
  incoming: Incoming,
  request: RouteRequest<unknown, unknown, unknown>,
): Promise<{ result: Result<unknown>; retryAfter?: number }> {
  const header = incoming.headers['idempotency-key']
  if (header === undefined || header === '') throw problem('idempotency.missing')
  if (typeof header !== 'string' || !/^[\x21-\x7e]{8,128}$/.test(header)) throw problem('idempotency.invalid')
  const name = `${route.method} ${route.path}`
  const key = commandKey(request.actor, name, header)
  const { actor, params, query, body, now, requestId, ip } = request
  return pipeline.idempotency.once(
    key,
    { params, query, body },
    () => route.handle({ ...request, idempotencyKey: key } as never),
    () => pipeline.audit({ key, actor, route: name, params: params as Record<string, string>, at: now, requestId, ip }),
  )
}

function valueOf<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new RefusalError(result.refusal)
}

function versionOf(header: string | undefined): number | null {
  if (header === undefined) return null
  const match = /^"(\d{1,9})"$/.exec(header)
  if (!match) throw problem('request.invalid', { where: 'If-Match' })
  return Number(match[1])
}

function searchOf(incoming: Incoming): string {
  const at = incoming.url.indexOf('?')
  return at < 0 ? '' : incoming.url.slice(at + 1)
}
