import * as elements from 'bpmn-elements'
import { ratesOf, rowOf } from './measure.ts'
import type { Group } from './measure.ts'

/** As much of the peer as is used here; its own types ask for a serializer that is not installed. */
interface Peer {
  Context(definition: object, environment: object): object
  Environment: new (options: object) => object
  Definition: new (context: object) => {
    run(ended: (error?: Error) => void): void
    signal(message: { id: string }): void
  }
}

const peer = elements as unknown as Peer & Record<string, unknown>

const node = (id: string, kind: string, behaviour: object = {}) => ({
  id,
  type: `bpmn:${kind}`,
  name: id,
  parent: { id: 'reference', type: 'bpmn:Process' },
  behaviour: { $type: `bpmn:${kind}`, ...behaviour },
  Behaviour: peer[kind],
})

const flow = (id: string, sourceId: string, targetId: string, behaviour: object = {}, isDefault = false) => ({
  ...node(id, 'SequenceFlow', behaviour),
  sourceId,
  targetId,
  isDefault,
})

type Done = (error: null, result: unknown) => void

/** Workers of the peer are constructed. */
function Refund() {
  return { execute: (_message: unknown, done: Done) => done(null, true) }
}

type Part = ReturnType<typeof node>

/** A process in the peer's own form. */
function contextOf(activities: readonly Part[], flows: readonly ReturnType<typeof flow>[]) {
  const process = {
    ...node('reference', 'Process', { isExecutable: true }),
    parent: { id: 'd', type: 'bpmn:Definitions' },
  }
  const none = () => []
  return {
    id: 'd',
    type: 'bpmn:Definitions',
    name: 'd',
    getActivities: (scope?: string) => (scope === undefined || scope === 'reference' ? activities : []),
    getActivityById: (id: string) => activities.find((activity) => activity.id === id),
    getSequenceFlows: () => flows,
    getSequenceFlowById: (id: string) => flows.find((candidate) => candidate.id === id),
    getInboundSequenceFlows: (id: string) => flows.filter(({ targetId }) => targetId === id),
    getOutboundSequenceFlows: (id: string) => flows.filter(({ sourceId }) => sourceId === id),
    getProcesses: () => [process],
    getExecutableProcesses: () => [process],
    getProcessById: () => process,
    getAssociations: none,
    getInboundAssociations: none,
    getOutboundAssociations: none,
    getMessageFlows: none,
    getDataObjectById: () => undefined,
    getDataStoreById: () => undefined,
    getDataStoreReferenceById: () => undefined,
  }
}

/** The reference process. */
function referenceContext() {
  const isLarge = { conditionExpression: { body: '${environment.variables.large}' } }
  return contextOf(
    [
      node('start', 'StartEvent'),
      node('fee', 'ScriptTask', { scriptFormat: 'js', script: 'fee' }),
      node('large', 'ExclusiveGateway'),
      node('approve', 'UserTask'),
      node('refund', 'ServiceTask', { Service: Refund }),
      node('end', 'EndEvent'),
      node('small', 'EndEvent'),
    ],
    [
      flow('a', 'start', 'fee'),
      flow('b', 'fee', 'large'),
      flow('c', 'large', 'approve', isLarge),
      flow('no', 'large', 'small', {}, true),
      flow('d', 'approve', 'refund'),
      flow('e', 'refund', 'end'),
    ],
  )
}

/** A fork of five tasks and their join. */
function forkContext() {
  const tasks = ['t1', 't2', 't3', 't4', 't5']
  return contextOf(
    [
      node('start', 'StartEvent'),
      node('fork', 'ParallelGateway'),
      ...tasks.map((id) => node(id, 'Task')),
      node('join', 'ParallelGateway'),
      node('end', 'EndEvent'),
    ],
    [
      flow('in', 'start', 'fork'),
      ...tasks.flatMap((id) => [flow(`to-${id}`, 'fork', id), flow(`from-${id}`, id, 'join')]),
      flow('out', 'join', 'end'),
    ],
  )
}

const script = { execute: (_scope: unknown, done: Done) => done(null, 12) }
const quiet = () => ({ debug() {}, info() {}, warn() {}, error() {} })

/** One instance from start to end; a user task is completed as soon as it waits. */
function once(context: object, userTask: string | null): void {
  const environment = new peer.Environment({
    scripts: { register() {}, getScript: (language: string) => (language === 'js' ? script : undefined) },
    variables: { large: true, amount: 120 },
    Logger: quiet,
  })
  const definition = new peer.Definition(peer.Context(context, environment))
  let ended = false
  definition.run((error) => {
    if (error) throw error
    ended = true
  })
  if (userTask !== null) definition.signal({ id: userTask })
  if (!ended) throw new Error('the peer did not end')
}

/** bpmn-elements on the same processes in the same run: from machine to machine only the ratio means something. */
export const peerRows: Group = {
  rows: ['peer.bpmnElements.inMemory', 'peer.bpmnElements.forkJoin5'],
  measure(extent) {
    const [reference, fork] = [referenceContext(), forkContext()]
    return [
      rowOf(
        'peer.bpmnElements.inMemory',
        'per second',
        ratesOf(() => once(reference, 'approve'), extent),
      ),
      rowOf(
        'peer.bpmnElements.forkJoin5',
        'per second',
        ratesOf(() => once(fork, null), extent),
      ),
    ]
  },
}
