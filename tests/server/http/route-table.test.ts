import Type from 'typebox'
import { describe, expect, it } from 'vitest'
import { checkRoutes } from '../../../server/http/register-routes.ts'
import { defineRoute, type AnyRoute, type Authorization } from '../../../server/http/route.ts'
import { ok } from '../../../workflows/model/problem.ts'
import { anApp } from '../../support/app.ts'

const aRoute = (change: Record<string, unknown> = {}): AnyRoute =>
  ({
    ...defineRoute({
      method: 'GET',
      path: '/api/test/things/:thingId',
      summary: 'A thing',
      tag: 'test',
      authorize: { allow: 'signed-in' },
      response: Type.Null(),
      handle: async () => ok(null),
    }),
    ...change,
  }) as AnyRoute

describe('the table of routes', () => {
  it.each([
    ['without a rule', [aRoute({ authorize: undefined })], 'has none'],
    ['with a rule nobody knows', [aRoute({ authorize: { allow: 'everybody' } })], 'has none'],
    ['open to everybody without saying why', [aRoute({ authorize: { allow: 'public', because: '' } })], 'reason'],
    ['for no role', [aRoute({ authorize: { allow: 'roles', anyOf: [] } })], 'at least one role'],
    ['a command by GET', [aRoute({ command: true })], 'GET'],
    ['with a parameter so early that every address could mean it', [aRoute({ path: '/api/:test' })], 'first two words'],
    ['twice', [aRoute(), aRoute()], 'twice'],
    ['twice under another parameter name', [aRoute(), aRoute({ path: '/api/test/things/:id' })], 'twice'],
  ])('makes the start fail with a sentence: a route %s', (_, routes, sentence) => {
    expect(() => checkRoutes(routes)).toThrow(/Route GET \/api\/:?test/)
    expect(() => checkRoutes(routes)).toThrow(sentence)
  })

  it('fails the start of the whole app', async () => {
    await expect(anApp({ routes: [aRoute({ authorize: undefined })] })).rejects.toThrow('authorization rule')
  })

  it('prefers a named segment to a parameter, in whatever order they are given', async () => {
    const named = aRoute({ path: '/api/test/things/summary', response: Type.String(), handle: async () => ok('named') })
    const app = await anApp({ routes: [aRoute(), named] })
    const li = await app.as('li')

    expect((await li.get('/api/test/things/summary')).body).toBe('named')
  })

  it('is the documentation, and every route lets in exactly whom its rule names', async () => {
    const app = await anApp()
    const plain = await app.as('zhao', { roles: ['nothing-special'] })
    const document = (await app.anonymous.get('/api/openapi.json')).body as {
      openapi: string
      paths: Record<string, Record<string, { 'x-authorization': Authorization; operationId: string }>>
    }
    expect(document.openapi).toBe('3.1.0')

    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
    )
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
    for (const { path, method, 'x-authorization': rule } of operations) {
      const address = path.replaceAll(/\{\w+\}/g, 'x-unknown-1')
      const ask = (caller: typeof plain) =>
        ({ get: caller.get, post: caller.post, put: caller.put, patch: caller.patch, delete: caller.delete })[
          method as 'get'
        ](address)
      const stranger = await ask(app.anonymous)
      if (rule.allow !== 'public') expect([path, method, stranger.status]).toEqual([path, method, 401])
      if (rule.allow === 'roles') {
        const answer = await ask(plain)
        expect([path, method, answer.status, answer.body.code]).toEqual([path, method, 403, 'role.required'])
      }
    }
  })
})

describe('every answer', () => {
  it('carries the headers that keep a browser from being talked into anything', async () => {
    const app = await anApp({ environment: { PUBLIC_URL: 'https://retour.example.com' } })

    for (const path of ['/healthz', '/api/session', '/api/nothing-here']) {
      const { headers } = await app.anonymous.get(path)
      const policy = String(headers['content-security-policy'])
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("script-src 'self';")
      for (const name of ['object-src', 'base-uri', 'frame-ancestors']) expect(policy).toContain(`${name} 'none'`)
      expect(policy).not.toMatch(/unsafe-eval|\*/)
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'strict-transport-security': 'max-age=31536000; includeSubDomains',
        'cache-control': 'no-store',
      })
      expect(headers).not.toHaveProperty('x-powered-by')
      expect(headers).not.toHaveProperty('access-control-allow-origin')
    }
  })

  it('tells nothing of an error inside but the number of the request', async () => {
    const lines: { event: string; fields: Record<string, unknown> | undefined }[] = []
    const take = (event: string, fields?: Record<string, unknown>) => void lines.push({ event, fields })
    const broken = aRoute({
      handle: async () => {
        throw new Error('the password of the database is swordfish')
      },
    })
    const app = await anApp({ routes: [broken], log: { info: take, warn: take, error: take } })
    const li = await app.as('li')

    const answer = await li.get('/api/test/things/1')

    expect([answer.status, answer.body.code]).toEqual([500, 'server.failed'])
    expect(answer.text).not.toMatch(/swordfish|Error|\.ts/)
    const line = lines.find(({ event }) => event === 'request.failed')
    expect(line?.fields?.['requestId']).toBe(answer.headers['x-request-id'])
    expect(answer.body.requestId).toBe(answer.headers['x-request-id'])
  })

  it('is a bug when it differs from its schema', async () => {
    const talkative = aRoute({
      response: Type.Object({ name: Type.String() }),
      handle: async () => ok({ name: 'x', secret: 'y' }),
    })
    const app = await anApp({ routes: [talkative] })
    const li = await app.as('li')

    expect((await li.get('/api/test/things/1')).status).toBe(500)
  })
})

describe('for machines', () => {
  it('says that it lives, that it is ready, and its figures to the own machine alone', async () => {
    const app = await anApp()

    expect((await app.anonymous.get('/healthz')).body).toEqual({ status: 'ok' })
    expect((await app.anonymous.get('/readyz')).body).toEqual({ status: 'ready' })
    const metrics = await app.anonymous.get('/metrics')
    expect(metrics.text).toContain('retour_http_requests_total{route="/readyz",method="GET",status="200"} 1')
    expect((await app.anonymous.get('/metrics').set('X-Forwarded-For', '203.0.113.9')).status).toBe(404)
    await app.stop()
    expect((await app.anonymous.get('/readyz')).status).toBe(503)
  })

  it('asks for the token when there is one', async () => {
    const app = await anApp({ environment: { METRICS_TOKEN: 'a-token-of-16-chars' } })

    expect((await app.anonymous.get('/metrics')).status).toBe(404)
    expect((await app.anonymous.get('/metrics').set('Authorization', 'Bearer a-token-of-16-chars')).status).toBe(200)
  })

  it('asks whoever comes too often to wait', async () => {
    const app = await anApp({ environment: { RATE_LIMIT: '5' } })
    for (let request = 0; request < 5; request += 1) await app.anonymous.get('/healthz')

    const sixth = await app.anonymous.get('/healthz')
    app.clock.advance(60_000)

    expect([sixth.status, sixth.body.code]).toEqual([429, 'rate.limited'])
    expect(Number(sixth.headers['retry-after'])).toBe(60)
    expect((await app.anonymous.get('/healthz')).status).toBe(200)
  })
})
