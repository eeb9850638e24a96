import type { CompiledNode, CompiledTrigger } from '../engine/compiled.ts'
import { mayStart } from '../engine/process.ts'

type StartTrigger = Extract<CompiledTrigger, { kind: 'message' | 'signal' }>

/** Messages and signals whose arrival starts an instance at this element; the host waits for them. */
export const startTriggers = (node: CompiledNode): StartTrigger[] =>
  mayStart(node)
    ? node.triggers.filter((one): one is StartTrigger => one.kind === 'message' || one.kind === 'signal')
    : []
