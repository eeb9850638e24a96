import { describe, expect, it } from 'vitest'
import { median, startOfDay, startOfMonth } from '../../../server/tasks/workbench.rules.ts'

describe('the numbers of the day', () => {
  it('begin at midnight of the shop, not of Greenwich', () => {
    expect(startOfDay('2026-11-23T17:30:00.000Z', 'Asia/Shanghai')).toBe('2026-11-23T16:00:00.000Z')
    expect(startOfDay('2026-11-23T15:59:59.000Z', 'Asia/Shanghai')).toBe('2026-11-22T16:00:00.000Z')
  })

  it('take the month from its first midnight', () => {
    expect(startOfMonth('2026-11-23T17:30:00.000Z', 'Asia/Shanghai')).toBe('2026-10-31T16:00:00.000Z')
  })

  it('take the middle case for how long it takes', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 3])).toBe(2.5)
    expect(median([])).toBeNull()
  })
})
