import { describe, expect, it } from 'vitest'
import { masked } from '../../../server/notifications/notifications.ts'
import { anApp } from '../../support/app.ts'

const text = { zh: '任务快到期了', en: 'A task is due soon' }

describe('a notification', () => {
  it('is told once to each, newest first, and read by its owner alone', async () => {
    const app = await anApp()
    const li = await app.as('li')
    const zhao = await app.as('zhao')
    await app.notifications.tellStaff({ id: 'job-1', to: ['li', 'zhao', 'li'], why: 'beforeDue', text, caseNo: 'AS1' })
    app.clock.advance(1000)
    await app.notifications.tellStaff({ id: 'job-2', to: ['li'], why: 'afterDue', text })

    expect(await app.notifications.tellStaff({ id: 'job-1', to: ['li'], why: 'beforeDue', text })).toBe(0)
    const mine = (await li.get('/api/notifications')).body
    expect(mine).toMatchObject({ unread: 2, items: [{ why: 'afterDue' }, { why: 'beforeDue', caseNo: 'AS1' }] })

    const foreign = await zhao.post(`/api/notifications/${encodeURIComponent(mine.items[0].id)}/read`)
    expect(foreign.status).toBe(404)
    const read = await li.post(`/api/notifications/${encodeURIComponent(mine.items[0].id)}/read`)
    expect(read.body).toEqual({ unread: 1 })
    expect((await li.post('/api/notifications/read')).body).toEqual({ unread: 0 })
    expect((await zhao.get('/api/notifications')).body.unread).toBe(1)
  })
})

describe('a message to a customer', () => {
  it('is recorded once with a masked address, for those who may read the log', async () => {
    const app = await anApp()
    const admin = await app.as('chief')
    const clerk = await app.as('li', { roles: ['clerk'] })
    const message = { id: 'job-1', to: '13812345678', template: 'T-01', text: '已收到您的申请', caseNo: 'AS1' }

    expect(await app.notifications.tellCustomer(message)).toBe(true)
    expect(await app.notifications.tellCustomer(message)).toBe(false)

    const log = await admin.get('/api/outgoing-messages?caseNo=AS1')
    expect(log.body.items).toMatchObject([{ to: '138****5678', channel: 'sandbox', text: '已收到您的申请' }])
    expect((await clerk.get('/api/outgoing-messages')).status).toBe(403)
  })

  it.each([
    ['13812345678', '138****5678'],
    ['li@example.com', 'l***@example.com'],
    ['110', '****'],
  ])('masks %s', (address, shown) => {
    expect(masked(address)).toBe(shown)
  })
})
