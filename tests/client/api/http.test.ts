import { afterEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '../../../client/api/api-error.ts'
import {
  get,
  newIdempotencyKey,
  onLine,
  post,
  rememberCsrf,
  speakToServer,
  withQuery,
} from '../../../client/api/http.ts'

const answer = (status: number, body: unknown) =>
  new Response(body === undefined ? null : JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json' },
  })

function serverAnswers(...answers: (Response | Error)[]) {
  const requests: { path: string; init: RequestInit; headers: Record<string, string> }[] = []
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    requests.push({ path, init, headers: init.headers as Record<string, string> })
    const next = answers.shift()
    if (next instanceof Error) throw next
    return next
  })
  return requests
}

afterEach(() => {
  vi.unstubAllGlobals()
  rememberCsrf(null)
  speakToServer('zh-CN')
})

const problem = {
  status: 409,
  code: 'refund.exceeds',
  title: 'Conflict',
  detail: 'raw',
  message: { zh: '最多还能退 ¥1,457.60，这笔超出 ¥42.40。', en: 'At most 1,457.60 can be refunded.' },
  where: '/orders/1',
  fields: [{ path: '/amount', code: 'too_much', message: { zh: '最多 1,457.60', en: 'At most 1,457.60' } }],
}

describe('a command', () => {
  it('carries the token of the session and a key of its own', async () => {
    rememberCsrf('secret')
    const requests = serverAnswers(answer(200, { ok: true }), answer(200, { ok: true }))

    await post('/api/tasks/1/act', { action: 'approve' })
    await post('/api/tasks/1/act', { action: 'approve' })

    expect(requests[0]!.headers).toMatchObject({ 'x-retour-csrf': 'secret', 'content-type': 'application/json' })
    expect(requests[0]!.headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/)
    expect(requests[0]!.headers['idempotency-key']).not.toBe(requests[1]!.headers['idempotency-key'])
    expect(requests[0]!.init.credentials).toBe('same-origin')
  })

  it('is the same deed when it is sent again under the same key', async () => {
    const requests = serverAnswers(answer(200, {}), answer(200, {}))
    const idempotencyKey = newIdempotencyKey()

    await post('/api/x', {}, { idempotencyKey })
    await post('/api/x', {}, { idempotencyKey })

    expect(requests.map((request) => request.headers['idempotency-key'])).toEqual([idempotencyKey, idempotencyKey])
  })

  it('leaves form data to the browser, which knows the boundary', async () => {
    const requests = serverAnswers(answer(201, {}))

    await post('/api/files', new FormData())

    expect(requests[0]!.headers['content-type']).toBeUndefined()
  })
})

describe('a problem', () => {
  it('becomes an error with code, sentence and fields in the language of the page', async () => {
    serverAnswers(answer(409, problem), answer(409, problem))

    const chinese = (await get('/api/x').catch((error: unknown) => error)) as ApiError
    speakToServer('en')
    const english = (await get('/api/x').catch((error: unknown) => error)) as ApiError

    expect(chinese).toBeInstanceOf(ApiError)
    expect(chinese).toMatchObject({
      status: 409,
      code: 'refund.exceeds',
      where: '/orders/1',
      detail: problem.message.zh,
    })
    expect(chinese.fields).toEqual([{ path: '/amount', code: 'too_much', detail: '最多 1,457.60' }])
    expect(english.detail).toBe('At most 1,457.60 can be refunded.')
  })

  it('keeps its status when the answer is no problem document', async () => {
    serverAnswers(new Response('<html>bad gateway</html>', { status: 502 }))

    await expect(get('/api/x')).rejects.toMatchObject({ status: 502, code: 'http.502' })
  })

  it('of the line is told to those who listen', async () => {
    const heard: string[] = []
    const stop = onLine({
      reached: (reached) => heard.push(reached ? 'up' : 'down'),
      signedOut: () => heard.push('out'),
    })
    serverAnswers(new TypeError('failed to fetch'), answer(401, {}))

    await expect(get('/api/x')).rejects.toMatchObject({ status: 0, code: 'network.unreachable' })
    await expect(get('/api/x')).rejects.toMatchObject({ status: 401 })
    stop()

    expect(heard).toEqual(['down', 'up', 'out'])
  })
})

it('leaves absent values out of the query and repeats lists', () => {
  expect(withQuery('/api/orders', { state: 'open', after: null, q: '', tag: ['a', 'b'], limit: 0 })).toBe(
    '/api/orders?state=open&tag=a&tag=b&limit=0',
  )
})
