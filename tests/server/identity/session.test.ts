import { describe, expect, it } from 'vitest'
import { storeError } from '../../../workflows/runtime/ports.ts'
import { anApp, PASSWORD } from '../../support/app.ts'

const HOUR = 3_600_000

describe('signing in', () => {
  it('opens a session with a cookie that scripts cannot read and tells who is signed in', async () => {
    const app = await anApp()
    await app.as('li', { roles: ['admin'] })

    const answer = await app.anonymous.post('/api/session', { username: 'Li', password: PASSWORD })

    expect(answer.status).toBe(200)
    expect(answer.body.user).toMatchObject({ id: 'li', name: 'li', roles: ['admin'], active: true })
    expect(answer.body.user).not.toHaveProperty('passwordHash')
    const cookie = String(answer.headers['set-cookie'])
    expect(cookie).toMatch(/^retour=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=604800$/)
    const known = await app.anonymous.get('/api/session')
    expect(known.body.user.id).toBe('li')
  })

  it('takes a __Host- cookie when people come by https', async () => {
    const app = await anApp({ environment: { PUBLIC_URL: 'https://retour.example.com' } })
    await app.as('li')

    const answer = await app.anonymous.post('/api/session', { username: 'li', password: PASSWORD })

    expect(String(answer.headers['set-cookie'])).toMatch(/^__Host-retour=.*; Secure$/)
  })

  it('answers a wrong password, an unknown name and a disabled user alike', async () => {
    const app = await anApp()
    await app.as('chief')
    const admin = await app.as('wang')
    await admin.patch('/api/users/wang', { version: 1, active: false })

    const wrong = await app.anonymous.post('/api/session', { username: 'chief', password: 'not this one' })
    const unknown = await app.anonymous.post('/api/session', { username: 'nobody', password: PASSWORD })
    const disabled = await app.anonymous.post('/api/session', { username: 'wang', password: PASSWORD })

    for (const answer of [wrong, unknown, disabled]) {
      expect(answer.status).toBe(401)
      expect(answer.body.code).toBe('login.failed')
      expect(answer.body.message).toEqual(wrong.body.message)
    }
  })

  it('stops the eleventh try for one account from one address, and no other account', async () => {
    const app = await anApp()
    await app.as('li')
    await app.as('zhao')
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await app.anonymous.post('/api/session', { username: 'li', password: `guess number ${attempt}` })
    }

    const eleventh = await app.anonymous.post('/api/session', { username: 'li', password: PASSWORD })
    const other = await app.anonymous.post('/api/session', { username: 'zhao', password: PASSWORD })
    app.clock.advance(15 * 60_000)
    const later = await app.anonymous.post('/api/session', { username: 'li', password: PASSWORD })

    expect([eleventh.status, eleventh.body.code]).toEqual([429, 'rate.limited'])
    expect(other.status).toBe(200)
    expect(later.status).toBe(200)
  })
})

describe('a session', () => {
  it('is over after eight hours without a request, and after seven days with', async () => {
    const app = await anApp()
    const resting = await app.as('li')
    const busy = await app.as('zhao')

    app.clock.advance(8 * HOUR - 1)
    expect((await busy.get('/api/people')).status).toBe(200)
    app.clock.advance(1)
    expect((await resting.get('/api/people')).status).toBe(401)
    for (let hours = 8; hours < 7 * 24 - 4; hours += 4) {
      app.clock.advance(4 * HOUR)
      expect((await busy.get('/api/people')).status).toBe(200)
    }
    app.clock.advance(4 * HOUR)
    expect((await busy.get('/api/people')).status).toBe(401)
  })

  it('is over at once after signing out', async () => {
    const app = await anApp()
    const li = await app.as('li')

    expect((await li.delete('/api/session')).status).toBe(200)

    expect((await li.get('/api/people')).body.code).toBe('session.required')
  })

  it('is over with the next request when an admin disables its user', async () => {
    const app = await anApp()
    const admin = await app.as('chief')
    const li = await app.as('li', { roles: ['clerk'] })
    expect((await li.get('/api/people')).status).toBe(200)

    await admin.patch('/api/users/li', { version: 1, active: false })

    expect((await li.get('/api/people')).status).toBe(401)
  })

  it('ends everywhere else when the password changes', async () => {
    const app = await anApp()
    const here = await app.as('li')
    const elsewhere = await app.as('li')
    app.clock.advance(1000)

    const changed = await here.post('/api/session/password', { current: PASSWORD, password: 'another long phrase' })

    expect(changed.status).toBe(200)
    expect((await elsewhere.get('/api/people')).status).toBe(401)
    expect((await app.anonymous.post('/api/session', { username: 'li', password: PASSWORD })).status).toBe(401)
  })

  it('does not let another site act with its cookie', async () => {
    const app = await anApp()
    const admin = await app.as('chief')
    const body = { name: { zh: '客服', en: 'Clerk' }, does: '' }

    const crossSite = await admin.put('/api/roles/clerk', body).set('Sec-Fetch-Site', 'cross-site')
    const sameSite = await admin.put('/api/roles/clerk', body).set('Sec-Fetch-Site', 'same-site')
    const foreignOrigin = await admin.put('/api/roles/clerk', body).set('Origin', 'https://evil.example')
    const withoutWord = await admin.put('/api/roles/clerk', body).set('X-Retour-Csrf', '')

    for (const answer of [crossSite, sameSite, foreignOrigin, withoutWord]) {
      expect([answer.status, answer.body.code]).toEqual([403, 'csrf.invalid'])
    }
    expect((await admin.get('/api/roles')).body.items.map((role: { key: string }) => role.key)).toEqual(['admin'])
  })
})

describe('a full disk', () => {
  it('keeps nobody from reading, and leaves who cannot sign in anew signed in as before', async () => {
    const app = await anApp()
    const li = await app.as('li')
    const { commit } = app.store
    app.store.commit = async () => {
      throw storeError('storage_full', 'The disk of the data folder is full')
    }

    const login = await li.post('/api/session', { username: 'li', password: PASSWORD })
    app.clock.advance(HOUR / 2)
    const reading = await li.get('/api/people')
    const writing = await li.put('/api/roles/clerk', { name: { zh: '专员', en: 'Clerk' }, does: '' })
    app.store.commit = commit
    const later = await li.put('/api/roles/clerk', { name: { zh: '专员', en: 'Clerk' }, does: '' })

    expect([login.status, login.body.code]).toEqual([503, 'storage_full'])
    expect(reading.status).toBe(200)
    expect([writing.status, writing.body.code]).toEqual([503, 'storage_full'])
    expect(later.status).toBe(200)
  })
})
