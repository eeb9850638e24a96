import Type from 'typebox'
import { describe, expect, it } from 'vitest'
import { defineRoute, type AnyRoute } from '../../../server/http/route.ts'
import { ok, refuse } from '../../../workflows/model/problem.ts'
import { anApp } from '../../support/app.ts'

/** A command that counts how often it was really done. */
function aCounter(work: (times: number) => Promise<void> = async () => {}) {
  const done: { key: string; body: unknown }[] = []
  const route: AnyRoute = defineRoute({
    method: 'POST',
    path: '/api/test/payments',
    summary: 'Pays',
    tag: 'test',
    authorize: { allow: 'signed-in' },
    command: true,
    body: Type.Object({ amount: Type.Integer(), note: Type.Optional(Type.String()) }),
    response: Type.Object({ receipt: Type.Integer() }),
    async handle({ body, idempotencyKey }) {
      if (body.amount > 100) return refuse('payment.exceeds', { zh: '超出限额', en: 'Expected at most 100' })
      done.push({ key: idempotencyKey, body })
      await work(done.length)
      return ok({ receipt: done.length })
    },
  })
  return { route, done }
}

const path = '/api/test/payments'

describe('a command', () => {
  it('is refused without a key, and with one that is none (H08)', async () => {
    const { route, done } = aCounter()
    const app = await anApp({ routes: [route] })
    const li = await app.as('li')

    const missing = await li.post(path, { amount: 1 })
    const long = await li.command(path, { amount: 1 }, 'k'.repeat(300))
    const short = await li.command(path, { amount: 1 }, 'k')

    expect([missing.status, missing.body.code]).toEqual([400, 'idempotency.missing'])
    expect([long.status, long.body.code]).toEqual([400, 'idempotency.invalid'])
    expect([short.status, short.body.code]).toEqual([400, 'idempotency.invalid'])
    expect(done).toEqual([])
  })

  it('answers the same when it is repeated, and is done once', async () => {
    const { route, done } = aCounter()
    const app = await anApp({ routes: [route] })
    const li = await app.as('li')

    const first = await li.command(path, { amount: 1, note: 'a' }, 'key-of-li')
    app.clock.advance(200 * 24 * 3_600_000)
    const later = await (await app.as('li')).command(path, { note: 'a', amount: 1 }, 'key-of-li')

    expect(first.body).toEqual({ receipt: 1 })
    expect([later.status, later.body]).toEqual([200, { receipt: 1 }])
    expect(done).toHaveLength(1)
  })

  it('is refused when the key stands for another body (H08)', async () => {
    const { route, done } = aCounter()
    const app = await anApp({ routes: [route] })
    const li = await app.as('li')
    await li.command(path, { amount: 1 }, 'key-of-li')

    const answer = await li.command(path, { amount: 2 }, 'key-of-li')

    expect([answer.status, answer.body.code]).toEqual([422, 'idempotency.reused'])
    expect(done).toHaveLength(1)
  })

  it('has one effect when 200 repetitions arrive at once (H09)', async () => {
    const { route, done } = aCounter()
    const app = await anApp({ routes: [route] })
    const li = await app.as('li')

    const answers = await Promise.all(Array.from({ length: 200 }, () => li.command(path, { amount: 1 }, 'key-of-li')))

    expect(done).toHaveLength(1)
    const outcomes = new Set(answers.map(({ status, body }) => `${status} ${body.code ?? body.receipt}`))
    expect([...outcomes].filter((outcome) => outcome !== '409 idempotency.in_flight')).toEqual(['200 1'])
    const busy = answers.find(({ status }) => status === 409)
    if (busy) expect(busy.headers['retry-after']).toBe('1')
    expect((await li.command(path, { amount: 1 }, 'key-of-li')).body).toEqual({ receipt: 1 })
  })

  it('keeps the keys of two users apart, and those of two routes', async () => {
    const { route, done } = aCounter()
    const app = await anApp({ routes: [route] })

    await (await app.as('li')).command(path, { amount: 1 }, 'the-same-key')
    const other = await (await app.as('zhao')).command(path, { amount: 2 }, 'the-same-key')

    expect(other.body).toEqual({ receipt: 2 })
    expect(new Set(done.map(({ key }) => key)).size).toBe(2)
    expect(done[0]?.key).toMatch(/^[0-9a-f]{64}$/)
  })

  it('may be sent again with other words after it was refused', async () => {
    const { route } = aCounter()
    const app = await anApp({ routes: [route] })
    const li = await app.as('li')

    const refused = await li.command(path, { amount: 101 }, 'key-of-li')
    const corrected = await li.command(path, { amount: 100 }, 'key-of-li')

    expect([refused.status, refused.body.code]).toEqual([409, 'payment.exceeds'])
    expect(corrected.body).toEqual({ receipt: 1 })
  })

  it('goes on under the same key when a server died between its effect and its answer', async () => {
    const { route, done } = aCounter(async (times) => {
      if (times === 1) throw new Error('the process dies here')
    })
    const app = await anApp({ routes: [route] })
    const li = await app.as('li')

    const lost = await li.command(path, { amount: 1 }, 'key-of-li')
    const other = await li.command(path, { amount: 2 }, 'key-of-li')
    const again = await li.command(path, { amount: 1 }, 'key-of-li')

    expect(lost.status).toBe(500)
    expect(other.body.code).toBe('idempotency.reused')
    expect(again.body).toEqual({ receipt: 2 })
    expect(new Set(done.map(({ key }) => key)).size).toBe(1)
  })

  it('leaves one entry in the audit trail, however often it is repeated', async () => {
    const { route } = aCounter()
    const app = await anApp({ routes: [route] })
    const li = await app.as('li')

    await li.command(path, { amount: 1 }, 'key-of-li')
    await li.command(path, { amount: 1 }, 'key-of-li')

    const trail = await li.get('/api/audit?by=user:li')
    expect(trail.body.items).toMatchObject([{ by: 'user:li', action: `POST ${path}` }])
  })
})
