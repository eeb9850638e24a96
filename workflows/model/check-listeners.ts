import { asksByRules } from './approval.ts'
import type { ParsedNode, ParsedProcess } from './definition.ts'
import type { Graph } from './graph.ts'
import type { Problem } from './problem.ts'
import { problem } from './problems.ts'

/** What an event has begun already, as in Camunda 8: who is to be asked before stands around it. */
const begunAlready = /^(?:start|boundary)Event$/
/** What ends something instead of being done. */
const ending = /^(?:error|cancel|terminate)$/

/** Nobody is asked before it begins. */
const neverBegins = ({ bpmnType }: ParsedNode) => begunAlready.test(bpmnType)

/** Nobody is asked after it is done. */
const neverDone = ({ bpmnType, kind, triggers }: ParsedNode) =>
  bpmnType === 'eventBasedGateway' ||
  (bpmnType === 'endEvent' && kind !== 'terminateEndEvent' && triggers.some(({ kind: each }) => ending.test(each)))

/** Nobody is asked at all: Camunda 8 does not know it, or it is only the mark of a handler. */
const neverAsks = ({ bpmnType, kind }: ParsedNode) =>
  bpmnType === 'complexGateway' || kind === 'compensateBoundaryEvent'

const never = { start: neverBegins, end: neverDone }

const isNameless = (type: { text?: string; expression?: string }) => type.text?.trim() === ''

const nameOf = ({ id, name }: { id: string; name: string }) => (name === '' ? { id } : { id, name })

/** Listeners stand where somebody can be asked before an element begins or after it is done, and say whom. */
export const checkListeners = ({ nodes }: Graph, process: ParsedProcess): Problem[] => [
  ...(process.listeners ?? [])
    .filter(({ type }) => isNameless(type))
    .map(({ on }) => problem('bpmn.missing', nameOf(process), `zeebe:executionListener eventType="${on}" type`)),
  ...nodes.flatMap((node) => [
    ...(node.listeners ?? []).flatMap(({ on, type }) => {
      const what = `zeebe:executionListener eventType="${on}"`
      if (isNameless(type)) return [problem('bpmn.missing', nameOf(node), `${what} type`)]
      return never[on](node) || neverAsks(node) ? [problem('bpmn.not_executable', nameOf(node), what)] : []
    }),
    ...(node.taskListeners ?? []).flatMap(({ on, type }) => {
      const what = `zeebe:taskListener eventType="${on}"`
      if (isNameless(type)) return [problem('bpmn.missing', nameOf(node), `${what} type`)]
      // What people may do at an approval its own rules say.
      return asksByRules(node.policy) ? [problem('bpmn.not_executable', nameOf(node), what)] : []
    }),
  ]),
]
