import { describe, expect, it, onTestFinished } from 'vitest'
import { csrfOf } from '../../../server/identity/sessions.ts'
import { aCaseRecord } from '../../support/a-case.ts'
import { anApp, type TestApp } from '../../support/app.ts'

/** Opens a stream over a real connection and reads it line by line. */
async function follow(app: TestApp, topics: string, headers: Record<string, string>) {
  const answer = await fetch(`${app.url}/api/events?topics=${encodeURIComponent(topics)}`, { headers })
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
  onTestFinished(async () => {
    await reader.cancel().catch(() => {})
  })
  let text = ''
  return {
    answer,
    /** Everything up to and including the words, or to the end of the stream. */
    async until(words: string): Promise<string> {
      while (!text.includes(words)) {
        const { done, value } = await reader.read()
        if (done) return `${text}[end]`
        text += new TextDecoder().decode(value)
      }
      return text
    },
  }
}

async function signedIn(app: TestApp, username = 'li') {
  await app.as(username)
  const { token } = await app.sessions.open(username)
  return { token, headers: { Cookie: `retour=${token}` } }
}

describe('live events', () => {
  it('tell a page about the topics that it follows, and about no other', async () => {
    const app = await anApp()
    await aCaseRecord(app.store, 'AS1')
    const { headers } = await signedIn(app)
    const stream = await follow(app, 'tasks,case:AS1', headers)

    app.events.publish({ topic: 'case:AS2', type: 'changed', data: {} })
    app.events.publish({ topic: 'case:AS1', type: 'changed', data: { caseNo: 'AS1' } })

    const text = await stream.until('AS1')
    expect(stream.answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(text).toContain('id: test.2\ndata: {"topic":"case:AS1","type":"changed","data":{"caseNo":"AS1"}}\n\n')
    expect(text).not.toContain('AS2')
  })

  it('go on after the last one that the page has seen', async () => {
    const app = await anApp()
    const { headers } = await signedIn(app)
    for (const type of ['first', 'second', 'third']) app.events.publish({ topic: 'tasks', type, data: {} })

    const stream = await follow(app, 'tasks', { ...headers, 'Last-Event-ID': 'test.1' })

    const text = await stream.until('third')
    expect(text).toContain('second')
    expect(text).not.toContain('first')
  })

  it.each(['x'.repeat(5000), 'test.99', 'no id of ours', "test.1'; DROP"])(
    'refuse to go on after an id that was never given out: %s (H18)',
    async (id) => {
      const app = await anApp()
      const li = await app.as('li')

      const answer = await li.get('/api/events?topics=tasks').set('Last-Event-ID', id)

      expect([answer.status, answer.body.code]).toEqual([422, 'event.unknown'])
    },
  )

  it('of a case go to the holder of its link, and of another one look like nothing', async () => {
    const app = await anApp()
    const token = await app.capabilities.grant({ scope: { caseNo: 'AS1', orderNo: 'SO1' }, customerId: 'C1' })
    const stream = await follow(app, 'case:AS1', { 'X-Retour-Capability': token })
    app.events.publish({ topic: 'case:AS1', type: 'changed', data: {} })

    expect(await stream.until('changed')).toContain('case:AS1')
    for (const topic of ['case:AS2', 'tasks', 'orders', 'order:SO1', 'notifications:li']) {
      expect((await app.withCapability(token).get(`/api/events?topics=${topic}`)).status).toBe(404)
    }
  })

  it('of notifications go to whom they are for', async () => {
    const app = await anApp()
    const li = await app.as('li')

    expect((await li.get('/api/events?topics=notifications:zhao')).status).toBe(404)
    expect((await li.get('/api/events?topics=')).status).toBe(422)
    expect((await li.get('/api/events?topics=../../etc')).body.code).toBe('topic.invalid')
    expect((await app.anonymous.get('/api/events?topics=tasks')).status).toBe(401)
  })

  it('end at once when the session does', async () => {
    const app = await anApp()
    const { token, headers } = await signedIn(app)
    const stream = await follow(app, 'tasks', headers)
    await stream.until('retry')

    await fetch(`${app.url}/api/session`, {
      method: 'DELETE',
      headers: { ...headers, 'X-Retour-Csrf': csrfOf(token) },
    })

    expect(await stream.until('never')).toMatch(/\[end\]$/)
  })

  it('stay open with a heartbeat, until it finds that the user was disabled', async () => {
    const app = await anApp()
    const admin = await app.as('chief')
    const { headers } = await signedIn(app)
    const stream = await follow(app, 'tasks', headers)
    await stream.until('retry')

    app.clock.advance(15_000)
    expect(await stream.until('still here')).not.toContain('[end]')
    await admin.patch('/api/users/li', { version: 1, active: false })
    app.clock.advance(15_000)

    expect(await stream.until('never')).toMatch(/\[end\]$/)
  })
})
