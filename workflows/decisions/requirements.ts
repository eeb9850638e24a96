import type { DecisionModel, DecisionService } from './model.ts'
import type { ReportProblem } from './problems.ts'

const deepest = 20

type Graph = Pick<DecisionModel, 'decisions' | 'inputs' | 'knowledge' | 'services'>

function requirementsOf(id: string, { decisions, knowledge }: Graph): readonly string[] {
  const decision = decisions.get(id)
  if (decision) return [...decision.requiredDecisions, ...decision.requiredInputs, ...decision.requiredKnowledge]
  return knowledge.get(id)?.requiredKnowledge ?? []
}

/** What each kind of reference may mean. */
function references({ decisions, inputs, knowledge, services }: Graph): [from: string, to: string, isRight: boolean][] {
  const to = (from: string, ids: readonly string[], ...kinds: ReadonlyMap<string, unknown>[]) =>
    ids.map((id): [string, string, boolean] => [from, id, kinds.some((kind) => kind.has(id))])
  return [
    ...[...decisions.values()].flatMap(({ id, requiredDecisions, requiredInputs, requiredKnowledge }) => [
      ...to(id, requiredDecisions, decisions),
      ...to(id, requiredInputs, inputs),
      ...to(id, requiredKnowledge, knowledge, services),
    ]),
    ...[...knowledge.values()].flatMap(({ id, requiredKnowledge }) => to(id, requiredKnowledge, knowledge, services)),
    ...[...services.values()].flatMap(({ id, outputs, inputDecisions, inputData }) => [
      ...to(id, [...outputs, ...inputDecisions], decisions),
      ...to(id, inputData, inputs),
    ]),
  ]
}

/** Whether a service calls itself: on the way from its outputs to what they require, ending at what it is given. */
function callsItself(service: DecisionService, graph: Graph): boolean {
  const seen = new Set<string>(service.inputDecisions)
  const reaches = (id: string): boolean => {
    if (id === service.id) return true
    if (seen.has(id)) return false
    seen.add(id)
    return [...requirementsOf(id, graph), ...(graph.services.get(id)?.outputs ?? [])].some(reaches)
  }
  return service.outputs.some(reaches)
}

/** Reports requirements that lead nowhere, in a circle, or too deep (reliability D03, D04). */
export function reportRequirements(graph: Graph, report: ReportProblem): void {
  const depths = new Map<string, number>()
  const open = new Set<string>()
  const reported = new Set<string>()
  const known = (id: string) =>
    graph.decisions.has(id) || graph.inputs.has(id) || graph.knowledge.has(id) || graph.services.has(id)

  function depthOf(id: string): number {
    const found = depths.get(id)
    if (found !== undefined) return found
    // Deep graphs are refused below; stopping early keeps the walk itself shallow.
    if (open.size > 2 * deepest) return 2 * deepest
    open.add(id)
    let depth = 0
    for (const next of requirementsOf(id, graph)) {
      if (!known(next)) continue
      if (open.has(next)) {
        // A business knowledge model may call itself; its calls are bounded by the budget.
        if (graph.knowledge.has(next) || reported.has(next)) continue
        reported.add(next)
        report(next, 'dmn.cycle', {
          zh: `决策「${next}」的依赖形成了循环。`,
          en: `Expected requirements without a circle, but "${next}" requires itself.`,
        })
      } else depth = Math.max(depth, depthOf(next) + 1)
    }
    open.delete(id)
    depths.set(id, depth)
    return depth
  }

  for (const [from, to, isRight] of references(graph)) {
    if (!known(to))
      report(from, 'dmn.dangling_ref', {
        zh: `「${from}」引用了不存在的「${to.slice(0, 100)}」。`,
        en: `Expected "${from}" to refer to something that exists, but "${to.slice(0, 100)}" does not.`,
      })
    else if (!isRight)
      report(from, 'dmn.requirement', {
        zh: `「${from}」不能这样引用「${to.slice(0, 100)}」:元素的种类不符。`,
        en: `Expected "${from}" to refer to an element of the kind that it names, but "${to.slice(0, 100)}" is another.`,
      })
  }
  for (const service of graph.services.values())
    if (callsItself(service, graph))
      report(service.id, 'dmn.cycle', {
        zh: `决策服务「${service.id}」的依赖形成了循环。`,
        en: `Expected requirements without a circle, but the decision service "${service.id}" requires itself.`,
      })
  for (const id of [...graph.decisions.keys(), ...graph.knowledge.keys()]) {
    if (depthOf(id) <= deepest || reported.has('depth')) continue
    reported.add('depth')
    report(id, 'dmn.depth', {
      zh: `决策的依赖层次超过 ${deepest} 层。`,
      en: `Expected at most ${deepest} levels of requirements, but "${id}" has more.`,
    })
  }
}
