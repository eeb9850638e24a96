import type { DecisionModel } from './model.ts'
import type { ReportProblem } from './problems.ts'

const deepest = 20

type Graph = Pick<DecisionModel, 'decisions' | 'inputs' | 'knowledge' | 'services'>

function requirementsOf(id: string, { decisions, knowledge }: Graph): readonly string[] {
  const decision = decisions.get(id)
  if (decision) return [...decision.requiredDecisions, ...decision.requiredInputs, ...decision.requiredKnowledge]
  return knowledge.get(id)?.requiredKnowledge ?? []
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
      if (!known(next)) {
        report(id, 'dmn.dangling_ref', {
          zh: `「${id}」引用了不存在的「${next.slice(0, 100)}」。`,
          en: `Expected "${id}" to refer to something that exists, but "${next.slice(0, 100)}" does not.`,
        })
      } else if (open.has(next)) {
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

  for (const id of [...graph.decisions.keys(), ...graph.knowledge.keys()]) {
    if (depthOf(id) <= deepest || reported.has('depth')) continue
    reported.add('depth')
    report(id, 'dmn.depth', {
      zh: `决策的依赖层次超过 ${deepest} 层。`,
      en: `Expected at most ${deepest} levels of requirements, but "${id}" has more.`,
    })
  }
}
