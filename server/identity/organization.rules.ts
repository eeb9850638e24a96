import type { Department, Substitute, WorkCalendar } from '../contract/identity.ts'
import { ok, refuse, type Result, type Sentence } from '../../workflows/model/problem.ts'

/** What the rules look up; the live directory is one. */
export interface Organization {
  person(id: string): { canceled: boolean; managerId: string | null } | undefined
  department(id: string): { parentId: string | null } | undefined
}

const wrong = (code: string, where: string, message: Sentence): Result<never> => refuse(code, message, { where })

/** Somebody else who is still here, for a period that has a length (approval vocabulary, Time: until is exclusive). */
export function checkSubstitute({ to, from, until }: Substitute, of: string, people: Organization): Result<null> {
  const person = people.person(to)
  if (!person || person.canceled)
    return wrong('substitute.unknown', 'substitute.to', {
      zh: '没有这个在职的同事',
      en: 'Expected a colleague who is still here, but there is none',
    })
  if (to === of)
    return wrong('substitute.self', 'substitute.to', {
      zh: '不能代理自己',
      en: 'Expected somebody else, but this is the same person',
    })
  if (Date.parse(from) >= Date.parse(until))
    return wrong('substitute.period', 'substitute.until', {
      zh: '结束时间要晚于开始时间',
      en: 'Expected an end after the beginning',
    })
  return ok(null)
}

/** A known head, a known parent, and no circle above it. */
export function checkDepartment(
  { id, parentId, headId, calendarId }: Department,
  organization: Organization,
  calendarIds: readonly string[],
): Result<null> {
  if (calendarId !== null && !calendarIds.includes(calendarId))
    return wrong('calendar.unknown', 'calendarId', {
      zh: '没有这个工作日历',
      en: 'Expected a known working calendar, but there is none',
    })
  if (headId !== null && !organization.person(headId))
    return wrong('head.unknown', 'headId', { zh: '没有这个负责人', en: 'Expected a known head, but there is none' })
  if (parentId !== null && !organization.department(parentId))
    return wrong('department.unknown', 'parentId', {
      zh: '没有这个上级部门',
      en: 'Expected a known department above, but there is none',
    })
  const seen = new Set<string>()
  for (let at = parentId; at !== null && !seen.has(at); at = organization.department(at)?.parentId ?? null) {
    if (at === id)
      return wrong('department.cycle', 'parentId', {
        zh: '上级部门绕成了圈',
        en: 'Expected a department above this one, but the chain comes back to it',
      })
    seen.add(at)
  }
  return ok(null)
}

const minutesOf = (text: string): number => {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return minutes < 60 ? hours * 60 + minutes : Number.NaN
}

const isZone = (timeZone: string): boolean => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone }))
  } catch {
    return false
  }
}

/** Hours in order without overlap, a zone that exists, no date that is both a holiday and a make-up day. */
export function checkCalendar({ timeZone, hours, holidays, makeUpDays }: WorkCalendar): Result<null> {
  if (!isZone(timeZone))
    return wrong('calendar.zone', 'timeZone', {
      zh: `没有“${timeZone}”这个时区`,
      en: `Expected a time zone, but there is no "${timeZone}"`,
    })
  let before = 0
  for (const [index, text] of hours.entries()) {
    const [from, until] = text.split('-').map(minutesOf) as [number, number]
    if (!(before <= from && from < until && until <= 24 * 60))
      return wrong('calendar.hours', `hours.${index}`, {
        zh: `时段“${text}”无效：要在一天之内、先后排列、互不重叠`,
        en: `Expected hours within the day, in order and apart, but got "${text}"`,
      })
    before = until
  }
  const both = holidays.find((day) => makeUpDays.includes(day))
  if (both !== undefined)
    return wrong('calendar.day_twice', 'makeUpDays', {
      zh: `${both} 不能既放假又上班`,
      en: `Expected each date once, but ${both} is a holiday and a make-up day`,
    })
  return ok(null)
}
