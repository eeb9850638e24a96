import compression from 'compression'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import Type from 'typebox'
import { refusalOf } from './contract/errors.ts'
import { answerProblem, refusalOfError } from './http/answer-problem.ts'
import type { Credentials } from './http/authenticate.ts'
import { sessionCookie } from './http/authenticate.ts'
import { clientFiles } from './http/client-files.ts'
import type { Idempotency } from './http/idempotency.ts'
import type { Metrics } from './http/metrics.ts'
import { openApiDocument } from './http/openapi.ts'
import type { RateLimiter } from './http/rate-limit.ts'
import { hasBody } from './http/read-body.ts'
import { registerRoutes, requestIdOf, type AuditedCommand } from './http/register-routes.ts'
import { defineRoute, type AnyRoute } from './http/route.ts'
import { securityHeaders } from './http/security-headers.ts'
import { ok } from '../workflows/model/problem.ts'
import type { Clock, FollowUp, Ids, Log } from '../workflows/runtime/ports.ts'

/** Everything that the app is made of; `product.ts` and the tests put it together. */
export interface AppDependencies {
  routes: readonly AnyRoute[]
  credentials: Credentials
  limiter: RateLimiter
  idempotency: Idempotency
  audit(command: AuditedCommand): FollowUp[]
  metrics: Metrics
  clock: Clock
  ids: Ids
  log: Log
  version: string
  /** People come by https: `__Host-` cookie and HSTS. */
  secure: boolean
  trustProxy: number
  /** Folder of the built client, null without one. */
  clientFolder: string | null
  checkAnswers: boolean
}

const LONGEST_URL = 4096
const MOST_HEADERS = 100

/** The whole HTTP face as an Express app. Never listens. Throws when the table of routes is not sound. */
export function createApp(dependencies: AppDependencies): Express {
  const { clock, ids, log, metrics } = dependencies
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('query parser', false)
  app.set('trust proxy', dependencies.trustProxy)
  app.set('case sensitive routing', true)
  app.set('strict routing', true)

  app.use((incoming, outgoing, next) => {
    outgoing.locals['requestId'] = ids.next()
    outgoing.setHeader('X-Request-Id', requestIdOf(outgoing))
    measure(incoming, outgoing)
    next()
  })
  app.use(securityHeaders(dependencies.secure))
  app.use(soundRequest)
  const compress = compression({ filter: compressible })
  // Commands answer in a few words.
  app.use((incoming, outgoing, next) =>
    incoming.method === 'GET' || incoming.method === 'HEAD' ? compress(incoming, outgoing, next) : next(),
  )

  const routes = [...dependencies.routes]
  routes.push(documentation(() => openApiDocument(routes, dependencies.version)))
  registerRoutes(app, routes, {
    clock,
    credentials: dependencies.credentials,
    cookie: sessionCookie(dependencies.secure),
    limiter: dependencies.limiter,
    idempotency: dependencies.idempotency,
    audit: dependencies.audit,
    checkAnswers: dependencies.checkAnswers,
    failed: (error, requestId) => log.error('request.failed', { requestId, error }),
  })
  if (dependencies.clientFolder !== null) app.use(clientFiles(dependencies.clientFolder))
  app.use((_, outgoing) => answerProblem(outgoing, refusalOf('route.not_found'), requestIdOf(outgoing)))
  app.use((error: unknown, _: Request, outgoing: Response, __: NextFunction) => {
    const { refusal, headers, bug } = refusalOfError(error)
    if (bug) log.error('request.failed', { requestId: requestIdOf(outgoing), error })
    answerProblem(outgoing, refusal, requestIdOf(outgoing), headers)
  })
  return app

  function measure(incoming: Request, outgoing: Response): void {
    const started = performance.now()
    outgoing.on('finish', () => {
      const seconds = (performance.now() - started) / 1000
      const route = (outgoing.locals['route'] as string | undefined) ?? 'none'
      metrics.request(route, incoming.method, outgoing.statusCode, seconds)
      log.info('request', {
        requestId: requestIdOf(outgoing),
        method: incoming.method,
        route,
        status: outgoing.statusCode,
        ms: Math.round(seconds * 1000),
      })
    })
  }
}

/** Refuses what no route should have to think about: odd addresses, too many headers, a body where none belongs. */
function soundRequest(incoming: Request, outgoing: Response, next: NextFunction): void {
  const refuse = (code: 'url.invalid' | 'request.headers' | 'body.unexpected' | 'route.method') =>
    answerProblem(outgoing, refusalOf(code), requestIdOf(outgoing), { Connection: 'close' })
  const known = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
  if (incoming.rawHeaders.length > 2 * MOST_HEADERS) refuse('request.headers')
  else if (!known.includes(incoming.method)) refuse('route.method')
  else if (!soundUrl(incoming.url)) refuse('url.invalid')
  else if ((incoming.method === 'GET' || incoming.method === 'HEAD') && hasBody(incoming)) refuse('body.unexpected')
  else next()
}

function soundUrl(url: string): boolean {
  if (url.length > LONGEST_URL) return false
  try {
    const path = decodeURIComponent(url.split('?')[0] as string)
    // oxlint-disable-next-line no-control-regex
    return !/[\u0000-\u001f\u007f\\]|\/\/|(^|\/)\.\.?(\/|$)/.test(path)
  } catch {
    return false
  }
}

function compressible(incoming: Request, outgoing: Response): boolean {
  const live = String(outgoing.getHeader('Content-Type') ?? '').startsWith('text/event-stream')
  return !live && compression.filter(incoming, outgoing)
}

function documentation(document: () => Record<string, unknown>): AnyRoute {
  return defineRoute({
    method: 'GET',
    path: '/api/openapi.json',
    summary: 'This document',
    tag: 'platform',
    authorize: { allow: 'public', because: 'the description of the interface holds no data' },
    response: Type.Record(Type.String(), Type.Unknown()),
    handle: async () => ok(document()),
  })
}
