import { add, divide, multiply, negate, power, subtract, toDecimal } from './numbers.ts'
import {
  addDays,
  addMonthsTo,
  addNanoseconds,
  addToTime,
  dateTimeOf,
  daysDuration,
  instantOf,
  isLocal,
  midnight,
  monthsDuration,
  nanosecondOfDay,
  offsetOf,
  second,
} from './temporal.ts'
import { addMonths } from './calendar.ts'
import { Decimal, isDaysDuration, isMonthsDuration, isNumber, kind, typeName } from './values.ts'
import type { DaysDuration, FeelDate, FeelDateTime, FeelTime, FeelValue, MonthsDuration, TypeName } from './values.ts'

type Rule = (a: never, b: never) => FeelValue
type Table = Partial<Record<TypeName, Partial<Record<TypeName, Rule>>>>

const months = (total: number) => (Number.isSafeInteger(total) ? monthsDuration(total) : null)

const nanoseconds = (duration: DaysDuration) => new Decimal(duration.nanoseconds.toString())

const times = (duration: DaysDuration, factor: number | Decimal) =>
  nanosecondDuration(nanoseconds(duration).times(toDecimal(factor)))

const timesMonths = (duration: MonthsDuration, factor: number | Decimal) =>
  months(new Decimal(duration.months).times(toDecimal(factor)).truncated().toNumber())

const over = (duration: DaysDuration, divisor: Decimal) =>
  divisor.isZero() ? null : nanosecondDuration(nanoseconds(duration).dividedBy(divisor))

const monthsOver = (duration: MonthsDuration, divisor: Decimal) =>
  divisor.isZero() ? null : months(new Decimal(duration.months).dividedBy(divisor).truncated().toNumber())

function nanosecondDuration(value: Decimal): FeelValue {
  return value.isFinite() && value.e < 40 ? daysDuration(BigInt(value.truncated().toFixed())) : null
}

/** A date beside a date and time counts as its midnight in UTC (DMN 1.5, table 57). */
const midnightOf = (date: FeelDate) => dateTimeOf(date, { ...midnight, [kind]: 'time', offset: 0 })

function between(a: FeelDateTime, b: FeelDateTime): FeelValue {
  return isLocal(a.time) === isLocal(b.time) ? daysDuration(instantOf(a) - instantOf(b)) : null
}

function betweenTimes(a: FeelTime, b: FeelTime): FeelValue {
  if (isLocal(a) !== isLocal(b)) return null
  const utc = (time: FeelTime) => nanosecondOfDay(time) - BigInt(offsetOf(time) ?? 0) * second
  return daysDuration(utc(a) - utc(b))
}

/** DMN 1.5, tables 52 to 57: which types each operator takes. Everything that has no row is null. */
const plus: Table = {
  string: { string: (a: string, b: string) => a + b },
  'days and time duration': {
    'days and time duration': (a: DaysDuration, b: DaysDuration) => daysDuration(a.nanoseconds + b.nanoseconds),
    date: (a: DaysDuration, b: FeelDate) => addDays(b, a.nanoseconds),
    time: (a: DaysDuration, b: FeelTime) => addToTime(b, a.nanoseconds),
    'date and time': (a: DaysDuration, b: FeelDateTime) => addNanoseconds(b, a.nanoseconds),
  },
  'years and months duration': {
    'years and months duration': (a: MonthsDuration, b: MonthsDuration) => months(a.months + b.months),
    date: (a: MonthsDuration, b: FeelDate) => addMonths(b, a.months),
    'date and time': (a: MonthsDuration, b: FeelDateTime) => addMonthsTo(b, a.months),
  },
  date: {
    'days and time duration': (a: FeelDate, b: DaysDuration) => addDays(a, b.nanoseconds),
    'years and months duration': (a: FeelDate, b: MonthsDuration) => addMonths(a, b.months),
  },
  time: { 'days and time duration': (a: FeelTime, b: DaysDuration) => addToTime(a, b.nanoseconds) },
  'date and time': {
    'days and time duration': (a: FeelDateTime, b: DaysDuration) => addNanoseconds(a, b.nanoseconds),
    'years and months duration': (a: FeelDateTime, b: MonthsDuration) => addMonthsTo(a, b.months),
  },
}

const minus: Table = {
  'days and time duration': {
    'days and time duration': (a: DaysDuration, b: DaysDuration) => daysDuration(a.nanoseconds - b.nanoseconds),
  },
  'years and months duration': {
    'years and months duration': (a: MonthsDuration, b: MonthsDuration) => months(a.months - b.months),
  },
  date: {
    date: (a: FeelDate, b: FeelDate) => between(dateTimeOf(a, midnight), dateTimeOf(b, midnight)),
    'date and time': (a: FeelDate, b: FeelDateTime) => between(midnightOf(a), b),
    'days and time duration': (a: FeelDate, b: DaysDuration) => addDays(a, -b.nanoseconds),
    'years and months duration': (a: FeelDate, b: MonthsDuration) => addMonths(a, -b.months),
  },
  time: {
    time: betweenTimes,
    'days and time duration': (a: FeelTime, b: DaysDuration) => addToTime(a, -b.nanoseconds),
  },
  'date and time': {
    'date and time': between,
    date: (a: FeelDateTime, b: FeelDate) => between(a, midnightOf(b)),
    'days and time duration': (a: FeelDateTime, b: DaysDuration) => addNanoseconds(a, -b.nanoseconds),
    'years and months duration': (a: FeelDateTime, b: MonthsDuration) => addMonthsTo(a, -b.months),
  },
}

const star: Table = {
  number: {
    'days and time duration': (a: number, b: DaysDuration) => times(b, a),
    'years and months duration': (a: number, b: MonthsDuration) => timesMonths(b, a),
  },
  'days and time duration': { number: times },
  'years and months duration': { number: timesMonths },
}

const slash: Table = {
  'days and time duration': {
    number: (a: DaysDuration, b: number) => over(a, toDecimal(b)),
    'days and time duration': (a: DaysDuration, b: DaysDuration) => divide(nanoseconds(a), nanoseconds(b)),
  },
  'years and months duration': {
    number: (a: MonthsDuration, b: number) => monthsOver(a, toDecimal(b)),
    'years and months duration': (a: MonthsDuration, b: MonthsDuration) => divide(a.months, b.months),
  },
}

function operator(onNumbers: (a: number | Decimal, b: number | Decimal) => FeelValue, table: Table) {
  return (a: FeelValue, b: FeelValue): FeelValue => {
    if (isNumber(a) && isNumber(b)) return onNumbers(a, b)
    if (a === null || b === null) return null
    const rule = table[typeName(a)]?.[typeName(b)] as ((a: FeelValue, b: FeelValue) => FeelValue) | undefined
    return rule ? rule(a, b) : null
  }
}

export const operators: Record<string, (a: FeelValue, b: FeelValue) => FeelValue> = {
  '+': operator(add, plus),
  '-': operator(subtract, minus),
  '*': operator(multiply, star),
  '/': operator(divide, slash),
  '**': operator(power, {}),
  '^': operator(power, {}),
}

export function negated(value: FeelValue): FeelValue {
  if (isNumber(value)) return negate(value)
  if (isDaysDuration(value)) return daysDuration(-value.nanoseconds)
  if (isMonthsDuration(value)) return monthsDuration(-value.months)
  return null
}
