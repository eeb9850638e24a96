import { describe, expect, it } from 'vitest'
import { groupByDeadline, groupOf } from '../../../../client/pages/workbench/deadline-groups.ts'

// Wednesday 25 November 2026, 10:36 in Shanghai.
const now = Date.parse('2026-11-25T02:36:00Z')
const zone = 'Asia/Shanghai'

describe('where a deadline stands', () => {
  it('is overdue from the very instant on', () => {
    expect(groupOf('2026-11-25T02:36:00Z', now, zone)).toBe('overdue')
    expect(groupOf('2026-11-25T02:36:01Z', now, zone)).toBe('today')
  })

  it('ends the day and the week where the reader lives, not in UTC', () => {
    expect(groupOf('2026-11-25T15:59:59Z', now, zone)).toBe('today')
    expect(groupOf('2026-11-25T16:00:00Z', now, zone)).toBe('week')
    expect(groupOf('2026-11-29T15:59:59Z', now, zone)).toBe('week')
    expect(groupOf('2026-11-29T16:00:00Z', now, zone)).toBe('later')
  })

  it('knows on a Sunday that the week ends today', () => {
    const sunday = Date.parse('2026-11-29T02:00:00Z')

    expect(groupOf('2026-11-29T10:00:00Z', sunday, zone)).toBe('today')
    expect(groupOf('2026-11-30T02:00:00Z', sunday, zone)).toBe('later')
  })

  it('has a place of its own for what has no deadline', () => {
    expect(groupOf(null, now, zone)).toBe('none')
  })
})

describe('the inbox', () => {
  const task = (id: string, dueAt: string | null, openedAt = '2026-11-24T00:00:00Z') => ({ id, dueAt, openedAt })

  it('stands by urgency, not by arrival, and leaves empty groups out', () => {
    const groups = groupByDeadline(
      [
        task('none', null),
        task('later', '2026-12-20T00:00:00Z'),
        task('today', '2026-11-25T08:00:00Z'),
        task('late', '2026-11-25T01:00:00Z'),
        task('latest', '2026-11-23T01:00:00Z'),
      ],
      now,
      zone,
    )

    expect(groups.map(({ key, items }) => [key, items.map(({ id }) => id)])).toEqual([
      ['overdue', ['latest', 'late']],
      ['today', ['today']],
      ['later', ['later']],
      ['none', ['none']],
    ])
  })

  it('lets a task rest until its follow-up date, unless it is overdue', () => {
    const task = (id: string, dueAt: string | null, followUpAt?: string) => ({
      id,
      dueAt,
      openedAt: '2026-11-20T00:00:00Z',
      ...(followUpAt !== undefined && { followUpAt }),
    })
    const tomorrow = '2026-11-26T08:00:00Z'
    const groups = groupByDeadline(
      [
        task('rests', tomorrow, tomorrow),
        task('late', '2026-11-24T08:00:00Z', tomorrow),
        task('woken', null, '2026-11-25T00:00:00Z'),
      ],
      now,
      zone,
    )

    expect(groups.map(({ key, items }) => [key, items.map(({ id }) => id)])).toEqual([
      ['overdue', ['late']],
      ['none', ['woken']],
      ['resting', ['rests']],
    ])
  })

  it('puts what has waited longer first among equal deadlines', () => {
    const due = '2026-11-25T08:00:00Z'
    const groups = groupByDeadline(
      [task('young', due, '2026-11-25T00:00:00Z'), task('old', due, '2026-11-20T00:00:00Z')],
      now,
      zone,
    )

    expect(groups[0]?.items.map(({ id }) => id)).toEqual(['old', 'young'])
  })
})
