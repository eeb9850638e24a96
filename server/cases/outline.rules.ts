import type { ParsedProcess } from '../../workflows/model/definition.ts'
import type { Outline, OutlineNode } from './step-log.rules.ts'

/** What the views of a case need of a diagram: names, kinds, public steps and what follows what. */
export function outlineOf(process: ParsedProcess): Outline {
  const targets = new Map(process.flows.map((flow) => [flow.id, flow.to]))
  const nodes = new Map<string, OutlineNode>()
  for (const node of process.nodes) {
    const inner = process.nodes.filter(
      ({ parentId, incoming, attachedTo }) => parentId === node.id && incoming.length === 0 && !attachedTo,
    )
    const following = node.outgoing.map((flow) => targets.get(flow)).filter((id) => id !== undefined)
    nodes.set(node.id, {
      id: node.id,
      name: node.name,
      kind: node.bpmnType,
      publicStep: node.publicStep ?? node.policy?.publicStep ?? null,
      buttons: new Map(
        (node.policy?.actions ?? []).flatMap(({ value, label }) => (value && label ? [[value, label] as const] : [])),
      ),
      claimable: (node.policy?.approval?.mode ?? 'any') === 'any',
      next: [...inner.map(({ id }) => id), ...following],
    })
  }
  const start = process.nodes.find(
    ({ parentId, incoming, attachedTo }) => parentId === null && incoming.length === 0 && !attachedTo,
  )
  return { startId: start?.id ?? '', nodes }
}
