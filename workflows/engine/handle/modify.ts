import { compileExpression } from '../../expressions/compile.ts'
import { reservedNames } from '../../model/json.ts'
import type { JsonObject } from '../../model/json.ts'
import { ok } from '../../model/problem.ts'
import type { Refusal, Result } from '../../model/problem.ts'
import { elementOf } from '../apply.ts'
import type { ModifyCommand, TokenChange } from '../commands.ts'
import type { CompiledNode } from '../compiled.ts'
import type { Visit } from '../element.ts'
import { evaluate, mapInputs, put } from '../evaluate.ts'
import { incidentSentence } from '../incidents.ts'
import type { ElementInstance, ProcessInstance } from '../instance.ts'
import { open } from '../opening.ts'
import { refusals } from '../refusals.ts'
import { beginRun, emit, sendToken, visitOf } from '../run.ts'
import type { Run } from '../run.ts'
import { isBusy, terminate } from '../scopes.ts'

/** Scopes that can be entered without beginning at their start. */
const enterable = new Set(['subProcess', 'transaction'])

/** Where no token may be put: what only an event, a throw or a loop of its own begins. */
function cannotHold(node: CompiledNode): boolean {
  const { parsed } = node
  if (parsed.forCompensation === true || parsed.triggeredByEvent === true) return true
  for (let around = node.parent; around; around = around.parent)
    if (around.parsed.triggeredByEvent === true || around.parsed.forCompensation === true) return true
  return parsed.bpmnType === 'boundaryEvent' && node.kind === 'compensateBoundaryEvent'
}

/** The process itself is known by its id, too, but no token stands there. */
const isElement = (run: Run, id: string) => id !== run.definition.id && run.definition.node(id) !== undefined

/** The element instances that a change takes its tokens from; bodies stand for the instances of a multi-instance. */
function sourcesOf(run: Run, change: Extract<TokenChange, { from: string }>): ElementInstance[] | Refusal {
  const { from, key } = change
  if (!isElement(run, from)) return refusals.noElement(from)
  const found = run.instance.elements.filter(
    (element) =>
      !element.undoing &&
      element.at === from &&
      (key === undefined ? element.index === undefined : element.key === key),
  )
  if (found.length === 0) return refusals.notActive(from)
  return found.some((element) => element.index !== undefined) ? refusals.insideLoop(from) : found
}

/** Element instances of a scope that a token could be put into. */
const runningScopes = (run: Run, scope: CompiledNode): ElementInstance[] =>
  run.instance.elements.filter((element) => element.at === scope.id && element.loop === undefined && !element.undoing)

/**
 * The scope in which a node stands, as it runs: the one that is named, the only one there is, or a new one, entered
 * with its input mappings and its events but without its start. Answers its key, null for the process.
 */
function scopeFor(run: Run, node: CompiledNode, within: number | undefined): number | null | Refusal {
  const scope = node.parent
  if (!scope) return null
  const running = runningScopes(run, scope)
  if (within !== undefined) {
    const named = running.find(({ key }) => key === within)
    if (named) return named.key
    // Further in than what was named: the scopes between are entered.
    if (running.length > 0) return refusals.noScope(scope.id)
  }
  if (running.length === 1) return (running[0] as ElementInstance).key
  if (running.length > 1)
    return refusals.scopeUnclear(
      scope.id,
      running.map(({ key }) => key),
    )
  if (scope.loop !== null || !enterable.has(scope.kind)) return refusals.cannotEnter(scope.id)
  const around = scopeFor(run, scope, within)
  if (around !== null && typeof around === 'object') return around
  const visit: Visit = {
    ...visitOf(run, { key: run.instance.lastEvent + 1, at: scope.id, ...(around === null ? {} : { scope: around }) }),
    element: null,
  }
  const failed = mapInputs(run, visit) ?? open(run, visit)
  if (failed) return refusals.cannotOpen(scope.id, incidentSentence(failed.code, failed.values))
  return visit.key
}

/** Values that a change brings: given ones, and those that FEEL reads where the token stood before. */
function valuesOf(run: Run, change: TokenChange, seenBy: Visit): Result<JsonObject> {
  const values: JsonObject = { ...change.variables }
  for (const { source, target } of change.mapping ?? []) {
    const compiled = compileExpression(source.replace(/^\s*=/, ''))
    if (!compiled.ok) return { ok: false, refusal: refusals.mappingFailed(target, compiled.problem.message) }
    const result = evaluate(run, seenBy, compiled.expression)
    if (!result.ok) {
      const { code, values: told } = result.failure
      return { ok: false, refusal: refusals.mappingFailed(target, incidentSentence(code, told)) }
    }
    const path = target.split('.')
    const reserved = path.find((name) => reservedNames.has(name))
    if (reserved !== undefined) return { ok: false, refusal: refusals.reservedName(reserved) }
    put(values, path, result.value)
  }
  return ok(values)
}

/** Puts one token to a node, with what it brings. */
function putToken(
  run: Run,
  change: Extract<TokenChange, { to: string }>,
  source: ElementInstance | null,
  by: string,
): Refusal | null {
  const node = run.definition.node(change.to)
  if (!node || !isElement(run, change.to)) return refusals.noElement(change.to)
  if (cannotHold(node)) return refusals.cannotHold(change.to)
  // A token that is moved beside itself stays in its scope, also where that runs several times or is being undone.
  const stays = source !== null && change.within === undefined && visitOf(run, source).node.parent === node.parent
  const scopeKey = stays ? (source.scope ?? null) : scopeFor(run, node, change.within)
  if (scopeKey !== null && typeof scopeKey === 'object') return scopeKey
  const place: ElementInstance = { key: 0, at: node.id, ...(scopeKey === null ? {} : { scope: scopeKey }) }
  const values = valuesOf(run, change, visitOf(run, source ?? place))
  if (!values.ok) return values.refusal
  const brought = values.value
  const refused = refusals.variables(brought, run.instance)
  if (refused) return refused
  const scope = change.scope ?? null
  const names = Object.keys(brought)
  if (names.length > 0 && scope !== node.id) {
    const key = scope === null ? null : scopeAround(run, scopeKey, scope)
    if (key === undefined) return refusals.noScope(scope ?? '')
    emit(run, { type: 'variablesSet', scopeKey: key, variables: brought, by })
  }
  sendToken(run, node, null, scopeKey, source ? [source.key] : [])
  const token = run.tokens.at(-1)
  if (token && scope === node.id && names.length > 0) token.locals = brought
  return null
}

/** The key of a running scope of this element id, from a scope outward; undefined when the token is not in one. */
function scopeAround(run: Run, from: number | null, elementId: string): number | null | undefined {
  for (let key = from; key !== null;) {
    const element = elementOf(run.instance, key)
    if (!element) return undefined
    if (element.at === elementId) return key
    key = element.scope ?? null
  }
  return elementId === run.definition.id ? null : undefined
}

/** Ends scopes in which nothing is left, outward; an instance of a multi-instance activity cannot lose its last one. */
function endEmpty(run: Run, scopeKey: number | null): Refusal | null {
  for (let key = scopeKey; key !== null && !isBusy(run, key);) {
    const scope = elementOf(run.instance, key)
    if (!scope) return null
    if (scope.index !== undefined) return refusals.insideLoop(scope.at)
    const around = scope.scope ?? null
    terminate(run, scope)
    key = around
  }
  return null
}

/** Carries all changes out on a run; after a refusal the run is thrown away. New tokens come before old ones go. */
function change(run: Run, command: ModifyCommand): Refusal | null {
  const { changes, by, reason } = command
  const leaving: ElementInstance[] = []
  emit(run, { type: 'instanceModified', by, reason, changes })
  for (const each of changes) {
    const sources = 'from' in each ? sourcesOf(run, each) : []
    if ('code' in sources) return sources
    leaving.push(...sources)
    if (!('to' in each)) {
      if (!('from' in each)) return refusals.noChanges()
      continue
    }
    for (const source of 'from' in each ? sources : [null]) {
      const refused = putToken(run, each, source, by)
      if (refused) return refused
    }
  }
  run.ending = { by, action: 'modify' }
  const scopes = leaving.map((element) => element.scope ?? null)
  for (const element of leaving) if (elementOf(run.instance, element.key)) terminate(run, element)
  if (run.tokens.some(({ node, lost }) => node !== null && lost)) return refusals.contradiction()
  for (const scope of scopes) {
    const refused = endEmpty(run, scope)
    if (refused) return refused
  }
  return isBusy(run, null) ? null : refusals.nothingLeft()
}

/**
 * Moves, adds and removes tokens of a running instance. Scopes around a new place are entered as needed. Everything is
 * tried on a copy first, so that a refusal leaves the instance as it was.
 */
export function modify(run: Run, command: ModifyCommand): Refusal | null {
  const { instance } = run
  if (instance.state !== 'active') return refusals.ended(instance.state)
  if (command.changes.length === 0) return refusals.noChanges()
  const copy = JSON.parse(JSON.stringify(instance)) as ProcessInstance
  return change(beginRun(run.definition, copy, run.host, run.now), command) ?? change(run, command)
}
