import type { Expression } from '../expressions/compile.ts'
import type { JsonObject } from '../model/json.ts'
import type { Refusal } from '../model/problem.ts'
import type { CompiledNode, CompiledProcess } from './compiled.ts'
import { waits } from './element.ts'
import type { ElementInstance } from './instance.ts'
import { refusals } from './refusals.ts'
import { listen } from './listeners.ts'
import { answerCaller } from './outward.ts'
import { raise, sendToken, sendTriggered, visitOf } from './run.ts'
import type { Run } from './run.ts'
import { endInstance } from './scopes.ts'
import { beginWait, prepareWaits } from './waits.ts'
import type { Wait } from './waits.ts'

/** The event-based gateway that a message behind it starts an instance at; null for everything else. */
const gatewayBefore = (node: CompiledNode): CompiledNode | null =>
  node.incoming
    .map(({ from }) => from)
    .find(({ kind, parsed }) => kind === 'eventBasedGateway' && parsed.instantiate && parsed.incoming.length === 0) ??
  null

/** Whether an instance may begin here: at a start event, or where an arriving message starts one (coverage (c)4). */
export const mayStart = (node: CompiledNode) =>
  node.parent === null &&
  (node.parsed.bpmnType === 'startEvent' ||
    (node.kind === 'receiveTask' && node.parsed.instantiate === true) ||
    gatewayBefore(node) !== null)

interface StartInput {
  startElementId: string | null
  variables: JsonObject
  now: string
}

/** What a condition at a start event says about the variables that an instance would start with. */
function holdsAtStart(condition: Expression, { variables, now }: StartInput, timeZone: string): boolean | Refusal {
  const get = (name: string) => (Object.hasOwn(variables, name) ? variables[name] : undefined)
  const result = condition.evaluate({ get, now, timeZone })
  return result.ok && typeof result.value === 'boolean' ? result.value : refusals.startCondition(condition.source)
}

function conditionsAt(node: CompiledNode): Expression[] {
  if (node.parsed.bpmnType !== 'startEvent') return []
  // Where any of several will do, what else may start it is no reason to refuse.
  if (!node.gathers && node.triggers.some(({ kind }) => kind !== 'conditional')) return []
  return node.triggers.flatMap((trigger) =>
    trigger.kind === 'conditional' && trigger.condition ? [trigger.condition] : [],
  )
}

function mayStartNow(node: CompiledNode, input: StartInput, timeZone: string): Refusal | null {
  const conditions = conditionsAt(node)
  if (conditions.length === 0) return null
  const said = conditions.map((condition) => holdsAtStart(condition, input, timeZone))
  const wrong = said.find((one) => typeof one !== 'boolean')
  if (wrong) return wrong as Refusal
  const holds = node.gathers ? said.every(Boolean) : said.some(Boolean)
  return holds ? null : refusals.startConditionFails(conditions.map(({ source }) => source).join(', '))
}

/**
 * Where a start begins: at the named element, at the none start event, without any start event at what nothing leads
 * to, or else at the first conditional start event whose condition holds with these variables. Null is all of
 * `definition.starts`.
 */
export function startOf(
  definition: CompiledProcess,
  input: StartInput,
  timeZone: string,
): { at: CompiledNode | null } | Refusal {
  const { startElementId } = input
  if (startElementId !== null) {
    const node = definition.node(startElementId)
    if (!node || !mayStart(node)) return refusals.noSuchStart(startElementId)
    return mayStartNow(node, input, timeZone) ?? { at: node }
  }
  const { starts } = definition
  if (starts.length > 0) {
    const several = starts.length > 1 && starts[0]?.parsed.bpmnType === 'startEvent'
    return several ? refusals.startUnclear(starts.map((node) => node.id)) : { at: null }
  }
  // One that needs other triggers too is for these to start.
  const conditional = definition.nodes.filter(
    (node) => node.parent === null && node.triggers.length > 0 && node.triggers.length === conditionsAt(node).length,
  )
  let refusal: Refusal | null = null
  for (const node of conditional) {
    const said = mayStartNow(node, input, timeZone)
    if (said === null) return { at: node }
    refusal ??= said
  }
  return refusal ?? refusals.noPlainStart()
}

/** Asks those who are asked about the process itself; true while somebody is, or an incident keeps it. */
function isAsked(run: Run, root: ElementInstance, on: 'start' | 'end'): boolean {
  const visit = visitOf(run, root)
  const asked = listen(run, visit, on)
  if (asked !== null && asked !== waits) raise(run, visit, asked)
  return asked !== null
}

/**
 * Asks who is to be asked before the process begins, lets its event sub-processes listen, then begins it, again after an
 * incident kept it from that. What an arriving message starts has had its message already.
 */
export function beginProcess(run: Run, startElementId: string | null = run.instance.root?.via ?? null): void {
  const { definition, instance } = run
  const { root } = instance
  if (root) {
    if (isAsked(run, root, 'start')) return
    const prepared: Wait[] = []
    const visit = visitOf(run, root)
    const failed = prepareWaits(run, visit, definition.root.listeners, prepared)
    if (failed) return raise(run, visit, failed)
    for (const wait of prepared) beginWait(run, root.key, wait)
  }
  const named = startElementId === null ? undefined : definition.node(startElementId)
  if (!named) {
    for (const node of definition.starts) sendToken(run, node, null, null, [])
    return
  }
  const place = { via: null, scopeKey: null, from: [] }
  if (named.parsed.bpmnType === 'startEvent') sendToken(run, named, null, null, [])
  else sendTriggered(run, gatewayBefore(named) ?? named, named, place, null)
}

/** Nothing runs any more: whoever is to be asked after the process is asked, then it is over. */
export function endProcess(run: Run): void {
  const { root } = run.instance
  if (root && isAsked(run, root, 'end')) return
  endInstance(run, 'completed', null, null)
  answerCaller(run, { kind: 'completed', variables: run.instance.variables })
}

/** Goes on with the process as a whole, after a listener of it has answered or its incident was resolved. */
export function resumeProcess(run: Run): void {
  if (run.instance.root?.listening?.on === 'end') endProcess(run)
  else beginProcess(run)
}
