import { describe, expect, it } from 'vitest'
import { anApp } from '../../support/app.ts'

const aSetup = (change: Record<string, unknown> = {}) => ({
  company: '青禾商城',
  name: '陈静',
  username: 'chen',
  password: 'a phrase of my own',
  pack: null,
  sampleData: false,
  ...change,
})

describe('the first run', () => {
  it('creates the admin, signs him in and is over', async () => {
    const app = await anApp()
    expect((await app.anonymous.get('/api/setup')).body).toMatchObject({ needed: true, tokenNeeded: false })

    const done = await app.anonymous.post('/api/setup', aSetup())

    expect(done.status).toBe(200)
    expect(done.body).toMatchObject({ company: '青禾商城', user: { id: 'chen', roles: ['admin', 'owner'] } })
    expect((await app.anonymous.get('/api/users')).status).toBe(200)
    expect((await app.anonymous.get('/api/setup')).body).toMatchObject({ needed: false, packs: [] })
  })

  it('is refused the second time, also when two come at once', async () => {
    const app = await anApp()

    const answers = await Promise.all([
      app.anonymous.post('/api/setup', aSetup()),
      app.anonymous.post('/api/setup', aSetup({ username: 'intruder' })),
    ])
    const later = await app.anonymous.post('/api/setup', aSetup({ username: 'intruder' }))

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    expect([later.status, later.body.code]).toEqual([409, 'setup.done'])
    expect(app.directory.people()).toHaveLength(1)
  })

  it('asks for the token of the start line when the page is not opened on the machine itself', async () => {
    const app = await anApp()
    const afar = { 'X-Forwarded-For': '203.0.113.9' }

    expect((await app.anonymous.get('/api/setup').set(afar)).body.tokenNeeded).toBe(true)
    const without = await app.anonymous.post('/api/setup', aSetup()).set(afar)
    const wrong = await app.anonymous.post('/api/setup', aSetup({ token: 'x' })).set(afar)
    const right = await app.anonymous.post('/api/setup', aSetup({ token: app.setup.token })).set(afar)

    expect([without.status, without.body.code]).toEqual([403, 'setup.token_required'])
    expect(wrong.body.code).toBe('setup.token_required')
    expect(right.status).toBe(200)
  })

  it('can be done again when it failed half-way, and names what has to change', async () => {
    const app = await anApp()

    const weak = await app.anonymous.post('/api/setup', aSetup({ password: 'password1' }))
    const noPack = await app.anonymous.post('/api/setup', aSetup({ pack: 'unheard-of' }))
    const done = await app.anonymous.post('/api/setup', aSetup())

    expect([weak.status, weak.body.code, weak.body.where]).toEqual([422, 'password.common', 'password'])
    expect([noPack.status, noPack.body.where]).toEqual([404, 'pack'])
    expect(done.status).toBe(200)
  })
})
