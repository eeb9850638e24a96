import { gzipSync } from 'node:zlib'
import { connect } from 'node:net'
import Type from 'typebox'
import { describe, expect, it } from 'vitest'
import { defineRoute } from '../../../server/http/route.ts'
import { csrfOf } from '../../../server/identity/sessions.ts'
import { ok } from '../../../workflows/model/problem.ts'
import { anApp } from '../../support/app.ts'

/** A route that keeps what it was given, so that a test sees that nothing came through. */
function anEcho() {
  const taken: unknown[] = []
  const route = defineRoute({
    method: 'POST',
    path: '/api/test/refunds/:refundNo',
    summary: 'Takes a refund',
    tag: 'test',
    authorize: { allow: 'signed-in' },
    query: Type.Object({
      id: Type.Optional(Type.String()),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
    }),
    body: Type.Object({
      amount: Type.Integer({ minimum: 1, maximum: 100_000_000 }),
      currency: Type.Optional(Type.Union([Type.Literal('CNY'), Type.Literal('USD')])),
      note: Type.Optional(Type.String({ maxLength: 500 })),
      day: Type.Optional(Type.String({ format: 'date' })),
    }),
    response: Type.Object({ taken: Type.Integer() }),
    async handle(request) {
      taken.push(request)
      return ok({ taken: taken.length })
    },
  })
  return { route, taken }
}

const path = '/api/test/refunds/RF1'

async function anEchoApp() {
  const { route, taken } = anEcho()
  const app = await anApp({ routes: [route] })
  const li = await app.as('li')
  const sendText = (text: string | Buffer, type = 'application/json') =>
    li
      .post(path)
      .set('Content-Type', type)
      .serialize((sent) => sent as never)
      .send(text as never)
  return { app, li, taken, sendText }
}

describe('a JSON body', () => {
  it.each([
    ['J09 a key __proto__', '{"__proto__":{"isAdmin":true}}', 422, 'unknown_field'],
    ['J09 a key __proto__ in disguise', '{"\\u005f_proto__":{"isAdmin":true}}', 422, 'unknown_field'],
    ['J10 a key constructor', '{"amount":1,"constructor":{"prototype":{"x":1}}}', 422, 'unknown_field'],
    ['J12 20 000 levels', '['.repeat(20_000) + ']'.repeat(20_000), 400, 'json.depth'],
    ['J12 33 levels', '['.repeat(33) + ']'.repeat(33), 400, 'json.depth'],
    ['J13 a key twice', '{"amount":1,"amount":99999}', 400, 'json.duplicate_key'],
    ['J13 a key twice in two spellings', '{"amount":1,"\\u0061mount":99999}', 400, 'json.duplicate_key'],
    ['J14 1e21', '{"amount":1e21}', 422, 'json.number'],
    ['J14 2^53', '{"amount":9007199254740992}', 422, 'json.number'],
    ['J14 1e400', '{"amount":1e400}', 422, 'json.number'],
    ['J19 NUL', '{"amount":1,"note":"a\\u0000b"}', 400, 'json.text'],
    ['J19 half of a surrogate pair', '{"amount":1,"note":"\\ud800"}', 400, 'json.text'],
    ['H01 broken JSON', '{"amount":', 400, 'json.syntax'],
    ['H01 nothing', ' ', 400, 'json.syntax'],
    ['H01 a bare word', 'undefined', 400, 'json.syntax'],
    ['H02 300 kB', JSON.stringify({ amount: 1, note: 'x'.repeat(300_000) }), 413, 'body.too_large'],
    ['H04 the shape of a parsed upload', '{"amount":1,"files":{"filepath":"/etc/passwd"}}', 422, 'unknown_field'],
    ['a list instead of an object', '[]', 422, 'request.invalid'],
  ])('is refused: %s', async (_, text, status, code) => {
    const { taken, sendText } = await anEchoApp()

    const answer = await sendText(text)

    expect([answer.status, answer.body.code]).toEqual([status, code])
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(taken).toEqual([])
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  })

  it.each(['"12"', '12.345', '-1', '0', 'null', '[]', '{}', 'true', '100000001'])(
    'is refused when the amount is %s (J14)',
    async (amount) => {
      const { taken, sendText } = await anEchoApp()

      const answer = await sendText(`{"amount":${amount}}`)

      expect([answer.status, answer.body.code, answer.body.where]).toEqual([422, 'request.invalid', 'amount'])
      expect(taken).toEqual([])
    },
  )

  it.each(['2026-02-30', '0000-00-00', '+010000-01-01', '2026-1-1'])(
    'is refused when a date is %s (J20)',
    async (day) => {
      const { sendText } = await anEchoApp()

      const answer = await sendText(JSON.stringify({ amount: 1, day }))

      expect([answer.status, answer.body.where]).toEqual([422, 'day'])
    },
  )

  it('is refused with a choice that is not offered, and names it without repeating it at length (J15)', async () => {
    const { sendText } = await anEchoApp()

    const answer = await sendText(JSON.stringify({ amount: 1, currency: 'x'.repeat(5000) }))

    expect(answer.body.fields).toMatchObject([{ path: 'currency', code: 'field.choice' }])
    expect(answer.text.length).toBeLessThan(1000)
  })

  it.each([
    ['{"amount":1,"lines":[{"quantity":1},{"quantity":1e400}]}', 'lines.1.quantity'],
    ['{"a":{"b":"{,}","c":"\\ud800"}}', 'a.c'],
    ['{"a":[1,[2,"x\\u0000"]]}', 'a.1.1'],
    ['1e400', undefined],
  ])('says where it holds what cannot be held: %s', async (text, where) => {
    const { sendText } = await anEchoApp()

    expect((await sendText(text)).body.where).toBe(where)
  })

  it('is refused with a blank where words are asked for, as if nothing was there', async () => {
    const app = await anApp()
    const admin = await app.as('chief')

    const answer = await admin.put('/api/roles/clerk', { name: { zh: ' ', en: 'Clerk' }, does: '' })

    expect(answer.body.fields).toMatchObject([{ path: 'name.zh', code: 'field.required', message: { zh: '必填' } }])
  })

  it('names every wrong field at once, in both languages', async () => {
    const { sendText } = await anEchoApp()

    const answer = await sendText(JSON.stringify({ currency: 'CNY', note: 'x'.repeat(501) }))

    expect(answer.body.fields).toEqual([
      { path: 'amount', code: 'field.required', message: { zh: '必填', en: 'Expected a value' } },
      { path: 'note', code: 'field.too_long', message: { zh: '最多 500 个字', en: 'Expected at most 500 characters' } },
    ])
  })

  it('is taken with marks of direction, joiners and any form of letters, as given (J19)', async () => {
    const { taken, sendText } = await anEchoApp()
    const note = '\u202eabc 👩\u200d👩 e\u0301'

    const answer = await sendText(JSON.stringify({ amount: 1, note }))

    expect(answer.status).toBe(200)
    expect(taken).toMatchObject([{ body: { note } }])
  })

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-7',
    'application/json; charset=utf-16',
    'application/merge-patch+json',
  ])('is refused as %s (H03, H05)', async (type) => {
    const { taken, sendText } = await anEchoApp()

    const answer = await sendText('{"amount":1}', type)

    expect([answer.status, answer.body.code]).toEqual([415, 'body.type'])
    expect(taken).toEqual([])
  })

  it('is refused when it is no UTF-8', async () => {
    const { sendText } = await anEchoApp()

    const answer = await sendText(Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]))

    expect([answer.status, answer.body.code]).toEqual([400, 'json.encoding'])
  })

  it('is unpacked up to the limit and no further (H02)', async () => {
    const { app, taken } = await anEchoApp()
    const { token } = await app.sessions.open('li')
    const port = Number(new URL(app.url).port)
    const send = (text: Buffer) => packed(port, token, gzipSync(text))

    expect(await send(Buffer.from('{"amount":1}'))).toBe(200)
    expect(await send(Buffer.alloc(50_000_000, ' '))).toBe(413)
    expect(taken).toHaveLength(1)
  })
})

/** Sends packed bytes as they are, which supertest would not. */
async function packed(port: number, token: string, bytes: Buffer): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'Content-Encoding': 'gzip',
      Cookie: `retour=${token}`,
      'X-Retour-Csrf': csrfOf(token),
    },
    body: new Uint8Array(bytes),
  })
  return answer.status
}

describe('a query', () => {
  it.each([
    ['?id[$ne]=1', 'unknown_field'],
    ['?id=1&id=2', 'request.invalid'],
    ['?__proto__=1', 'unknown_field'],
    ['?limit=1e9', 'request.invalid'],
    ['?limit=1000000000', 'request.invalid'],
    ['?limit=-1', 'request.invalid'],
    ['?limit=', 'request.invalid'],
    ['?filter=%22%3B%20DROP', 'unknown_field'],
  ])('is refused: %s (H06, H17)', async (search, code) => {
    const { li, taken } = await anEchoApp()

    const answer = await li.post(`${path}${search}`, { amount: 1 })

    expect([answer.status, answer.body.code]).toEqual([422, code])
    expect(taken).toEqual([])
  })

  it('refuses a cursor that is none of this list (H17)', async () => {
    const app = await anApp()
    const admin = await app.as('chief')

    const answer = await admin.get('/api/users?after=eyJub25zZW5zZSI6MX0')

    expect([answer.status, answer.body.code]).toEqual([422, 'cursor.invalid'])
  })
})

describe('an address', () => {
  it.each([
    ['/api/%2e%2e%2fetc', 400],
    ['/api/..%2f..%2fetc/passwd', 400],
    ['/api/people%00', 400],
    ['/api//people', 400],
    ['/api/people;x=1', 404],
    [`/api/${'a'.repeat(8000)}`, 400],
    ['/api/%c0%ae%c0%ae', 400],
    ['/api/%zz', 400],
    ['/api/nothing-here', 404],
  ])('is refused: %s (H13)', async (address, status) => {
    const app = await anApp()
    const li = await app.as('li')

    const answer = await li.get(address)

    expect(answer.status).toBe(status)
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
  })

  it('answers 405 and what is allowed to another method of a known path (H12)', async () => {
    const app = await anApp()
    const li = await app.as('li')

    const answer = await li.delete('/api/people')

    expect([answer.status, answer.body.code]).toEqual([405, 'route.method'])
    expect(answer.headers['allow']).toBe('GET, HEAD')
  })

  it('does not listen to a header that names another method, user or address (H11)', async () => {
    const { app, li, taken } = await anEchoApp()

    const override = await app.anonymous.get('/api/people').set('X-HTTP-Method-Override', 'POST').set('X-User-ID', 'li')
    await li.post(path, { amount: 1 }).set('X-Forwarded-For', '203.0.113.9')

    expect(override.status).toBe(401)
    expect((taken[0] as { ip: string }).ip).toMatch(/127\.0\.0\.1$/)
  })
})

describe('on the wire', () => {
  it.each([
    ['H12 TRACE', 'TRACE /api/people HTTP/1.1\r\nHost: x\r\n\r\n', 405],
    ['H12 PROPFIND', 'PROPFIND /api/people HTTP/1.1\r\nHost: x\r\n\r\n', 405],
    ['H12 GET with a body', 'GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}', 400],
    [
      'H14 two lengths',
      'POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}',
      400,
    ],
    ['H14 a bare CR', 'GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: b\rc\r\n\r\n', 400],
    ['H16 200 headers', `GET /healthz HTTP/1.1\r\nHost: x\r\n${'X-A: 1\r\n'.repeat(200)}\r\n`, 431],
    ['H16 a header of 100 kB', `GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(100_000)}\r\n\r\n`, 431],
  ])('%s is refused and the server lives', async (_, text, status) => {
    const app = await anApp()
    const port = Number(new URL(app.url).port)

    expect(await statusOf(port, text)).toBe(status)
    expect(await statusOf(port, 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toBe(200)
  })
})

function statusOf(port: number, text: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.once('data', (data) => {
      resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(data.toString())?.[1]))
      socket.destroy()
    })
    socket.once('error', reject)
  })
}
