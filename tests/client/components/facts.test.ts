import { nextTick } from 'vue'
import { describe, expect, it } from 'vitest'
import RtBalance from '../../../client/components/RtBalance.vue'
import RtBreakdown from '../../../client/components/RtBreakdown.vue'
import RtClock from '../../../client/components/RtClock.vue'
import RtMoney from '../../../client/components/RtMoney.vue'
import RtState from '../../../client/components/RtState.vue'
import RtTime from '../../../client/components/RtTime.vue'
import { show } from '../../support/mount.ts'

const timeZone = 'Asia/Shanghai'

describe('RtMoney', () => {
  it('puts the minus before the symbol and keeps two decimals', async () => {
    const { text } = await show(RtMoney, { amount: -56840, symbol: true })

    expect(text()).toBe('−¥568.40')
  })

  it('shows a dash for what is absent and 0.00 for zero', async () => {
    expect((await show(RtMoney, { amount: null })).text()).toBe('—')
    expect((await show(RtMoney, { amount: 0 })).text()).toBe('0.00')
  })
})

describe('RtClock', () => {
  it('counts down each minute, then says how long it is over', async () => {
    const { text, clock, wrapper } = await show(RtClock, { due: '2026-11-23T03:48:00Z', timeZone })
    expect(text()).toBe('剩 1 小时 12 分')

    clock.value += 60_000
    await nextTick()
    expect(text()).toBe('剩 1 小时 11 分')

    clock.value = Date.parse('2026-11-23T04:30:00Z')
    await nextTick()
    expect(text()).toBe('超时 42 分')
    expect(wrapper.find('.rt-clock--over').exists()).toBe(true)
  })

  it('names the hour while there is time', async () => {
    const { text, wrapper } = await show(RtClock, { due: '2026-11-24T02:00:00Z', timeZone })

    expect(text()).toBe('明天 10:00')
    expect(wrapper.find('time').attributes('title')).toBe('2026年11月24日 10:00')
  })

  it('speaks English', async () => {
    const { text } = await show(RtClock, { due: '2026-11-23T03:48:00Z' }, { language: 'en' })

    expect(text()).toBe('1 h 12 min left')
  })
})

describe('RtTime', () => {
  it('leaves the year out only in this year', async () => {
    expect((await show(RtTime, { at: '2026-11-19T13:02:00Z', timeZone })).text()).toBe('11月19日 21:02')
    expect((await show(RtTime, { at: '2025-11-19T13:02:00Z', timeZone })).text()).toBe('2025年11月19日 21:02')
  })

  it('says how long something stands still', async () => {
    expect((await show(RtTime, { at: '2026-11-23T01:48:00Z', since: 'stopped' })).text()).toBe('已停 48 分')
  })
})

describe('RtState', () => {
  it('always says the word beside the glyph', async () => {
    const { wrapper, text } = await show(RtState, { state: 'unknown' })

    expect(text()).toBe('结果未知')
    expect(wrapper.find('svg').attributes('aria-hidden')).toBe('true')
  })
})

describe('RtBreakdown', () => {
  it('derives the sum line by line and strikes what is waived', async () => {
    const { wrapper } = await show(RtBreakdown, {
      lines: [
        { label: '实付 278.20 × 2', amount: 55640 },
        { label: '寄回运费', amount: 1200 },
        { label: '拆封费', amount: -5564, note: '质量问题免收', waived: true },
      ],
      sum: { label: '应退', amount: 56840 },
    })

    expect(wrapper.findAll('dd').map((amount) => amount.text())).toEqual(['556.40', '+12.00', '−55.64', '¥568.40'])
    expect(wrapper.find('.is-waived').text()).toContain('质量问题免收')
  })
})

describe('RtBalance', () => {
  it('reads as an equation and gives what goes back its share of the bar', async () => {
    const { wrapper, text } = await show(RtBalance, {
      terms: [
        { key: 'paid', label: '客户实付', amount: 200000 },
        { key: 'this', label: '本单应退', amount: 50000, back: true },
      ],
      result: { label: '还可退', amount: 150000 },
    })

    expect(text().replace(/\s+/g, '')).toBe('客户实付2,000.00−本单应退500.00=还可退1,500.00')
    expect(wrapper.find('.rt-balance__bar i').attributes('style')).toContain('25%')
  })
})
