import { describe, expect, it } from 'vitest'
import { checkPassword, usernameSkeleton } from '../../../server/identity/rules.ts'
import { hashPassword, verifyPassword } from '../../../server/identity/passwords.ts'
import { anApp, PASSWORD } from '../../support/app.ts'

const aUser = (change: Record<string, unknown> = {}) => ({
  username: 'wang',
  name: '王芳',
  password: PASSWORD,
  roles: [],
  departmentId: null,
  managerId: null,
  email: null,
  ...change,
})

describe('a user', () => {
  it('is added by an admin, found by name, and known to the directory at once', async () => {
    const app = await anApp()
    const admin = await app.as('chief')
    await admin.put('/api/departments/service', { name: '客服部', parentId: null, headId: 'chief' })

    const created = await admin.post(
      '/api/users',
      aUser({ departmentId: 'service', roles: ['admin'], managerId: 'chief' }),
    )

    expect(created.status).toBe(200)
    expect(created.body).toMatchObject({ id: 'wang', name: '王芳', version: 1, active: true })
    expect(app.directory.inRole('admin').map(({ id }) => id)).toEqual(['chief', 'wang'])
    expect(app.directory.department('service')).toMatchObject({ headId: 'chief' })
    const found = await admin.get(`/api/people?q=${encodeURIComponent('王')}`)
    expect(found.body.items).toEqual([{ id: 'wang', name: '王芳', department: '客服部', roles: ['admin'] }])
  })

  it('has one name: twins in case, looks and invisible letters are refused (X12)', async () => {
    const app = await anApp()
    const admin = await app.as('chief')
    await admin.post('/api/users', aUser({ username: 'paul01' }))

    for (const username of ['paul01', 'pauiol', 'pau1o1', 'paulol']) {
      const answer = await admin.post('/api/users', aUser({ username }))
      expect([username, answer.status, answer.body.code]).toEqual([username, 409, 'username.taken'])
    }
    for (const username of ['Paul01', 'pаul01', 'pa\u200bul01', 'ｐaul01']) {
      const answer = await admin.post('/api/users', aUser({ username }))
      expect([username, answer.status, answer.body.where]).toEqual([username, 422, 'username'])
    }
  })

  it.each(['Admin', 'аdmin', 'ad\u200bmin', 'ＡＤＭＩＮ', 'adm1n'])('looks like admin: %s', (name) => {
    expect(usernameSkeleton(name)).toBe(usernameSkeleton('admin'))
  })

  it('is changed under the version that was seen, and by admins alone (H10)', async () => {
    const app = await anApp()
    const admin = await app.as('chief')
    const clerk = await app.as('li', { roles: ['clerk'] })
    await admin.patch('/api/users/li', { version: 1, name: '李雷' })

    const stale = await admin.patch('/api/users/li', { version: 1, name: '李四' })
    const own = await clerk.patch('/api/users/li', { version: 2, roles: ['admin'] })

    expect([stale.status, stale.body.code, stale.body.params]).toEqual([409, 'version.conflict', { current: 2 }])
    expect([own.status, own.body.code]).toEqual([403, 'role.required'])
    expect((await admin.get('/api/users/li')).body).toMatchObject({ name: '李雷', roles: ['clerk'], version: 2 })
  })

  it('stays admin when he is the last one', async () => {
    const app = await anApp()
    const admin = await app.as('chief')
    await app.as('li', { roles: ['clerk'] })

    const disabled = await admin.patch('/api/users/chief', { version: 1, active: false })
    const demoted = await admin.patch('/api/users/chief', { version: 1, roles: ['clerk'] })

    expect(disabled.body.code).toBe('user.last_admin')
    expect(demoted.body.code).toBe('user.last_admin')
    expect((await admin.get('/api/users/chief')).body.version).toBe(1)
  })

  it('has a known department, known roles, and a manager above, not below', async () => {
    const app = await anApp()
    const admin = await app.as('chief')
    await app.as('li', { roles: ['clerk'], managerId: 'chief' })

    const answers = [
      await admin.post('/api/users', aUser({ roles: ['wizard'] })),
      await admin.post('/api/users', aUser({ departmentId: 'nowhere' })),
      await admin.post('/api/users', aUser({ managerId: 'nobody' })),
      await admin.patch('/api/users/chief', { version: 1, managerId: 'li' }),
    ]

    expect(answers.map(({ body }) => body.code)).toEqual([
      'role.unknown',
      'department.unknown',
      'manager.unknown',
      'manager.cycle',
    ])
  })

  it('leaves a trail of what was done to him, without his password', async () => {
    const app = await anApp()
    const admin = await app.as('chief')
    await admin.post('/api/users', aUser())
    app.clock.advance(1000)
    await admin.put('/api/users/wang/password', { password: 'a long new phrase' })

    const trail = await admin.get('/api/audit?subject=wang')

    expect(trail.body.items.map(({ by, action }: { by: string; action: string }) => [by, action])).toEqual([
      ['chief', 'user.password'],
      ['chief', 'user.created'],
    ])
    expect(trail.text).not.toMatch(/phrase|argon2/)
  })

  it('is listed in pages that a cursor continues', async () => {
    const app = await anApp()
    const admin = await app.as('chief')
    for (const username of ['anna', 'bert', 'carl']) await admin.post('/api/users', aUser({ username }))

    const first = await admin.get('/api/users?limit=2')
    const second = await admin.get(`/api/users?limit=2&after=${encodeURIComponent(first.body.next)}`)

    const names = [...first.body.items, ...second.body.items].map(({ username }) => username)
    expect(names).toEqual(['anna', 'bert', 'carl', 'chief'])
    expect(second.body.next).toBeNull()
  })
})

describe('a password', () => {
  it('is kept as an argon2id PHC string that only it opens', async () => {
    const phc = await hashPassword('挑一个好密码', { memory: 64, passes: 2, parallelism: 1 })

    expect(phc).toMatch(/^\$argon2id\$v=19\$m=64,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(await verifyPassword('挑一个好密码', phc)).toBe(true)
    expect(await verifyPassword('挑一个坏密码', phc)).toBe(false)
    expect(await verifyPassword('', 'not a PHC string')).toBe(false)
    expect(await hashPassword('挑一个好密码', { memory: 64, passes: 2, parallelism: 1 })).not.toBe(phc)
  })

  it.each([
    'short',
    'password',
    'Password1',
    'PASSWORD123',
    '12345678',
    'aaaaaaaaaa',
    'iloveyou!',
    'zhangwei2024',
    'x'.repeat(201),
  ])('is refused when it is easy to guess or has no fit length: %s', (password) => {
    expect(checkPassword(password, 'zhangwei')).toMatchObject({ ok: false, refusal: { where: 'password' } })
  })

  it.each(['correct horse battery', '今天天气真不错啊哈', 'x7#kQ9!mz2'])('is taken: %s', (password) => {
    expect(checkPassword(password, 'zhangwei').ok).toBe(true)
  })
})
