import type { JsonObject } from '../../model/json.ts'
import { nothingMoreComes } from '../arriving.ts'
import type { Choice, CompiledNode } from '../compiled.ts'
import { done, handled, waits } from '../element.ts'
import type { Element, Outcome, Visit } from '../element.ts'
import { holds, noFlow, valuesRead } from '../evaluate.ts'
import type { Failure } from '../incidents.ts'
import type { ElementInstance } from '../instance.ts'
import { arrive, beginNextPass } from '../joins.ts'
import { emit, endToken, move, sendToken, visitOf } from '../run.ts'
import type { Run } from '../run.ts'
import { stop } from '../tokens.ts'

/** What the gateway's conditions may read: tokens by flow, their sum, and in which of its two phases it is ((c)5). */
function counts(node: CompiledNode, arrived: Record<string, number>, waitingForStart: boolean): JsonObject {
  const incoming = Object.fromEntries(node.incoming.map(({ id }) => [id, arrived[id] ?? 0]))
  const activationCount = Object.values(incoming).reduce((sum, count) => sum + count, 0)
  return { activationCount, incoming, waitingForStart }
}

/** The flows that fire in a phase; one without condition fires at activation only, and so does the default. */
function waysIn(run: Run, visit: Visit, locals: JsonObject): readonly Choice[] | Failure {
  const { node } = visit
  const seen: Visit = { ...visit, locals: { ...visit.locals, ...locals } }
  const starts = locals['waitingForStart'] === true
  const ways: Choice[] = []
  for (const flow of node.outgoing) {
    const { condition } = flow
    if (flow === node.defaultFlow) continue
    const holding = condition === null ? starts : holds(run, seen, condition)
    if (typeof holding !== 'boolean') return holding
    if (!holding) continue
    const because = condition && { expression: condition.source, values: valuesRead(run, seen, condition) }
    ways.push({ flow, because })
  }
  if (!starts || ways.length > 0 || node.outgoing.length === 0) return ways
  return node.defaultFlow ? [{ flow: node.defaultFlow, because: 'default' }] : noFlow(run, visit)
}

function send(run: Run, { key, scopeKey }: Visit, ways: readonly Choice[]): void {
  for (const { flow, because } of ways) {
    emit(run, { type: 'flowTaken', flowId: flow.id, ...(because && { because }) })
    sendToken(run, flow.to, flow.id, scopeKey, [key])
  }
}

/** Activates when its condition holds: takes one token of each flow that has some and fires (first phase). */
function start(run: Run, visit: Visit, arrived: Record<string, number>): boolean | Failure {
  const { activation } = visit.node
  if (!activation) return false
  const locals = counts(visit.node, arrived, true)
  const holding = holds(run, { ...visit, locals: { ...visit.locals, ...locals } }, activation)
  if (holding !== true) return holding
  const ways = waysIn(run, visit, locals)
  if ('code' in ways) return ways
  const flows = Object.keys(arrived)
  emit(run, { type: 'gatewayActivated', key: visit.key, elementId: visit.node.id, flows })
  send(run, visit, ways)
  return true
}

/** Resets when no token can come any more by the flows that had none: takes those that came, and fires again. */
function reset(run: Run, visit: Visit, join: ElementInstance, taken: readonly string[]): boolean | Failure {
  const { node } = visit
  if (!nothingMoreComes(run, node, join, taken)) return false
  const arrived = join.arrived ?? {}
  const ways = waysIn(run, visit, counts(node, arrived, false))
  if ('code' in ways) return ways
  beginNextPass(run, visit, new Set(node.incoming.map(({ id }) => id).filter((id) => !taken.includes(id))))
  move(run, visit, 'completed')
  send(run, visit, ways)
  endToken(run, visit.scopeKey)
  return true
}

/** Does what the gateway can do now; true when it did. What fails holds it with an incident, and its tokens with it. */
function look(run: Run, join: ElementInstance): boolean {
  if (join.incident && join.incident.code !== 'join.stuck') return false
  const visit = visitOf(run, join)
  const did = join.taken ? reset(run, visit, join, join.taken) : start(run, visit, join.arrived ?? {})
  if (typeof did === 'boolean') return did
  stop(run, visit, 'activated', did)
  return false
}

function activate(run: Run, visit: Visit): Outcome {
  const { node, via } = visit
  if (node.activation === null || via === null) return done
  look(run, arrive(run, visit, via))
  return handled
}

/**
 * BPMN 13.4.5: waits for the tokens that its condition asks for, fires, then waits for those that still come and
 * resets. One element instance is one round of both phases.
 */
export const complexGateway: Element = {
  name: { zh: '复杂网关', en: 'complex gateway' },
  activate,
  look,
  choose: (run, visit) => waysIn(run, visit, counts(visit.node, visit.via === null ? {} : { [visit.via]: 1 }, true)),
  retry(run, visit) {
    if (visit.element) look(run, visit.element)
    return waits
  },
}
