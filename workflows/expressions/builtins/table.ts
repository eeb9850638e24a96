import { camundaBuiltins } from './camunda.ts'
import { contextBuiltins } from './contexts.ts'
import { dateBuiltins } from './dates.ts'
import type { Builtin } from './define.ts'
import { listBuiltins } from './lists.ts'
import { moneyBuiltins } from './money.ts'
import { numericBuiltins } from './numeric.ts'
import { rangeBuiltins } from './ranges.ts'
import { stringBuiltins } from './strings.ts'

/** Every built-in function by its name. */
export const builtins: ReadonlyMap<string, Builtin> = new Map(
  [
    numericBuiltins,
    stringBuiltins,
    listBuiltins,
    contextBuiltins,
    dateBuiltins,
    rangeBuiltins,
    moneyBuiltins,
    camundaBuiltins,
  ]
    .flat()
    .map((each) => [each.name, each]),
)
