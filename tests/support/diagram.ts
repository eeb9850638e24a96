import { compileProcess } from '../../workflows/engine/compile.ts'
import type { ParsedFlow, ParsedNode, ParsedProcess } from '../../workflows/model/definition.ts'
import type { WithdrawPolicy } from '../../workflows/model/approval.ts'

export type NodeSpec = Partial<ParsedNode> & Pick<ParsedNode, 'kind'>

const bpmnTypes: Record<string, string> = {
  noneStartEvent: 'startEvent',
  noneEndEvent: 'endEvent',
  timerBoundaryEvent: 'boundaryEvent',
}

/** Arrows as they are drawn: `start -> apply -> approve`, with a condition `approve -> end [approve.outcome = "x"]`. */
function flowsOf(lines: readonly string[]): ParsedFlow[] {
  return lines.flatMap((line) => {
    const condition = /\[(.*)\]$/.exec(line)?.[1] ?? null
    const ids = line
      .replace(/\[.*\]$/, '')
      .split('->')
      .map((id) => id.trim())
    return ids.slice(1).map((to, index) => {
      const from = ids[index]!
      return { id: `${from}-${to}`, name: '', from, to, condition: index === ids.length - 2 ? condition : null }
    })
  })
}

/** A process for engine tests, drawn in a few lines; nodes are named by their ids. */
export function parsedDiagram(
  nodes: Record<string, NodeSpec>,
  lines: readonly string[],
  more: { withdraw?: WithdrawPolicy } = {},
): ParsedProcess {
  const flows = flowsOf(lines)
  return {
    id: 'p',
    name: 'p',
    executable: true,
    flows,
    unsupported: [],
    ...more,
    nodes: Object.entries(nodes).map(([id, spec]) => ({
      id,
      name: id,
      bpmnType: bpmnTypes[spec.kind] ?? spec.kind,
      parentId: null,
      incoming: flows.filter((flow) => flow.to === id).map((flow) => flow.id),
      outgoing: flows.filter((flow) => flow.from === id).map((flow) => flow.id),
      defaultFlow: null,
      lane: null,
      inputs: [],
      outputs: [],
      unsupported: [],
      triggers: [],
      ...spec,
    })),
  }
}

/** The same made ready to run. */
export const diagram = (...drawn: Parameters<typeof parsedDiagram>) => compileProcess(parsedDiagram(...drawn))

export const start: NodeSpec = { kind: 'noneStartEvent' }
export const end: NodeSpec = { kind: 'noneEndEvent' }
export const parallel: NodeSpec = { kind: 'parallelGateway' }
export const service = (type: string, more: Partial<ParsedNode> = {}): NodeSpec => ({
  kind: 'serviceTask',
  job: { type: { text: type }, retries: { text: '3' }, headers: {} },
  ...more,
})
