import { ok } from '../workflows/model/problem.ts'
import type { CollectionSpec, Store } from '../workflows/runtime/ports.ts'
import { changeAggregate } from './change-aggregate.ts'

/** One series of numbers, such as the refunds of a day. The last takers are remembered, so that a repeated taking gets the same. */
export interface CounterDocument {
  last: number
  taken: { key: string; number: number }[]
}

export const numberCollections: CollectionSpec[] = [{ name: 'counters', indexes: [] }]

const remembered = 100

/** Takes the next number of a series; the same key gets the same number while it is remembered. Gaps are possible. */
export async function takeNumber(store: Store, series: string, key: string): Promise<number> {
  const taken = await changeAggregate<CounterDocument, number>(store, 'counters', series, (current) => {
    const counter = current?.data ?? { last: 0, taken: [] }
    const before = counter.taken.find((taking) => taking.key === key)
    if (before) return ok({ unchanged: true, answer: before.number })
    const number = counter.last + 1
    return ok({
      data: { last: number, taken: [...counter.taken, { key, number }].slice(-remembered) },
      followUps: [],
      answer: number,
    })
  })
  if (!taken.ok) throw new Error(`series ${series} is contested`)
  return taken.value
}

/** `RF261123-0007`: letters, day of the shop, four digits (after-sales pack, numbering). */
export async function takeDayNumber(
  store: Store,
  letters: string,
  instant: string,
  key: string,
  timeZone = 'Asia/Shanghai',
): Promise<string> {
  const day = dayOf(instant, timeZone)
  const number = await takeNumber(store, `${letters}${day}`, key)
  return `${letters}${day}-${String(number).padStart(4, '0')}`
}

function dayOf(instant: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone, year: '2-digit', month: '2-digit', day: '2-digit' })
  return parts.format(new Date(instant)).replaceAll('-', '')
}
