import type { ParsedNode, ParsedProcess } from './definition.ts'

/** Processes of a file by whose call a loop never waits: those in which nothing does, and whether they compute. */
export type QuickProcesses = ReadonlyMap<string, { computes: boolean }>

const passing =
  /^(?:(?:none|message|signal|escalation|link|multiple)ThrowEvent|linkCatchEvent|task|manualTask|scriptTask|businessRuleTask|sendTask)$/

const computing = ({ kind }: ParsedNode) => kind === 'scriptTask' || kind === 'businessRuleTask'

const calledBy = ({ call }: ParsedNode) => (call && 'text' in call.processId ? call.processId.text : null)

/** Whether a node lets a token pass at once, whatever the data say; of a scope everything inside. */
export function passes(node: ParsedNode, process: ParsedProcess, quick: QuickProcesses): boolean {
  if (node.job || node.listeners) return false
  if (node.bpmnType.endsWith('Gateway')) return !/^(?:eventBased|complex)Gateway$/.test(node.bpmnType)
  if (node.kind === 'callActivity') return !node.multiInstance && quick.has(calledBy(node) ?? '')
  if (node.kind === 'subProcess') return !node.multiInstance && insideOf(node, process).every(isQuick(process, quick))
  return passing.test(node.kind)
}

const insideOf = (node: ParsedNode, process: ParsedProcess) =>
  process.nodes.filter(({ parentId }) => parentId === node.id)

/** The same for a run of a scope from its start to its end. */
const isQuick = (process: ParsedProcess, quick: QuickProcesses) => (node: ParsedNode) =>
  /^(?:start|end)Event$/.test(node.bpmnType) ? !node.job && !node.listeners : passes(node, process, quick)

/** Names of the variables that a computing node changes; null when they cannot be told. */
function written({ script, decision, outputs, data }: ParsedNode): string[] | null {
  const result = script?.resultVariable ?? decision?.resultVariable ?? null
  if (data && data.outputs.length > 0) return null
  if (outputs.length > 0) return outputs.map(({ target }) => target.split('.')[0] ?? '')
  return result === null ? null : [result]
}

/** Whether a loop over a node may come to its end, because the node changes what one of these conditions reads. */
export function mayChange(
  node: ParsedNode,
  conditions: readonly string[],
  process: ParsedProcess,
  quick: QuickProcesses,
): boolean {
  if (!computes(node, process, quick)) return false
  const names = computing(node) ? written(node) : null
  const reads = (condition: string, name: string) =>
    condition.split(/[^\p{L}\p{N}_]+/u).includes(name.split(/\s/)[0] ?? '')
  return names === null || names.some((name) => conditions.some((condition) => reads(condition, name)))
}

/** Whether a node changes data as it passes. */
export function computes(node: ParsedNode, process: ParsedProcess, quick: QuickProcesses): boolean {
  if (node.kind === 'callActivity') return quick.get(calledBy(node) ?? '')?.computes ?? false
  return computing(node) || insideOf(node, process).some((inner) => computes(inner, process, quick))
}

/** Finds the processes of a file in which nothing ever waits, also by what they call. */
export function quickProcesses(processes: readonly ParsedProcess[]): QuickProcesses {
  const quick = new Map<string, { computes: boolean }>()
  for (let found = true; found;) {
    found = false
    for (const process of processes) {
      if (quick.has(process.id) || !process.nodes.every(isQuick(process, quick))) continue
      quick.set(process.id, { computes: process.nodes.some((node) => computes(node, process, quick)) })
      found = true
    }
  }
  return quick
}
