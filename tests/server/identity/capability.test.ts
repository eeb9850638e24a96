import { describe, expect, it } from 'vitest'
import { anApp } from '../../support/app.ts'

const HOUR = 3_600_000
const orderScope = { scope: { orderNo: 'SO1' }, customerId: 'C1' }
const caseScope = { scope: { caseNo: 'AS1', orderNo: 'SO1' }, customerId: 'C1' }

describe('a private link', () => {
  it('gives the rights of one order for two hours, of one case for 180 days', async () => {
    const app = await anApp()
    const toOrder = await app.capabilities.grant(orderScope)
    const toCase = await app.capabilities.grant(caseScope)

    expect(await app.capabilities.holderOf(toOrder)).toEqual({ kind: 'customer', ...orderScope })
    app.clock.advance(2 * HOUR)
    expect(await app.capabilities.holderOf(toOrder)).toBeNull()
    app.clock.advance(180 * 24 * HOUR - 2 * HOUR - 1)
    expect(await app.capabilities.holderOf(toCase)).toEqual({ kind: 'customer', ...caseScope })
    app.clock.advance(1)
    expect(await app.capabilities.holderOf(toCase)).toBeNull()
  })

  it('is worthless when a letter of it was changed', async () => {
    const app = await anApp()
    const token = await app.capabilities.grant(caseScope)
    const [content = '', signature = ''] = token.split('.')
    const other = Buffer.from(content, 'base64url').toString().replace('AS1', 'AS2')

    for (const forged of [
      `${Buffer.from(other).toString('base64url')}.${signature}`,
      `${content}.${signature.slice(0, -2)}AA`,
      `${content}.`,
      content,
      `${token}.x`,
      '',
      'x'.repeat(10_000),
    ]) {
      expect(await app.capabilities.holderOf(forged)).toBeNull()
    }
  })

  it('is worthless after it was revoked, and a new one is not', async () => {
    const app = await anApp()
    const before = await app.capabilities.grant(caseScope)
    app.clock.advance(1000)
    await app.capabilities.revoke('AS1')
    app.clock.advance(1000)

    expect(await app.capabilities.holderOf(before)).toBeNull()
    expect(await app.capabilities.holderOf(await app.capabilities.grant(caseScope))).not.toBeNull()
  })

  it('of one installation opens nothing in another', async () => {
    const here = await anApp()
    const there = await anApp()

    expect(await there.capabilities.holderOf(await here.capabilities.grant(caseScope))).toBeNull()
  })

  it('does not open what is for staff', async () => {
    const app = await anApp()
    const customer = app.withCapability(await app.capabilities.grant(caseScope))

    for (const path of ['/api/people', '/api/users', '/api/audit', '/api/notifications', '/api/departments']) {
      expect((await customer.get(path)).status).toBe(401)
    }
  })
})
