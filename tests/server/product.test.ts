import { beforeEach, describe, expect, it } from 'vitest'
import { sign, signatureHeader } from '../../server/billing/signature.ts'
import { createSandboxClient } from '../../server/billing/sandbox-client.ts'
import type { openApiDocument } from '../../server/http/openapi.ts'
import { anApp, type TestApp } from '../support/app.ts'

const setup = { company: '青禾商城', name: '陈静', username: 'chen', password: 'a phrase of my own', sampleData: false }

describe('the product', () => {
  let app: TestApp

  beforeEach(async () => {
    const sandbox = createSandboxClient({ url: 'http://127.0.0.1:9', secret: 'shared with the provider' })
    app = await anApp({ providers: { sandbox } })
  })

  it('offers its pack at the first run and installs it: roles, processes, decisions, forms, reasons', async () => {
    const offered = (await app.anonymous.get('/api/setup')).body
    expect(offered.packs.map(({ id }: { id: string }) => id)).toEqual(['after-sales'])

    const done = await app.anonymous.post('/api/setup', { ...setup, pack: 'after-sales' })

    expect(done.status).toBe(200)
    expect(app.directory.roles().map(({ key }) => key)).toEqual(
      expect.arrayContaining(['admin', 'cs-cancel', 'finance']),
    )
    const designed = (await app.anonymous.get('/api/studio/resources')).body.items as {
      kind: string
      version: number
    }[]
    expect(new Set(designed.map(({ kind }) => kind))).toEqual(new Set(['process', 'decision', 'form']))
    expect(designed.every(({ version }) => version === 1)).toBe(true)
    expect((await app.anonymous.get('/api/catalogs/reasons')).body.length).toBeGreaterThan(5)
  })

  it('takes a message of the payment provider when it is signed, and no other', async () => {
    const path = '/api/webhooks/payments/sandbox'
    const event = { eventId: 'E1', kind: 'refund.succeeded', subject: 'K1', orderNo: 'SO1', amount: 1, currency: 'CNY' }
    const body = JSON.stringify(event)
    const now = Date.parse(app.clock.now())
    const send = (header: string) =>
      app.anonymous.post(path).set('Content-Type', 'application/json').set(signatureHeader, header).send(body)

    expect((await app.anonymous.post(path, event)).body.code).toBe('signature.invalid')
    expect((await send(sign('another secret', body, now))).status).toBe(401)
    expect((await send(sign('shared with the provider', body, now - 3_600_000))).status).toBe(401)
    expect((await send(sign('shared with the provider', `${body} `, now))).status).toBe(401)
    expect((await send(sign('shared with the provider', body, now))).status).toBe(200)
  })

  it('keeps staff and customers apart: no customer opens what is for staff', async () => {
    const toCase = await app.capabilities.grant({ scope: { caseNo: 'AS1', orderNo: 'SO1' }, customerId: 'C1' })
    const customer = app.withCapability(toCase)
    const { paths } = (await app.anonymous.get('/api/openapi.json')).body as ReturnType<typeof openApiDocument> & {
      paths: Record<string, Record<string, { 'x-authorization': { allow: string } }>>
    }

    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, { 'x-authorization': rule }] of Object.entries(methods)) {
        if (rule.allow !== 'roles' && rule.allow !== 'signed-in') continue
        const address = path.replaceAll(/\{\w+\}/g, 'x-unknown-1')
        const answer = await {
          get: customer.get,
          post: customer.post,
          put: customer.put,
          patch: customer.patch,
          delete: customer.delete,
        }[method as 'get'](address)
        expect([method, path, answer.status]).toEqual([method, path, 401])
      }
    }
  })
})
