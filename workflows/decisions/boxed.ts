import { charge, chargeContext, chargeList } from '../expressions/budget.ts'
import { emptyContext, keysOf } from '../expressions/contexts.ts'
import { typesOf, warn } from '../expressions/diagnostics.ts'
import { inScope } from '../expressions/evaluation.ts'
import { invoke } from '../expressions/nodes/functions.ts'
import { iterated } from '../expressions/nodes/iteration.ts'
import { sentence } from '../expressions/problems.ts'
import { formatValue } from '../expressions/text.ts'
import { isContext, isFunction, isNumber, kind } from '../expressions/values.ts'
import type { FeelContext, FeelFunction, FeelType, FeelValue, Frame } from '../expressions/values.ts'
import type { Sentence } from '../model/problem.ts'
import { expressionCell, idOf, isFeel, typeOf, withNames } from './cells.ts'
import type { Surroundings } from './cells.ts'
import { anyType } from './data-types.ts'
import { readDecisionTable } from './decision-table.ts'
import { entriesIn, shapeOf } from './shapes.ts'
import type { DataType, DecisionFrame, Logic } from './model.ts'
import { childNamed, childrenNamed, textIn } from './xml.ts'
import type { XmlElement } from './xml.ts'

type Read = (element: XmlElement, surroundings: Surroundings, result: DataType) => Logic

const here = { zh: '表达式', en: 'expression' }

/** Runs logic with some more variables around it. */
export function withVariables(
  frame: DecisionFrame,
  variables: ReadonlyMap<string, FeelValue>,
  logic: Logic,
): FeelValue {
  const outer = frame.scope
  const scope = {
    get: (name: string) => {
      const value = variables.get(name)
      return value === undefined ? outer.get(name) : value
    },
  }
  return inScope(frame, scope, () => logic(frame))
}

/** A place in the file, for warnings: the element with the next id around, and what it is called. */
interface Place {
  id: string | null
  name: string
}

const placeOf = (element: XmlElement, { ownerId, ownerName }: Surroundings, name = ownerName): Place => ({
  id: idOf(element) ?? ownerId,
  name,
})

const warnAt = (frame: Frame, { id, name }: Place, code: string, message: Sentence): null =>
  warn(frame, { code, message, position: 0, elementId: id, source: name })

/** A value that does not fit the type it is declared with is null (DMN 1.5, 10.3.2.9.4). */
function fitted(value: FeelValue, type: DataType, frame: Frame, place: Place): FeelValue {
  const accepted = type.accept(value, frame, false)
  if (accepted !== undefined) return accepted
  const given = formatValue(value).slice(0, 60)
  return warnAt(frame, place, 'dmn.type', {
    zh: `「${place.name}」应为 ${type.name} 类型,但得到 ${given}。`,
    en: `Expected "${place.name}" to be of the type ${type.name}, but got ${given}.`,
  })
}

function literalExpression(element: XmlElement, surroundings: Surroundings): Logic {
  if (!isFeel(element, surroundings)) return () => null
  const cell = expressionCell(textIn(element, 'text') ?? '', idOf(element), surroundings, here)
  const type = typeOf(element, surroundings)
  const place = placeOf(element, surroundings)
  return (frame) => fitted(cell(frame), type, frame, place)
}

/** Entries see those above them; an entry without a name is the result. */
function context(element: XmlElement, surroundings: Surroundings): Logic {
  let inner = surroundings
  const entries = childrenNamed(element, 'contextEntry').map((entry) => {
    const variable = childNamed(entry, 'variable')
    const name = variable?.attributes.get('name')
    const type = variable ? typeOf(variable, surroundings) : anyType
    const expression = expressionIn(entry)
    const logic = readBoxed(expression, inner, type)
    if (name !== undefined)
      inner = withNames(inner, { [name]: type === anyType ? shapeOf(expression, inner) : type.shape })
    return { name, type, logic, place: placeOf(entry, surroundings, name) }
  })
  const own = typeOf(element, surroundings)
  const whole = placeOf(element, surroundings)
  return (frame) => {
    const made = emptyContext()
    const variables = new Map<string, FeelValue>()
    for (const { name, type, logic, place } of entries) {
      const value = fitted(withVariables(frame, variables, logic), type, frame, place)
      if (name === undefined) return value
      variables.set(name, value)
      made[name] = value
    }
    return fitted(chargeContext(frame, made), own, frame, whole)
  }
}

function invocation(element: XmlElement, surroundings: Surroundings): Logic {
  const called = readBoxed(expressionIn(element), surroundings, anyType)
  const bindings = childrenNamed(element, 'binding').map((binding) => ({
    name: childNamed(binding, 'parameter')?.attributes.get('name') ?? '',
    logic: readBoxed(expressionIn(binding), surroundings, anyType),
  }))
  const names = bindings.map((binding) => binding.name)
  const type = typeOf(element, surroundings)
  const place = placeOf(element, surroundings)
  return (frame) => {
    const target = called(frame)
    const args = bindings.map((binding) => binding.logic(frame))
    if (!isFunction(target))
      return warnAt(frame, place, 'feel.not_function', sentence('feel.not_function', typesOf(target)))
    const result = invoke(target, names, args, frame)
    if (result === undefined)
      return warnAt(frame, place, 'feel.arguments', sentence('feel.arguments', typesOf(...args)))
    return fitted(result, type, frame, place)
  }
}

function list(element: XmlElement, surroundings: Surroundings): Logic {
  const items = element.children.filter(isExpression).map((item) => readBoxed(item, surroundings, anyType))
  const type = typeOf(element, surroundings)
  const place = placeOf(element, surroundings)
  return (frame) =>
    fitted(
      chargeList(
        frame,
        items.map((item) => item(frame)),
      ),
      type,
      frame,
      place,
    )
}

/** A list of contexts, one for each row. */
function relation(element: XmlElement, surroundings: Surroundings): Logic {
  const columns = childrenNamed(element, 'column').map((column) => {
    const name = column.attributes.get('name') ?? ''
    return { name, type: typeOf(column, surroundings), place: placeOf(column, surroundings, name) }
  })
  const type = typeOf(element, surroundings)
  const whole = placeOf(element, surroundings)
  const rows = childrenNamed(element, 'row').map((row) =>
    row.children.filter(isExpression).map((cell) => readBoxed(cell, surroundings, anyType)),
  )
  return (frame) => {
    const made = rows.map((cells) => {
      const row = emptyContext()
      for (const [index, column] of columns.entries())
        row[column.name] = fitted(cells[index]?.(frame) ?? null, column.type, frame, column.place)
      return row
    })
    return fitted(chargeList(frame, made), type, frame, whole)
  }
}

interface Parameter {
  name: string
  type: DataType
}

/** Compiles a function of the model: a function definition, or the logic of a business knowledge model. */
export function functionDefinition(element: XmlElement, surroundings: Surroundings, result: DataType): Logic {
  const functionKind = element.attributes.get('kind') ?? 'FEEL'
  if (functionKind !== 'FEEL') {
    surroundings.report(idOf(element) ?? surroundings.ownerId, 'dmn.external', {
      zh: `不支持 ${functionKind.slice(0, 20)} 函数,请用 FEEL。`,
      en: `Expected a FEEL function, but the function is of the kind ${functionKind.slice(0, 20)}.`,
    })
    return () => null
  }
  const parameters: Parameter[] = childrenNamed(element, 'formalParameter').map((parameter) => ({
    name: parameter.attributes.get('name') ?? '',
    type: typeOf(parameter, surroundings),
  }))
  const names = Object.fromEntries(parameters.map(({ name, type }) => [name, type.shape]))
  const body = readBoxed(expressionIn(element), withNames(surroundings, names), result)
  const place = placeOf(element, surroundings)
  const types: FeelType[] = [result.feel, ...parameters.map(({ type }) => type.feel)]
  return (definition) => {
    const { scope, element: owner } = definition
    const made: FeelFunction = {
      [kind]: 'function',
      name: '',
      parameters: parameters.map(({ name }) => name),
      types,
      invoke: (caller, args) => {
        const frame = caller as DecisionFrame
        charge(frame, 4)
        const variables = new Map<string, FeelValue>()
        for (const [index, { name, type }] of parameters.entries()) {
          const value = type.accept(args[index] ?? null, frame, false)
          if (value === undefined) return undefined
          variables.set(name, value)
        }
        const outer = frame.element
        frame.element = owner
        const value = inScope(frame, scope, () => withVariables(frame, variables, body))
        frame.element = outer
        return fitted(value, result, frame, place)
      },
    }
    return made
  }
}

function conditional(element: XmlElement, surroundings: Surroundings): Logic {
  const [condition, yes, no] = ['if', 'then', 'else'].map((name) => {
    const part = childNamed(element, name)
    return readBoxed(part && expressionIn(part), surroundings, anyType)
  }) as [Logic, Logic, Logic]
  const place = placeOf(element, surroundings)
  return (frame) => {
    const holds = condition(frame)
    if (holds === true) return yes(frame)
    if (holds === false || holds === null) return no(frame)
    return warnAt(frame, place, 'feel.not_condition', sentence('feel.not_condition', typesOf(holds)))
  }
}

/** The names of a context's entries are variables in a filter, and so is `item`. */
function itemVariables(item: FeelValue): Map<string, FeelValue> {
  const variables = new Map<string, FeelValue>()
  if (isContext(item)) for (const name of keysOf(item as FeelContext)) variables.set(name, item[name] ?? null)
  if (!variables.has('item')) variables.set('item', item)
  return variables
}

function filter(element: XmlElement, surroundings: Surroundings): Logic {
  const source = childNamed(element, 'in')
  const match = childNamed(element, 'match')
  const items = readBoxed(source && expressionIn(source), surroundings, anyType)
  const shape = shapeOf(source && expressionIn(source), surroundings)
  const known = withNames(withNames(surroundings, { item: shape }), entriesIn(shape))
  const condition = readBoxed(match && expressionIn(match), known, anyType)
  const place = placeOf(element, surroundings)
  return (frame) => {
    const given = items(frame)
    if (given === null) return warnAt(frame, place, 'feel.not_iterable', sentence('feel.not_iterable', typesOf(given)))
    const all = Array.isArray(given) ? given : [given]
    const kept: FeelValue[] = []
    for (const item of all) {
      charge(frame, 8)
      const holds = withVariables(frame, itemVariables(item), condition)
      if (isNumber(holds)) {
        const at = Number(holds)
        return all.at(at > 0 ? at - 1 : at) ?? null
      }
      if (typeof holds !== 'boolean' && holds !== null)
        return warnAt(frame, place, 'feel.not_condition', sentence('feel.not_condition', typesOf(holds)))
      if (holds === true) kept.push(item)
    }
    return chargeList(frame, kept)
  }
}

function iterator(element: XmlElement, surroundings: Surroundings, bodyName: string) {
  const name = element.attributes.get('iteratorVariable') ?? ''
  const source = childNamed(element, 'in')
  const body = childNamed(element, bodyName)
  const place = placeOf(element, surroundings)
  return {
    over: readBoxed(source && expressionIn(source), surroundings, anyType),
    body: readBoxed(
      body && expressionIn(body),
      withNames(surroundings, { [name]: shapeOf(source && expressionIn(source), surroundings), partial: 1 }),
      anyType,
    ),
    name,
    nothing: (frame: Frame, value: FeelValue) =>
      warnAt(frame, place, 'feel.not_iterable', sentence('feel.not_iterable', typesOf(value))),
    noCondition: (frame: Frame, value: FeelValue) =>
      warnAt(frame, place, 'feel.not_condition', sentence('feel.not_condition', typesOf(value))),
  }
}

function forEach(element: XmlElement, surroundings: Surroundings): Logic {
  const { over, body, name, nothing } = iterator(element, surroundings, 'return')
  return (frame) => {
    const value = over(frame)
    const items = iterated(value)
    if (!items) return nothing(frame, value)
    const partial: FeelValue[] = []
    for (const item of items) {
      charge(frame, 8 + (partial.length >> 3))
      partial.push(
        withVariables(
          frame,
          new Map<string, FeelValue>([
            // A copy: the body may give the list itself.
            ['partial', [...partial]],
            [name, item],
          ]),
          body,
        ),
      )
    }
    return chargeList(frame, partial)
  }
}

const quantified =
  (decisive: boolean): Read =>
  (element, surroundings) => {
    const { over, body, name, nothing, noCondition } = iterator(element, surroundings, 'satisfies')
    return (frame) => {
      const value = over(frame)
      const items = iterated(value)
      if (!items) return nothing(frame, value)
      let result: boolean | null = !decisive
      for (const item of items) {
        charge(frame, 8)
        const holds = withVariables(frame, new Map([[name, item]]), body)
        if (typeof holds !== 'boolean' && holds !== null) return noCondition(frame, holds)
        if (holds === decisive) return decisive
        if (holds === null) result = null
      }
      return result
    }
  }

/** DMN 1.5, 10.2: one row for each boxed expression. */
const boxed: Record<string, Read> = {
  literalExpression,
  decisionTable: (element, surroundings, result) => readDecisionTable(element, surroundings, result).logic,
  context,
  invocation,
  list,
  relation,
  functionDefinition: (element, surroundings) => functionDefinition(element, surroundings, anyType),
  conditional,
  filter,
  for: forEach,
  some: quantified(true),
  every: quantified(false),
}

const isExpression = (element: XmlElement) => Object.hasOwn(boxed, element.name)

/** The expression inside of an element, if it has one. */
export const expressionIn = (element: XmlElement) => element.children.find(isExpression)

/** Compiles a boxed expression; reports when there is none. */
export function readBoxed(element: XmlElement | undefined, surroundings: Surroundings, result: DataType): Logic {
  const read = element && boxed[element.name]
  if (element && read) return read(element, surroundings, result)
  surroundings.report(surroundings.ownerId, 'dmn.missing', {
    zh: `「${surroundings.ownerName}」缺少决策逻辑。`,
    en: `Expected "${surroundings.ownerName}" to have its logic in every part, but one is missing.`,
  })
  return () => null
}
