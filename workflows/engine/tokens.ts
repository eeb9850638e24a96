import { elementOf } from './apply.ts'
import type { Choice } from './compiled.ts'
import { takeData } from './data.ts'
import { done, handled, waits } from './element.ts'
import type { Outcome, Visit } from './element.ts'
import { holds, mapInputs, noFlow, valuesRead } from './evaluate.ts'
import type { Failure } from './incidents.ts'
import type { Detour, ElementInstance } from './instance.ts'
import { hasEnough } from './joins.ts'
import { listen } from './listeners.ts'
import { carryUpLoop, enterLoop, leaveLoop } from './loops.ts'
import { endToken, move, raise, sendToken, takeFlow, visitOf } from './run.ts'
import type { Run } from './run.ts'
import { leftToUndo } from './undoable.ts'
import { carryUp } from './variables.ts'
import { dropWaits } from './waits.ts'

/** Activates a visit: the whole activity with its loop, or the element itself; again after an incident held it here. */
export function begin(run: Run, visit: Visit): void {
  const { node } = visit
  if (node.loop !== null && visit.index === 0) {
    const admitted = node.element.admit?.(run, visit) ?? done
    settle(run, visit, admitted === done ? enterLoop(run, visit) : admitted)
  } else
    settle(
      run,
      visit,
      prepare(run, visit) ??
        (node.executionListeners === null || node.executionListeners.late ? null : listen(run, visit, 'start')) ??
        (visit.trigger === node ? done : activate(run, visit)),
    )
}

function activate(run: Run, visit: Visit): Outcome {
  const { element } = visit.node
  const admitted = element.admit === undefined || visit.index > 0 ? done : element.admit(run, visit)
  return admitted === done ? element.activate(run, visit) : admitted
}

/** What an element takes in, once: who has been asked may have changed it. */
const prepare = (run: Run, visit: Visit): Failure | null =>
  visit.element?.listening ? null : (takeData(run, visit) ?? mapInputs(run, visit))

/** What follows from an activation, or from something that an element waited for. */
export function settle(run: Run, visit: Visit, outcome: Outcome): void {
  if (outcome === done) finish(run, visit)
  else if (outcome !== waits && outcome !== handled)
    stop(run, visit, visit.element !== null && visit.element.state === undefined ? 'activated' : 'activating', outcome)
}

/** Holds an element where it is, with an incident. */
export function stop(run: Run, visit: Visit, at: 'activating' | 'activated' | 'completing', why: Failure): void {
  const { element } = visit
  const gained = visit.mapped && !element?.mapped
  if (at !== 'activated' && (element?.state !== at || gained))
    move(run, visit, at, gained ? { mapped: true } : undefined)
  raise(run, visit, why)
}

/** The element's work is done: what it brought goes up, a way on is chosen, the token leaves. */
export function finish(run: Run, visit: Visit): void {
  const isBody = visit.element?.loop !== undefined
  if (!visit.mapped) {
    const failed = isBody ? carryUpLoop(run, visit) : carryUp(run, visit)
    // What was never part of the state has lost its result, so it starts again; an event does not happen again.
    const isLost = visit.element === null && !visit.locals && visit.trigger !== visit.node
    if (failed) return stop(run, visit, isLost ? 'activating' : 'completing', failed)
    visit.mapped = true
  }
  if (visit.node.executionListeners !== null && !isBody) {
    const { late } = visit.node.executionListeners
    const asked = (late ? listen(run, visit, 'start') : null) ?? listen(run, visit, 'end')
    if (asked === waits) return
    if (asked !== null) return stop(run, visit, 'completing', asked)
  }
  if (visit.index > 0) {
    const failed = leaveLoop(run, visit)
    if (failed) stop(run, visit, 'completing', failed)
    return
  }
  const detour = visit.element?.detour ?? visit.detour ?? null
  if (detour) return comeBack(run, visit, detour)
  const chosen = visit.node.always ?? choose(run, visit)
  if ('code' in chosen) return stop(run, visit, 'completing', chosen)
  const ways = visit.node.parent?.element.leave ? leaving(run, visit, chosen) : chosen
  if ('code' in ways) return stop(run, visit, 'completing', ways)
  if (visit.element !== null) dropWaits(run, visit.element)
  move(run, visit, 'completed', visit.node.undo === null ? undefined : leftToUndo(run, visit))
  // Each flow is taken as often as the activity says (BPMN 10.3, completionQuantity); by everything else once.
  for (let count = visit.node.completionQuantity; count > 0; count -= 1)
    for (const { flow, because } of ways) {
      takeFlow(run, flow.id, because)
      sendToken(run, flow.to, flow.id, visit.scopeKey, [visit.key])
    }
  if (ways.length > 0) return
  const { goOn } = visit.node
  if (goOn !== null && ways === chosen) goOn(run, visit)
  else endToken(run, visit.scopeKey)
}

/** The ways on that the scope around lets an element take: the same, or none. */
function leaving(run: Run, visit: Visit, ways: readonly Choice[]): readonly Choice[] | Failure {
  const scope = visit.scopeKey === null ? undefined : elementOf(run.instance, visit.scopeKey)
  const over =
    scope && visit.node.parent?.element.leave?.(run, scope, visit, ways.length === 0 && visit.node.linkTarget === null)
  if (typeof over === 'object') return over
  return over ? [] : ways
}

/** Goes straight on to the step of the one who returned the case, past everything between. */
function comeBack(run: Run, visit: Visit, detour: Detour): void {
  const node = run.definition.node(detour.at)
  if (!node) throw new Error(`the definition of ${run.instance.processId} has no element ${detour.at}`)
  if (visit.element !== null) dropWaits(run, visit.element)
  move(run, visit, 'completed')
  const from = [...detour.from, visit.key]
  sendToken(run, node, detour.via ?? null, detour.scope ?? null, from)
  const token = run.tokens.at(-1)!
  token.back = detour
  token.detour = detour.onward ?? null
  token.index = detour.index ?? 0
  token.locals = detour.locals ?? null
}

/** The ways on from a node: its own choice, or BPMN's implicit split (conditions as inclusive; coverage (c)14). */
function choose(run: Run, visit: Visit): readonly Choice[] | Failure {
  const { node } = visit
  if (node.element.choose) return node.element.choose(run, visit)
  const ways: Choice[] = []
  let conditional = false
  for (const flow of node.outgoing) {
    if (flow === node.defaultFlow) continue
    if (flow.condition === null) {
      ways.push({ flow, because: null })
      continue
    }
    const holding = holds(run, visit, flow.condition)
    if (typeof holding !== 'boolean') return holding
    if (!holding) continue
    conditional = true
    const values = valuesRead(run, visit, flow.condition)
    ways.push({ flow, because: { expression: flow.condition.source, values } })
  }
  if (!conditional && node.defaultFlow) ways.push({ flow: node.defaultFlow, because: 'default' })
  return ways.length > 0 ? ways : noFlow(run, visit)
}

/** Takes an element up again after its incident was resolved, from where it stood. */
export function resume(run: Run, element: ElementInstance): void {
  const visit = visitOf(run, element)
  if (element.state === 'completing') finish(run, visit)
  else if (element.state === 'activating') {
    if (hasEnough(visit.node, element)) begin(run, visit)
  } else settle(run, visit, visit.node.element.retry?.(run, visit) ?? waits)
}
