import { describe, expect, it } from 'vitest'
import { fillTemplate, yuan } from '../../../server/cases/template.rules.ts'
import { hoursRange } from '../../../server/cases/promise.rules.ts'

describe('a reply template', () => {
  it('takes values by path', () => {
    expect(fillTemplate('您的申请 {{case.caseNo}} 已收到', { case: { caseNo: 'AS1' } })).toBe('您的申请 AS1 已收到')
  })

  it.each(['{{case.__proto__.polluted}}', '{{constructor.name}}', '{{case.missing}}', '{{case}}'])(
    'reads own values only: %s becomes empty',
    (text) => {
      expect(fillTemplate(text, { case: { caseNo: 'AS1' } })).toBe('')
    },
  )

  it.each(['${7*7}', '<%= 1 %>', '{{#each x}}'])('leaves other template languages as text: %s', (text) => {
    expect(fillTemplate(text, {})).toBe(text)
  })

  it('writes minor units as people read them', () => {
    expect(yuan(56840)).toBe('568.40')
    expect(yuan(5)).toBe('0.05')
  })
})

describe('the time range that a customer is told', () => {
  const took = (hours: number) => ({
    openedAt: '2026-11-01T00:00:00.000Z',
    closedAt: new Date(Date.UTC(2026, 10, 1) + hours * 3_600_000).toISOString(),
  })

  it('is not given from fewer than ten like cases', () => {
    expect(hoursRange(Array.from({ length: 9 }, () => took(5)))).toBeNull()
  })

  it('spans what most like cases took, the slow ones admitted', () => {
    const cases = [1, 2, 2, 3, 3, 4, 5, 6, 8, 30].map(took)

    expect(hoursRange(cases)).toEqual({ from: 2, to: 30, cases: 10 })
  })
})
