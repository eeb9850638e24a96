import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readPack } from '../../../server/packs/read-pack.ts'
import { planSample } from '../../../server/packs/sample-plan.rules.ts'
import type { SampleSpec } from '../../../server/packs/sample-spec.rules.ts'

const base = '2026-11-25T11:00:00.000Z'

async function theSample(): Promise<SampleSpec> {
  const read = await readPack('templates', 'after-sales')
  if (!read.ok) throw new Error(read.refusal.message.en)
  return structuredClone(read.value.sample) as unknown as SampleSpec
}
const plan = (spec: SampleSpec, at = base) => planSample(spec, at, '0.1.0', 'Asia/Shanghai')
const hash = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex')

describe('the plan of the sample', () => {
  it('is the same for the same instant, to the byte', async () => {
    expect(hash(plan(await theSample()))).toBe(hash(plan(await theSample())))
    expect(hash(plan(await theSample()))).not.toBe(hash(plan(await theSample(), '2026-11-26T11:00:00.000Z')))
  })

  it('leaves orders as they are when a kind of case is added', async () => {
    const more = await theSample()
    more.cases.closed = more.cases.closed.slice(1)
    const history = (spec: SampleSpec) =>
      plan(spec).timeline.flatMap((event) => (event.what === 'place' ? [hash(event.draft.lines) + event.at] : []))

    const before = history(await theSample())
    const after = history(more)

    expect(after.length).toBeLessThan(before.length)
    expect(after.filter((order) => !before.includes(order))).toEqual([])
  })

  it('runs in the order of time and ends with the present', async () => {
    const { timeline } = plan(await theSample())

    const times = timeline.map(({ at }) => at)
    expect(times).toEqual(times.toSorted())
    expect(times.at(-1)! <= base).toBe(true)
  })

  it('is large enough that every page is alive', async () => {
    const { orders, cases, customers, products } = plan(await theSample())

    expect(orders).toBeGreaterThanOrEqual(240)
    expect(cases).toBeGreaterThanOrEqual(54)
    expect(customers).toHaveLength(120)
    expect(products.length).toBeGreaterThanOrEqual(40)
  })

  it('numbers the orders of a day without a gap', async () => {
    const { timeline } = plan(await theSample())
    const numbers = timeline.flatMap((event) => (event.what === 'place' ? [event.orderNo] : []))

    expect(new Set(numbers).size).toBe(numbers.length)
    expect(numbers.filter((number) => number.startsWith('SO261125')).map((number) => number.slice(-4))[0]).toBe('0001')
  })

  it('never sells more than the shop has received', async () => {
    const { timeline, products } = plan(await theSample())
    const sold = new Map<string, number>()
    for (const event of timeline) {
      if (event.what !== 'place') continue
      for (const { sku, warehouse, quantity } of event.draft.lines)
        sold.set(`${sku} ${warehouse}`, (sold.get(`${sku} ${warehouse}`) ?? 0) + quantity)
    }

    const short = products.filter(({ sku, warehouse, stock, incoming }) => {
      const there = stock[warehouse] ?? 0
      return incoming === 0 && (sold.get(`${sku} ${warehouse}`) ?? 0) > there
    })
    expect(short).toEqual([])
  })

  it('gives every person a role that exists, a head above, and a password of the required length', async () => {
    const { people } = await theSample()
    const names = people.people.map(({ username }) => username)

    expect(people.people).toHaveLength(18)
    expect(people.password.length).toBeGreaterThanOrEqual(8)
    for (const [index, { managerId }] of people.people.entries())
      expect(managerId === null || names.slice(0, index).includes(managerId)).toBe(true)
  })
})
