import { describe, expect, it } from 'vitest'
import { deedsOf } from '../../../../client/pages/orders/deeds.ts'

const why = { zh: '还有 2 件没有发出，可以取消', en: '2 have not left the house' }
const cancel = { deed: 'cancel', possible: true, why }
const merchantCancel = { deed: 'merchantCancel', possible: true, why }
const deeds = (roles: string[], possibilities = [cancel, merchantCancel], openCase: string | null = null) =>
  deedsOf('SO261112-0427', possibilities, roles, openCase).map(({ key, enabled, bar }) => [key, enabled, bar])

describe('what can be done with an order', () => {
  it('leads to a new case of its kind, with the reason why', () => {
    expect(deedsOf('SO1 & 2', [merchantCancel], ['order-desk'], null)).toEqual([
      {
        key: 'merchantCancel',
        enabled: true,
        why,
        bar: null,
        to: '/cases/new?order=SO1+%26+2&kind=merchantCancellation',
      },
    ])
  })

  it('tells the reason of the order before that of the role', () => {
    const shipped = { ...cancel, possible: false, why: { zh: '已全部发出', en: 'Everything has left' } }

    expect(deedsOf('SO1', [shipped], ['finance'], 'AS1')).toMatchObject([
      { enabled: false, why: shipped.why, bar: null },
    ])
  })

  it('lets an agent cancel for the customer, and only a lead or the order desk for the shop', () => {
    expect(deeds(['cs-cancel'])).toEqual([
      ['cancel', true, null],
      ['merchantCancel', false, 'role'],
    ])
    expect(deeds(['cs-lead'])).toEqual([
      ['cancel', true, null],
      ['merchantCancel', true, null],
    ])
    expect(deeds(['logistics'])).toEqual([
      ['cancel', false, 'role'],
      ['merchantCancel', false, 'role'],
    ])
  })

  it('opens no second case beside an open one', () => {
    expect(deeds(['admin'], [cancel], 'AS2611190001')).toEqual([['cancel', false, 'openCase']])
  })

  it('leaves out deeds that have no page', () => {
    expect(deeds(['admin'], [{ deed: 'exchange', possible: true, why }])).toEqual([])
  })
})
