import { describe, expect, it } from 'vitest'
import { anApp } from '../../support/app.ts'

const away = { to: 'qian', from: '2026-11-30T16:00:00.000Z', until: '2026-12-06T16:00:00.000Z' }

async function aTeam() {
  const app = await anApp()
  const admin = await app.as('chief')
  const clerk = await app.as('zhao', { roles: ['clerk'] })
  await app.as('qian', { roles: ['clerk'] })
  return { app, admin, clerk }
}

describe('a substitute', () => {
  it('is named by oneself for a time, and known to the runner at once', async () => {
    const { app, clerk } = await aTeam()

    const named = await clerk.put('/api/session/substitute', { version: 1, substitute: away })
    expect([named.status, named.body.substitute]).toEqual([200, away])
    expect(app.directory.person('zhao')?.substitute).toEqual(away)

    await clerk.put('/api/session/substitute', { version: 2, substitute: null })
    expect(app.directory.person('zhao')?.substitute).toBeNull()
  })

  it('is somebody else who is still here, for a period that has a length', async () => {
    const { admin, clerk } = await aTeam()
    await admin.patch('/api/users/qian', { version: 1, active: false })
    const put = (change: object) =>
      clerk.put('/api/session/substitute', { version: 1, substitute: { ...away, ...change } })

    for (const [change, code] of [
      [{}, 'substitute.unknown'],
      [{ to: 'nobody' }, 'substitute.unknown'],
      [{ to: 'zhao' }, 'substitute.self'],
      [{ to: 'chief', until: away.from }, 'substitute.period'],
    ] as const) {
      const answer = await put(change)
      expect([answer.status, answer.body.code]).toEqual([422, code])
    }
    expect((await admin.get('/api/users/zhao')).body).toMatchObject({ version: 1, substitute: null })
  })
})

describe('a department', () => {
  it('stands in a tree: its parent is known, and never below it', async () => {
    const { admin } = await aTeam()
    const put = (id: string, parentId: string | null, headId: string | null = null) =>
      admin.put(`/api/departments/${id}`, { name: id, parentId, headId })
    await put('company', null)
    await put('service', 'company')

    expect((await put('company', 'service')).body).toMatchObject({ code: 'department.cycle', where: 'parentId' })
    expect((await put('company', 'nowhere')).body).toMatchObject({ code: 'department.unknown', where: 'parentId' })
    expect((await put('company', null, 'nobody')).body).toMatchObject({ code: 'head.unknown', where: 'headId' })
  })
})

describe('a colleague', () => {
  it.each(['王', 'wang', 'wf', 'wangf', 'wangfang', 'w0'])(
    'is found by name, pinyin or user name: %s',
    async (typed) => {
      const { app, admin } = await aTeam()
      await app.identity.createUser(
        {
          username: 'w0',
          name: '王芳',
          password: 'a phrase of my own',
          roles: [],
          departmentId: null,
          managerId: null,
          email: null,
        },
        { system: 'test' },
      )

      const found = await admin.get(`/api/people?q=${encodeURIComponent(typed)}`)

      expect(found.body.items.map(({ id }: { id: string }) => id)).toEqual(['w0'])
    },
  )
})

describe('a working calendar', () => {
  const calendar = {
    name: { zh: '门店时间', en: 'Shop hours' },
    timeZone: 'Asia/Shanghai',
    hours: ['09:00-12:00', '13:00-18:00'],
    days: [1, 2, 3, 4, 5],
    holidays: ['2026-10-01'],
    makeUpDays: ['2026-10-10'],
  }

  it('is there from the first day, and deadlines follow what an admin writes into it', async () => {
    const { app, admin, clerk } = await aTeam()
    const list = await clerk.get('/api/calendars')
    expect(list.body.items).toMatchObject([{ id: 'working', hours: ['09:00-18:00'] }])

    const put = await admin.put('/api/calendars/working', { ...calendar, hours: ['10:00-11:00'] })
    expect(put.status).toBe(200)
    expect((await clerk.get('/api/calendars')).body.items).toMatchObject([{ id: 'working', hours: ['10:00-11:00'] }])
    expect(app.directory.departments()).toEqual([])
  })

  it.each([
    [{ timeZone: 'Mars/Olympus' }, 'calendar.zone', 'timeZone'],
    [{ hours: ['13:00-18:00', '09:00-12:00'] }, 'calendar.hours', 'hours.1'],
    [{ hours: ['18:00-09:00'] }, 'calendar.hours', 'hours.0'],
    [{ hours: ['09:75-18:00'] }, 'calendar.hours', 'hours.0'],
    [{ holidays: ['2026-10-01'], makeUpDays: ['2026-10-01'] }, 'calendar.day_twice', 'makeUpDays'],
  ])('refuses %j', async (change, code, where) => {
    const { admin } = await aTeam()
    const answer = await admin.put('/api/calendars/shop', { ...calendar, ...change })
    expect(answer.body).toMatchObject({ code, where })
  })

  it('is changed by admins alone', async () => {
    const { clerk } = await aTeam()
    expect((await clerk.put('/api/calendars/shop', calendar)).status).toBe(403)
  })
})
