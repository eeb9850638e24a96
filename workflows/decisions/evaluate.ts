import { end, evaluationOf, frameOf, inScope } from '../expressions/evaluation.ts'
import type { Failure, Scope } from '../expressions/evaluation.ts'
import { emptyContext, entry } from '../expressions/contexts.ts'
import { warn } from '../expressions/diagnostics.ts'
import { toJson } from '../expressions/json.ts'
import { formatValue } from '../expressions/text.ts'
import { isContext, isFunction, kind } from '../expressions/values.ts'
import type { ExpressionWarning, FeelFunction, FeelValue } from '../expressions/values.ts'
import type { JsonValue } from '../model/json.ts'
import { namespaceOf } from './model.ts'
import type {
  Decision,
  DecisionFrame,
  DecisionModel,
  DecisionService,
  ImportNames,
  InputData,
  Knowledge,
  MatchedRule,
  Trace,
} from './model.ts'

export type DecisionResult =
  | {
      ok: true
      output: JsonValue
      /** The rules that contributed, also those of required decisions, in the order of evaluation. */
      matched: MatchedRule[]
      /**
       * Whether the decision's own table had no matching rule and no default: the output is null then, and nobody may take
       * that for an approval (reliability D06).
       */
      unmatched: boolean
      /** Why parts of it are null, if any are: each with the cell, its source and the place in it. */
      warnings?: readonly ExpressionWarning[]
    }
  | Failure

/** What one evaluation may use: ten times that of one expression, for all cells of all tables together. */
const budget = 1_000_000

type Variables = { get(name: string): unknown }

function evaluate(model: DecisionModel, decision: Decision, frame: DecisionFrame, outside: Variables): FeelValue {
  const known = frame.results.get(decision.id)
  if (known !== undefined) return known
  const { element: outer, decision: outerDecision } = frame
  frame.element = decision.id
  frame.decision = decision.id
  const value = inScope(frame, scopeOf(model, decision, frame, outside), () => decision.logic(frame))
  frame.element = outer
  frame.decision = outerDecision
  const fitting = decision.type.accept(value, frame, false)
  const isAsked = outerDecision === decision.id || !model.decisions.has(outerDecision)
  const accepted = fitting === undefined ? mismatch(decision, value, frame, isAsked) : fitting
  frame.results.set(decision.id, accepted)
  frame.trace?.decisions.push({ id: decision.id, name: decision.name, value: accepted })
  return accepted
}

/** A decision of another type than declared is null for those that require it (DMN 1.5, 10.3.2.9.4); asked for, it fails. */
function mismatch(decision: Decision, value: FeelValue, frame: DecisionFrame, isAsked: boolean): null {
  const message = {
    zh: `决策「${decision.name}」的结果应为 ${decision.type.name} 类型,但得到 ${formatValue(value).slice(0, 60)}。`,
    en: `Expected the decision "${decision.name}" to give the type ${decision.type.name}, but got ${formatValue(value).slice(0, 60)}.`,
  }
  if (isAsked) end('dmn.type', message)
  return warn(frame, { code: 'dmn.type', message, position: 0, elementId: decision.id, source: decision.name })
}

type Source = (frame: DecisionFrame) => FeelValue | undefined

/** A variable from outside; one of an imported file may also stand in a context that has the name of the import. */
function fromOutside(model: DecisionModel, { id, name }: InputData, outside: Variables): FeelValue | undefined {
  const importName = model.importNames.get(namespaceOf(id) ?? '')
  const inside = importName ? (outside.get(importName) as FeelValue | undefined) : undefined
  const found = inside !== undefined && isContext(inside) ? entry(inside, name) : undefined
  return found === undefined ? (outside.get(name) as FeelValue | undefined) : found
}

/** An input of another type is null in DMN (10.3.2.9.4); a process that hands it over has made a mistake and is told so. */
function wrongInput({ id, name, type }: InputData, value: FeelValue, frame: DecisionFrame): null {
  const message = {
    zh: `输入「${name}」应为 ${type.name} 类型,但得到 ${formatValue(value).slice(0, 60)}。`,
    en: `Expected the input "${name}" to be of the type ${type.name}, but got ${formatValue(value).slice(0, 60)}.`,
  }
  if (frame.failsOnInputs) end('dmn.type', message)
  return warn(frame, { code: 'dmn.type', message, position: 0, elementId: id, source: name })
}

/** The value of an input: given to the service, or a variable from outside, as it is of the declared type. */
function inputSource(model: DecisionModel, id: string, outside: Variables): [string, Source] | null {
  const input = model.inputs.get(id)
  if (!input) return null
  return [
    input.name,
    (frame) => {
      const value = frame.given.has(id) ? frame.given.get(id) : fromOutside(model, input, outside)
      if (value === undefined) return undefined
      const accepted = input.type.accept(value, frame, true)
      const given = accepted === undefined ? wrongInput(input, value, frame) : accepted
      frame.trace?.inputs.set(input.name, given)
      return given
    },
  ]
}

function decisionSource(model: DecisionModel, id: string, outside: Variables): [string, Source] | null {
  const decision = model.decisions.get(id)
  if (!decision) return null
  return [
    decision.variable,
    (frame) => {
      const { unmatched } = frame
      const value = evaluate(model, decision, frame, outside)
      frame.unmatched = unmatched
      return value
    },
  ]
}

function knowledgeSource(model: DecisionModel, id: string, outside: Variables): [string, Source] | null {
  const knowledge = model.knowledge.get(id)
  if (knowledge) return [knowledge.name, (frame) => functionOf(model, knowledge, frame, outside)]
  const service = model.services.get(id)
  return service ? [service.name, (frame) => serviceFunction(model, service, frame, outside)] : null
}

/** What an element requires, by the names that its logic reads; what is imported is in a context for each import. */
function namedSources(
  ids: readonly string[],
  importNames: ImportNames,
  find: (id: string) => [string, Source] | null,
): [string, Source][] {
  const named: [string, Source][] = []
  const imported = new Map<string, [string, Source][]>()
  for (const id of ids) {
    const source = find(id)
    const importName = importNames.get(namespaceOf(id) ?? '') ?? ''
    if (!source) continue
    if (importName === '') named.push(source)
    else imported.set(importName, [...(imported.get(importName) ?? []), source])
  }
  for (const [importName, sources] of imported) named.push([importName, (frame) => contextOf(sources, frame)])
  return named
}

function contextOf(sources: [string, Source][], frame: DecisionFrame): FeelValue {
  const made = emptyContext()
  for (const [name, source] of sources) made[name] = source(frame) ?? null
  return made
}

/** Variables from named sources, each asked once, and then from outside. */
function sourcesFirst(sources: [string, Source][], frame: DecisionFrame, outside: Variables): Variables {
  const byName = new Map(sources)
  const values = new Map<string, FeelValue>()
  return {
    get: (name) => {
      const value = values.get(name)
      if (value !== undefined) return value
      const source = byName.get(name)
      if (!source) return outside.get(name)
      const found = source(frame)
      if (found !== undefined) values.set(name, found)
      return found
    },
  }
}

function scopeOf(model: DecisionModel, decision: Decision, frame: DecisionFrame, outside: Variables): Variables {
  const sources = namedSources(
    [...decision.requiredInputs, ...decision.requiredDecisions, ...decision.requiredKnowledge],
    decision.importNames,
    (id) =>
      inputSource(model, id, outside) ?? decisionSource(model, id, outside) ?? knowledgeSource(model, id, outside),
  )
  return sourcesFirst(sources, frame, outside)
}

function functionOf(model: DecisionModel, knowledge: Knowledge, frame: DecisionFrame, outside: Variables): FeelValue {
  const own: [string, Source] = [knowledge.name, (inner) => functionOf(model, knowledge, inner, outside)]
  const required = namedSources(knowledge.requiredKnowledge, knowledge.importNames, (id) =>
    knowledgeSource(model, id, outside),
  )
  const scope = sourcesFirst([own, ...required], frame, outside)
  const outer = frame.element
  frame.element = knowledge.id
  const made = inScope(frame, scope, () => knowledge.logic(frame))
  frame.element = outer
  return made
}

/** A decision service as a function of its input data and then its input decisions (DMN 1.5, 10.4). */
function serviceFunction(
  model: DecisionModel,
  service: DecisionService,
  frame: DecisionFrame,
  outside: Variables,
): FeelFunction {
  const decisions = service.inputDecisions.flatMap((id) => model.decisions.get(id) ?? [])
  const inputs = service.inputData.flatMap((id) => model.inputs.get(id) ?? [])
  const types = [...inputs.map((input) => input.type), ...decisions.map((decision) => decision.type)]
  return {
    [kind]: 'function',
    name: '',
    parameters: [...inputs.map((input) => input.name), ...decisions.map((decision) => decision.variable)],
    types: [service.type.feel, ...types.map((type) => type.feel)],
    invoke: (_, args) => {
      const accepted = args.map((arg, index) => types[index]?.accept(arg, frame, false))
      if (accepted.includes(undefined)) return undefined
      const values = accepted as FeelValue[]
      const [results, given] = [frame.results, frame.given]
      frame.given = new Map(inputs.map((input, index) => [input.id, values[index] ?? null]))
      frame.results = new Map(decisions.map((decision, index) => [decision.id, values[inputs.length + index] ?? null]))
      const value = serviceOutput(model, service, frame, outside)
      frame.results = results
      frame.given = given
      return value
    },
  }
}

function outputOf(model: DecisionModel, service: DecisionService, frame: DecisionFrame, outside: Variables): FeelValue {
  const outputs = service.outputs.flatMap((id) => model.decisions.get(id) ?? [])
  const [only] = outputs
  if (only && outputs.length === 1) return evaluate(model, only, frame, outside)
  const context = emptyContext()
  for (const decision of outputs) context[decision.variable] = evaluate(model, decision, frame, outside)
  return context
}

const serviceOutput = (model: DecisionModel, service: DecisionService, frame: DecisionFrame, outside: Variables) =>
  service.type.accept(outputOf(model, service, frame, outside), frame, false) ?? null

/** What a business knowledge model gives for the variables that have the names of its parameters. */
function knowledgeOutput(
  model: DecisionModel,
  knowledge: Knowledge,
  frame: DecisionFrame,
  outside: Variables,
): FeelValue {
  const made = functionOf(model, knowledge, frame, outside)
  if (!isFunction(made)) return null
  const args = (made.parameters ?? []).map((name) => (outside.get(name) as FeelValue | undefined) ?? null)
  return made.invoke(frame, args) ?? null
}

export interface Evaluated {
  value: FeelValue
  matched: MatchedRule[]
  unmatched: boolean
  warnings: readonly ExpressionWarning[]
}

/**
 * Evaluates a decision, decision service or business knowledge model to a value of FEEL; `evaluateDecision` gives JSON.
 *
 * @param failsOnInputs Whether an input of another type than declared ends it (default), or is null as DMN has it.
 */
export function evaluateToFeel(
  model: DecisionModel,
  id: string,
  scope: Scope,
  trace: Trace | null = null,
  failsOnInputs = true,
): ({ ok: true } & Evaluated) | Failure {
  const decision = model.decisions.get(id)
  const service = model.services.get(id)
  const knowledge = model.knowledge.get(id)
  if (!decision && !service && !knowledge)
    return {
      ok: false,
      code: 'decision.failed',
      message: { zh: `没有决策「${id}」。`, en: `Expected a decision "${id}", but there is none.` },
    }
  const frame: DecisionFrame = Object.assign(frameOf(scope, budget), {
    matched: [],
    results: new Map<string, FeelValue>(),
    given: new Map<string, FeelValue>(),
    element: id,
    unmatched: false,
    trace,
    decision: id,
    failsOnInputs,
  })
  for (const id of service?.inputDecisions ?? []) {
    const required = model.decisions.get(id)
    const value = required && (scope.get(required.variable) as FeelValue | undefined)
    if (value !== undefined) frame.results.set(id, required?.type.accept(value, frame, true) ?? null)
  }
  const result = evaluationOf(
    frame,
    () =>
      decision
        ? evaluate(model, decision, frame, scope)
        : service
          ? serviceOutput(model, service, frame, scope)
          : knowledgeOutput(model, knowledge as Knowledge, frame, scope),
    null,
  )
  // The element whose logic ran when it failed: nobody went back to the one before.
  if (!result.ok) return { ...result, elementId: frame.element }
  const { value, warnings } = result
  return { ok: true, value, matched: frame.matched, unmatched: frame.unmatched, warnings }
}

/**
 * Evaluates a decision of a model with everything that it requires. Never throws: what goes wrong is told by code
 * (`dmn.hit_policy`, `dmn.type`, `dmn.allowed_values`, `feel.unknown_variable`, `feel.budget`, `decision.failed`).
 */
export function evaluateDecision(model: DecisionModel, decisionId: string, scope: Scope): DecisionResult {
  const result = evaluateToFeel(model, decisionId, scope)
  if (!result.ok) return result
  const { value, matched, unmatched, warnings } = result
  const told = warnings.length > 0 ? { warnings } : {}
  return { ok: true, output: toJson(value), matched, unmatched, ...told }
}
