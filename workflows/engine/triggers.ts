import type { JsonObject } from '../model/json.ts'
import type { CompiledNode } from './compiled.ts'
import type { Visit } from './element.ts'
import type { ElementInstance } from './instance.ts'
import { emit, move, sendTriggered, visitOf } from './run.ts'
import type { Run } from './run.ts'
import { terminate, terminateInside } from './scopes.ts'
import { finish } from './tokens.ts'
import { dropSome, dropWaits } from './waits.ts'

/** An event at the border of an activity: the activity is interrupted, or goes on beside it. */
export function leaveByBoundary(
  run: Run,
  element: ElementInstance,
  boundary: CompiledNode,
  result: JsonObject | null,
): void {
  const scopeKey = element.scope ?? null
  if (boundary.interrupting) terminate(run, element)
  sendTriggered(run, boundary, boundary, { via: null, scopeKey, from: [element.key] }, result)
}

/**
 * An event sub-process begins in the scope that it stands in (BPMN 13.5.4). An interrupting one ends what runs there,
 * other handlers included, and nothing else is listened to any more (coverage (c)20). The scope is null for the process
 * when it listens to nothing outside.
 */
export function startHandler(
  run: Run,
  scope: ElementInstance | null,
  start: CompiledNode,
  result: JsonObject | null,
): void {
  const handler = start.parent as CompiledNode
  const around = handler.parent ?? run.definition.root
  const scopeKey = handler.parent === null ? null : (scope?.key ?? null)
  if (start.interrupting) {
    if (scope) dropSome(run, scope, around.listeners)
    terminateInside(run, scopeKey)
  }
  const from = scopeKey === null ? [] : [scopeKey]
  sendTriggered(run, handler, start, { via: null, scopeKey, from }, result)
}

/** The token goes over the flow from a gateway to the event behind it that has happened. */
export function sendToFollower(
  run: Run,
  { node, scopeKey, key }: Visit,
  follower: CompiledNode,
  result: JsonObject | null,
): void {
  const flow = node.outgoing.find(({ to }) => to === follower)
  if (!flow) throw new Error(`${node.id} does not lead to ${follower.id}`)
  emit(run, { type: 'flowTaken', flowId: flow.id })
  sendTriggered(run, follower, follower, { via: flow.id, scopeKey, from: [key] }, result)
}

/** One of the events behind an event-based gateway has happened: exclusive it was the only one, parallel one of all. */
function takeFollower(run: Run, gateway: ElementInstance, follower: CompiledNode, result: JsonObject | null): void {
  const visit = visitOf(run, gateway)
  const { parallelEvents } = visit.node.parsed
  if (parallelEvents) dropSome(run, gateway, [follower])
  else dropWaits(run, gateway)
  const isWaiting = gateway.timers ?? gateway.subscriptions ?? gateway.conditions
  if (!parallelEvents || !isWaiting) move(run, visit, 'completed')
  sendToFollower(run, visit, follower, result)
}

/** Of a parallel multiple event: what all its triggers brought once the last is there, else null. */
function gather(
  run: Run,
  element: ElementInstance,
  { id, triggers }: CompiledNode,
  index: number,
  result: JsonObject | null,
): { result: JsonObject } | null {
  const before = element.met?.[id]
  if (before?.indexes.includes(index)) return null
  const all = (before?.indexes.length ?? 0) + 1 === triggers.length
  emit(run, { type: 'triggerMet', key: element.key, elementId: id, index, variables: result ?? {}, all })
  return all ? { result: { ...before?.variables, ...result } } : null
}

/**
 * Something that an element waited for has come: it goes on itself, or its boundary event does, or an event sub-process
 * begins, or a gateway chooses its way. `at` is the event, `index` which of its triggers.
 */
export function happen(run: Run, element: ElementInstance, at: string, index: number, result: JsonObject | null): void {
  const event = run.definition.node(at)
  if (!event) throw new Error(`the definition of ${run.instance.processId} has no element ${at}`)
  let brought = result
  if (event.gathers) {
    const gathered = gather(run, element, event, index, result)
    if (!gathered) return
    brought = gathered.result
  }
  if (at === element.at) finish(run, visitOf(run, element, brought))
  else if (event.attachedTo) leaveByBoundary(run, element, event, brought)
  else if (event.parsed.bpmnType === 'startEvent') startHandler(run, element, event, brought)
  else takeFollower(run, element, event, brought)
}
