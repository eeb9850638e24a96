import { charge, chargeText } from '../budget.ts'
import { end } from '../evaluation.ts'
import { fromJson, toJson } from '../json.ts'
import type { JsonValue } from '../json.ts'
import { toDecimal } from '../numbers.ts'
import { sentence } from '../problems.ts'
import { formatValue } from '../text.ts'
import type { DaysDuration, Decimal, FeelValue, Frame, MonthsDuration } from '../values.ts'
import { builtin } from './define.ts'

type Interval = DaysDuration | MonthsDuration

/** How often and how far apart a timer fires, as ISO 8601 writes it: `R3/PT1H`, or without end `R/PT1H`. */
function cycle(args: [Interval] | [number | Decimal | null, Interval]): FeelValue {
  const [count, interval] = args.length === 1 ? [null, args[0]] : args
  const times = count === null ? null : toDecimal(count)
  if (times !== null && (!times.isInteger() || times.isNegative())) return null
  return `R${times?.toFixed() ?? ''}/${formatValue(interval)}`
}

/** The value, where the condition holds; else the evaluation fails, with the cause that is named. */
function assert([value, condition, cause]: [FeelValue, FeelValue, (string | null)?]): FeelValue {
  return condition === true ? value : end('feel.assertion', sentence('feel.assertion', cause ?? ''))
}

function parsed([text]: [string], frame: Frame): FeelValue {
  charge(frame, text.length >> 2)
  try {
    return fromJson(JSON.parse(text) as JsonValue)
  } catch {
    return null
  }
}

/** Functions of Camunda 8 beyond DMN that its diagrams may use; `get or else` and `is defined` stand with the contexts. */
export const camundaBuiltins = [
  builtin('cycle', ['interval: duration', 'repetitions?: number, interval: duration'], cycle),
  builtin('assert', ['value: any, condition: any', 'value: any, condition: any, cause?: string'], assert),
  builtin('from json', 'value: string', parsed),
  builtin('to json', 'value: any', ([value]: [FeelValue], frame) => chargeText(frame, JSON.stringify(toJson(value)))),
  builtin(
    'fromAi',
    'value: any, description?: any, type?: any, schema?: any, options?: any',
    ([value]: [FeelValue]) => value,
  ),
]
