import { dateOfEpochDay, epochDay } from '../../expressions/calendar.ts'
import { toDecimal, fromDecimal } from '../../expressions/numbers.ts'
import {
  dateTimeOfInstant,
  dayNanoseconds,
  daysDuration,
  instantOf,
  isLocal,
  monthsDuration,
  nanosecondOfDay,
  second,
  timeOfDay,
} from '../../expressions/temporal.ts'
import type { Decimal, FeelDate, FeelDateTime, FeelTime, FeelValue } from '../../expressions/values.ts'

/** How to find values of a type that has an order; null where there is none. */
export interface Ordered {
  readonly between: (a: FeelValue, b: FeelValue) => FeelValue
  readonly below: (a: FeelValue) => FeelValue
  readonly above: (a: FeelValue) => FeelValue
  /** A value when nothing is asked of it. */
  readonly some: FeelValue
  /** A value of the other form at the same place: a local time for one with an offset, and the other way around. */
  readonly twin?: (value: FeelValue) => FeelValue
}

type Num = number | Decimal

/** Whole numbers where there are some: people read them more easily. */
const numbers: Ordered = {
  between: (a, b) => {
    const [low, high] = [toDecimal(a as Num), toDecimal(b as Num)]
    const whole = low.floor().plus(1)
    return fromDecimal(whole.lt(high) ? whole : low.plus(high).dividedBy(2))
  },
  below: (a) =>
    fromDecimal(
      toDecimal(a as Num)
        .ceil()
        .minus(1),
    ),
  above: (a) =>
    fromDecimal(
      toDecimal(a as Num)
        .floor()
        .plus(1),
    ),
  some: 0,
}

const dates: Ordered = {
  between: (a, b) => {
    const next = epochDay(a as FeelDate) + 1
    return next < epochDay(b as FeelDate) ? dateOfEpochDay(next) : null
  },
  below: (a) => dateOfEpochDay(epochDay(a as FeelDate) - 1),
  above: (a) => dateOfEpochDay(epochDay(a as FeelDate) + 1),
  some: dateOfEpochDay(20_454),
}

const hour = 3600n * second
const millisecond = second / 1000n

/** The roundest distance that is smaller than what lies between. */
const stepWithin = (distance: bigint, steps: readonly bigint[]) => steps.find((step) => step < distance)

const clockSteps = [dayNanoseconds, hour, second, millisecond]

function instants(like: FeelDateTime, nanoseconds: bigint): FeelValue {
  // Comparisons see milliseconds, so values stand on them.
  const { zone, offset } = like.time
  return dateTimeOfInstant(nanoseconds - (nanoseconds % millisecond), zone, offset)
}

const otherForm = (time: FeelTime): FeelTime => ({ ...time, offset: isLocal(time) ? 0 : null, zone: null })

const dateTimes: Ordered = {
  between: (a, b) => {
    const [low, high] = [instantOf(a as FeelDateTime), instantOf(b as FeelDateTime)]
    const step = stepWithin(high - low, clockSteps)
    return step === undefined ? null : instants(a as FeelDateTime, low + step)
  },
  below: (a) => instants(a as FeelDateTime, instantOf(a as FeelDateTime) - dayNanoseconds),
  above: (a) => instants(a as FeelDateTime, instantOf(a as FeelDateTime) + dayNanoseconds),
  some: dateTimeOfInstant(20_454n * dayNanoseconds, null, null),
  twin: (value) => ({ ...(value as FeelDateTime), time: otherForm((value as FeelDateTime).time) }),
}

/** A local time of the day, if the day has it. */
const timeAt = (nanoseconds: bigint): FeelValue =>
  nanoseconds < 0n || nanoseconds >= dayNanoseconds ? null : timeOfDay(nanoseconds, null, null)

const timeIn = (value: FeelValue) => nanosecondOfDay(value as FeelTime)

/** Local times only: those with an offset have no first and last one of the day. */
const times: Ordered = {
  between: (a, b) => {
    const step = stepWithin(timeIn(b) - timeIn(a), clockSteps)
    return step === undefined ? null : timeAt(timeIn(a) + step)
  },
  below: (a) => timeAt(timeIn(a) - hour) ?? (timeIn(a) > 0n ? timeAt(0n) : null),
  above: (a) => timeAt(timeIn(a) + hour) ?? timeAt(dayNanoseconds - millisecond),
  some: timeAt(12n * hour),
  twin: (value) => otherForm(value as FeelTime),
}

const nanosecondsOf = (value: FeelValue) => (value as { nanoseconds: bigint }).nanoseconds

const days: Ordered = {
  between: (a, b) => {
    const step = stepWithin(nanosecondsOf(b) - nanosecondsOf(a), [...clockSteps, 1n])
    return step === undefined ? null : daysDuration(nanosecondsOf(a) + step)
  },
  below: (a) => daysDuration(nanosecondsOf(a) - dayNanoseconds),
  above: (a) => daysDuration(nanosecondsOf(a) + dayNanoseconds),
  some: daysDuration(dayNanoseconds),
}

const monthsIn = (value: FeelValue) => (value as { months: number }).months

const months: Ordered = {
  between: (a, b) => (monthsIn(a) + 1 < monthsIn(b) ? monthsDuration(monthsIn(a) + 1) : null),
  below: (a) => monthsDuration(monthsIn(a) - 1),
  above: (a) => monthsDuration(monthsIn(a) + 1),
  some: monthsDuration(1),
}

/** The types whose values lie on a line, by the name of the type. */
export const orderedTypes: Readonly<Record<string, Ordered>> = {
  number: numbers,
  date: dates,
  'date and time': dateTimes,
  time: times,
  'days and time duration': days,
  'years and months duration': months,
}
