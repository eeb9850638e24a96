import type { ParsedNode, ParsedProcess } from '../../workflows/model/definition.ts'
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
      publicStep: node.publicStep ?? null,
      buttons: new Map(
        (node.policy?.actions ?? []).flatMap(({ value, label }) => (value && label ? [[value, label] as const] : [])),
      ),
      claimable: (node.policy?.approval?.mode ?? 'any') === 'any',
      approval: approvalOf(node),
      returns: node.policy?.return ?? null,
      chosenFrom: chosenFrom(node),
      next: [...inner.map(({ id }) => id), ...following],
    })
  }
  const start = process.nodes.find(
    ({ parentId, incoming, attachedTo }) => parentId === null && incoming.length === 0 && !attachedTo,
  )
  return { startId: start?.id ?? '', nodes }
}

/** How many must agree; a step that names no mode needs one. */
function approvalOf({ policy }: ParsedNode): OutlineNode['approval'] {
  if (!policy?.approval && !policy?.actions) return null
  return { mode: policy.approval?.mode ?? 'any', threshold: policy.approval?.threshold ?? null }
}

function chosenFrom({ policy }: ParsedNode): string[] | null {
  const chosen = policy?.participants?.list.filter(({ kind }) => kind === 'chosenByPrevious') ?? []
  return chosen.length === 0 ? null : chosen.flatMap(({ value = '' }) => value.split(/\s+/).filter(Boolean))
}

/** Work of people that may come next, without work of people between. */
export function followingTasks({ nodes }: Pick<Outline, 'nodes'>, elementId: string): OutlineNode[] {
  const found: OutlineNode[] = []
  const seen = new Set([elementId])
  const open = [...(nodes.get(elementId)?.next ?? [])]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = nodes.get(id)
    if (!node || seen.has(id)) continue
    seen.add(id)
    if (node.kind === 'userTask') found.push(node)
    else open.push(...node.next)
  }
  return found
}
