import { elementOf } from './apply.ts'
import type { CompiledNode } from './compiled.ts'
import { undoNext } from './compensation.ts'
import { lookAtConditions } from './conditions.ts'
import type { Visit } from './element.ts'
import { failure } from './incidents.ts'
import type { Failure } from './incidents.ts'
import { limits } from './limits.ts'
import { endProcess } from './process.ts'
import { emit, visitOf } from './run.ts'
import type { Run, Token } from './run.ts'
import { isBusy } from './scopes.ts'
import { catchSignal } from './signals.ts'
import { gather } from './quantities.ts'
import { begin, finish, stop } from './tokens.ts'

const visitTo = (run: Run, node: CompiledNode, token: Token): Visit => ({
  node,
  key: run.instance.lastEvent + 1,
  scopeKey: token.scopeKey,
  via: token.via,
  from: token.from,
  locals: token.locals,
  index: token.index,
  element: null,
  result: token.result,
  mapped: false,
  trigger: token.trigger,
  fresh: token.fresh,
  detour: token.detour,
  back: token.back,
})

/** Lets tokens arrive, conditions be looked at, and scopes end, until everything waits. */
export function drain(run: Run): void {
  do {
    while (run.instance.state === 'active') {
      if (run.changed) lookAtConditions(run)
      if (run.next >= run.tokens.length) break
      arrive(run, run.tokens[run.next++] as Token)
    }
  } while (run.definition.looks && run.instance.state === 'active' && lookAround(run))
}

function arrive(run: Run, token: Token): void {
  if (token.signal !== null) {
    const { signalId, name, variables } = token.signal
    return catchSignal(run, signalId, name, variables)
  }
  if (token.lost || (token.scopeKey !== null && !elementOf(run.instance, token.scopeKey))) return
  if (token.node === null) endScope(run, token.scopeKey)
  else enter(run, token.node, token)
}

/** All tokens have come to rest: the first element that can go on because of how they stand does so. */
function lookAround(run: Run): boolean {
  for (const element of run.instance.elements) {
    if (element.arrived === undefined || element.state !== undefined) continue
    if (run.definition.node(element.at)?.element.look?.(run, element)) return true
  }
  return false
}

/** When nothing runs in a scope any more it completes, up to the process. */
function endScope(run: Run, scopeKey: number | null): void {
  const around = scopeKey === null ? undefined : elementOf(run.instance, scopeKey)
  const closing = around && around.state === undefined ? run.definition.node(around.at)?.element.close : undefined
  if (around && closing && around.loop === undefined && !around.undoing) return closing(run, around)
  if (isBusy(run, scopeKey)) return
  if (scopeKey === null) {
    // Somebody is asked about the process itself, and goes on with it.
    if (run.instance.root?.listening?.job === undefined) endProcess(run)
    return
  }
  if (around?.undoing) undoNext(run, around)
  else if (around && around.state === undefined) finish(run, visitOf(run, around))
}

/** Elements between two looks at the clock: no look at all in a step of ordinary length. */
const untilLook = 31

/** Whether the step has taken too long since the clock was looked at first. */
function isLate(run: Run): boolean {
  const now = run.host.elapsed?.()
  if (now === undefined) return false
  run.lookedAt ??= now
  return now - run.lookedAt > limits.stepMilliseconds
}

/** Counts one more activation; past a budget of reliability R12 what it was. */
function exceeded(run: Run, node: CompiledNode): Failure['values'] | null {
  const { instance } = run
  run.budget -= 1
  if (run.budget < 0) return run.past ?? { limit: limits.elementsPerStep }
  if (instance.lastEvent >= limits.events) return { limit: limits.events, of: 'events' }
  if ((instance.written ?? 0) > limits.historyBytes) return { limit: limits.historyBytes, of: 'bytes' }
  if ((run.budget & untilLook) === (limits.elementsPerStep & untilLook) && isLate(run)) {
    // Nothing more is entered in this step, whatever else is on its way.
    run.budget = 0
    run.past = { limit: limits.stepMilliseconds, of: 'milliseconds' }
    return run.past
  }
  if (!node.onLoop) return null
  const count = (instance.visits?.[node.id] ?? 0) + 1
  if (count > limits.activations) return { limit: limits.activations }
  emit(run, { type: 'elementCounted', elementId: node.id, count })
  return null
}

/** A token arrives at a flow node. */
function enter(run: Run, node: CompiledNode, token: Token): void {
  const past = exceeded(run, node)
  const visit = visitTo(run, node, token)
  if (past !== null) stop(run, visit, 'activating', failure('loop.budget', past))
  else if (node.startQuantity > 1 && token.via !== null) gather(run, visit, token.via)
  else begin(run, visit)
}
