import { charge, chargeContext, chargeList } from '../budget.ts'
import { copyOf, emptyContext, entry, entryAsWritten, keysOf, withEntry } from '../contexts.ts'
import { formatValue } from '../text.ts'
import { isContext, isDateTime, isTime, typeName } from '../values.ts'
import { equals } from '../compare.ts'
import type { FeelContext, FeelValue, Frame } from '../values.ts'
import { builtin } from './define.ts'

const pair = (key: string, value: FeelValue): FeelContext => {
  const made = emptyContext()
  made['key'] = key
  made['value'] = value
  return made
}

function fromEntries([entries]: [FeelValue[]], frame: Frame): FeelValue {
  const made = emptyContext()
  for (const item of entries) {
    const key = isContext(item) ? entry(item, 'key') : undefined
    const value = isContext(item) ? entry(item, 'value') : undefined
    if (typeof key !== 'string' || value === undefined || Object.hasOwn(made, key)) return null
    const extended = withEntry(emptyContext(), key, value)
    if (!extended) return null
    made[key] = value
  }
  return chargeContext(frame, made)
}

function put(context: FeelContext, path: FeelValue[], value: FeelValue, frame: Frame): FeelValue {
  charge(frame, 1)
  const [key, ...rest] = path
  if (typeof key !== 'string') return null
  if (rest.length === 0) {
    const made = withEntry(context, key, value)
    return made && chargeContext(frame, made)
  }
  const inner = entry(context, key) ?? emptyContext()
  const changed = isContext(inner) ? put(inner, rest, value, frame) : null
  const made = changed && withEntry(context, key, changed)
  return made && chargeContext(frame, made)
}

function merge([contexts]: [FeelValue[]], frame: Frame): FeelValue {
  const made = emptyContext()
  for (const context of contexts) {
    if (!isContext(context)) return null
    Object.assign(made, copyOf(context))
  }
  return chargeContext(frame, made)
}

/** DMN 1.5, 10.3.4.9; `get or else` and `is defined` as Camunda has them. */
export const contextBuiltins = [
  builtin(
    'get value',
    ['m: context, key: string', 'context: context, key: string'],
    ([context, key]: [FeelContext, string]) => entryAsWritten(context, key) ?? null,
  ),
  builtin('get entries', ['m: context', 'context: context'], ([context]: [FeelContext], frame) =>
    chargeList(
      frame,
      keysOf(context).map((key) => pair(key, context[key] ?? null)),
    ),
  ),
  builtin('context', 'entries: list', fromEntries),
  builtin(
    'context put',
    ['context: context, key: string, value: any', 'context: context, keys: list, value: any'],
    ([context, key, value]: [FeelContext, string | FeelValue[], FeelValue], frame) =>
      put(context, Array.isArray(key) ? key : [key], value, frame),
  ),
  builtin('context merge', 'contexts: list', merge),
  builtin('not', 'negand: any', ([value]: [FeelValue]) => (typeof value === 'boolean' ? !value : null)),
  builtin('is defined', 'value: any', ([value]: [FeelValue]) => value !== null),
  builtin('get or else', 'value: any, default: any', ([value, other]: [FeelValue, FeelValue]) => value ?? other),
  builtin('is', 'value1?: any, value2?: any', ([a, b]: [FeelValue?, FeelValue?]) => identical(a ?? null, b ?? null)),
]

/** `is` tells times apart that are the same moment at different offsets; otherwise it is equality. */
function identical(a: FeelValue, b: FeelValue): boolean {
  if (a === null || b === null) return a === b
  if (isTime(a) || isDateTime(a)) return typeName(a) === typeName(b) && formatValue(a) === formatValue(b)
  return equals(a, b) === true
}
