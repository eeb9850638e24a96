import { describe, expect, it } from 'vitest'
import { loadMessages } from '../../../../client/i18n/index.ts'
import {
  orderGlyph,
  orderStages,
  orderStates,
  orderWord,
  stageOfLines,
} from '../../../../client/pages/orders/order-words.ts'
import { aLine } from '../../../support/an-order-page.ts'

describe('the word of an order', () => {
  it('is its stage, until it has ended', () => {
    expect(orderWord({ state: 'confirmed', stage: 'picking' })).toBe('orders.stage.picking')
    expect(orderWord({ state: 'canceled', stage: 'unpaid' })).toBe('orders.state.canceled')
    expect(orderGlyph({ state: 'canceled', stage: 'unpaid' })).toBe('closed')
  })

  it('exists for every state and stage that can be asked for', async () => {
    const { orders } = (await loadMessages('zh-CN')) as unknown as {
      orders: { state: Record<string, string>; stage: Record<string, string> }
    }

    expect(orderStates.filter((state) => !orders.state[state])).toEqual([])
    expect(orderStages.filter((stage) => !orders.stage[stage])).toEqual([])
  })
})

describe('the stage of several lines', () => {
  it('is that of the last one that is still wanted', () => {
    const canceled = aLine({ canceled: 2, stage: 'paid' })

    expect(stageOfLines([aLine({ stage: 'delivered' }), aLine({ stage: 'packed' }), canceled])).toBe('packed')
  })
})
