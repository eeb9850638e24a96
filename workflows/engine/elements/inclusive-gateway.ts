import { nothingMoreComes } from '../arriving.ts'
import type { Choice } from '../compiled.ts'
import { done, handled } from '../element.ts'
import type { Element, Outcome, Visit } from '../element.ts'
import { holds, noFlow, valuesRead } from '../evaluate.ts'
import type { Failure } from '../incidents.ts'
import type { ElementInstance } from '../instance.ts'
import { arrive, takeOfEach } from '../joins.ts'
import type { Run } from '../run.ts'
import { finish } from '../tokens.ts'

/** A token arrives and waits; whether the join opens is asked when all tokens have come to rest. */
function activate(run: Run, visit: Visit): Outcome {
  const { node, via } = visit
  if (node.incoming.length <= 1 || via === null) return done
  arrive(run, visit, via)
  return handled
}

/** Opens when no token can come any more that is worth waiting for; takes one token of each flow. */
function look(run: Run, join: ElementInstance): boolean {
  const node = run.definition.node(join.at)
  if (!node || !nothingMoreComes(run, node, join)) return false
  finish(run, takeOfEach(run, join))
  return true
}

/** Every flow whose condition holds; one without a condition always does. The default is taken only when none is. */
function choose(run: Run, visit: Visit): readonly Choice[] | Failure {
  const { node } = visit
  const ways: Choice[] = []
  for (const flow of node.outgoing) {
    if (flow === node.defaultFlow) continue
    const { condition } = flow
    const holding = condition === null || holds(run, visit, condition)
    if (typeof holding !== 'boolean') return holding
    if (!holding) continue
    const because = condition && { expression: condition.source, values: valuesRead(run, visit, condition) }
    ways.push({ flow, because })
  }
  if (ways.length === 0 && node.defaultFlow) ways.push({ flow: node.defaultFlow, because: 'default' })
  return ways.length > 0 ? ways : noFlow(run, visit)
}

/** BPMN 13.4.3: joins the tokens that still come, then a token leaves on every flow whose condition holds. */
export const inclusiveGateway: Element = {
  name: { zh: '包容网关', en: 'inclusive gateway' },
  activate,
  look,
  choose,
}
