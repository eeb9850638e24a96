import type { CompiledNode } from './compiled.ts'

const compensates = ({ triggers: [first] }: CompiledNode) => first?.kind === 'compensate'

/** Marks what can be undone: activities with a handler, and scopes in which there is one (BPMN 13.5.5). */
export function markUndo(nodes: readonly CompiledNode[], root: CompiledNode): void {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  for (const { kind, attachedTo, parsed } of nodes) {
    const handler = kind === 'compensateBoundaryEvent' ? byId.get(parsed.handlers?.[0] ?? '') : undefined
    if (attachedTo && handler) attachedTo.undo = { handler, event: null }
  }
  for (const scope of [root, ...nodes]) {
    const event = scope.listeners.find(compensates)
    if (event) scope.undo ??= { handler: null, event }
  }
  for (const node of nodes) {
    if (!node.undo || node.parsed.forCompensation) continue
    for (let around = node.parent; around && !around.undo; around = around.parent)
      around.undo = { handler: null, event: null }
  }
}
