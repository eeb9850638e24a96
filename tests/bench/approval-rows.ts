import { actOnTask } from '../../workflows/engine/approval/act.ts'
import type { Command } from '../../workflows/engine/commands.ts'
import type { CompiledProcess } from '../../workflows/engine/compiled.ts'
import type { Host } from '../../workflows/engine/host.ts'
import type { ProcessInstance } from '../../workflows/engine/instance.ts'
import { step } from '../../workflows/engine/step.ts'
import type { JsonObject } from '../../workflows/model/json.ts'
import { createCalendars } from '../../workflows/runtime/calendars.ts'
import { actions, aStep, participants, user } from '../support/approval-step.ts'
import { diagram, end, start, type NodeSpec } from '../support/diagram.ts'
import { aDirectory } from '../support/directory.ts'
import { most, ratesOf, rowOf } from './measure.ts'
import type { Extent, Group } from './measure.ts'

const now = '2026-03-02T01:00:00.000Z'
const order: JsonObject = {
  orderNo: 'SO-1',
  amount: 62_000,
  currency: 'CNY',
  reason: 'late',
  lines: [{ id: 1, qty: 2 }],
}

const microseconds = (work: () => void, extent: Extent) => ratesOf(work, extent).map((rate) => 1_000_000 / rate)

/** One person's answer to a step of two, with fields, comment and the binding to what he saw; the rules alone. */
function decide(extent: Extent): number[] {
  const { context, task } = aStep({
    participants: participants([user('wang'), user('zhao')]),
    approval: { mode: 'all', rejectAt: 'first' },
    actions: actions('approve', 'reject!', 'return'),
    fields: { default: 'readonly', fields: [{ path: 'fee', access: 'required' }] },
    variables: order,
  })
  let fee = 0
  return microseconds(() => {
    fee += 1
    const act = { by: 'wang', action: 'approve', comment: '同意', variables: { fee } }
    if (!actOnTask(task, context, act).ok) throw new Error('it was refused')
  }, extent)
}

const people = Object.fromEntries(
  ['li', ...Array.from({ length: 1000 }, (_, index) => `user-${index}`)].map((id) => [id, {}]),
)
const host: Host = {
  people: aDirectory(people),
  calendars: createCalendars({}, 'Asia/Shanghai'),
  evaluateDecision: () => ({ ok: false, code: 'none', message: { zh: '', en: '' } }),
  timeZone: 'Asia/Shanghai',
}

function must(definition: CompiledProcess, instance: ProcessInstance | null, command: Command) {
  const result = step(definition, instance, command, host)
  if (!result.ok) throw new Error(result.refusal.code)
  return result
}

const begin = (definition: CompiledProcess) =>
  must(definition, null, {
    type: 'start',
    now,
    processInstanceId: 'i',
    definitionVersion: 1,
    pinned: { decisions: {}, forms: {} },
    businessKey: null,
    initiator: 'li',
    variables: { ...order },
    startElementId: null,
    parent: null,
  }).instance

/** The step of the engine that sends a case back over fifty nodes; the copy that it works on is not counted. */
function returnOverFifty(extent: Extent): number[] {
  const between = Array.from({ length: 50 }, (_, index) => `n${index}`)
  const nodes: Record<string, NodeSpec> = {
    start,
    apply: { kind: 'userTask', policy: { participants: participants([{ kind: 'initiator' }]) } },
  }
  for (const id of between) nodes[id] = { kind: 'noneThrowEvent' }
  nodes['approve'] = {
    kind: 'userTask',
    policy: {
      participants: participants([user('user-1')]),
      actions: actions('approve', 'return'),
      return: { to: 'initiator', elements: [] },
    },
  }
  nodes['end'] = end
  const definition = diagram(nodes, [['start', 'apply', ...between, 'approve', 'end'].join(' -> ')])
  const instance = begin(definition)
  must(definition, instance, {
    type: 'completeTask',
    now,
    elementInstanceKey: instance.elements[0]!.key,
    by: 'li',
    variables: {},
  })
  const stored = JSON.stringify(instance)
  const elementInstanceKey = instance.elements[0]!.key
  const copy = () => JSON.parse(stored) as ProcessInstance
  const back = () => must(definition, copy(), { type: 'act', now, elementInstanceKey, by: 'user-1', action: 'return' })
  const [copying = 0] = microseconds(() => void copy(), { ...extent, trials: 1 })
  return microseconds(() => void back(), extent).map((value) => Math.max(0, value - copying))
}

/** Microseconds for each item when so many sign: the step opens, and each of them answers. */
function perItem(count: number): number {
  const approve: NodeSpec = {
    kind: 'userTask',
    policy: {
      participants: participants(Array.from({ length: count }, (_, index) => user(`user-${index}`))),
      approval: { mode: 'all', rejectAt: 'first' },
    },
  }
  const definition = diagram({ start, approve, end }, ['start -> approve -> end'])
  const began = performance.now()
  const instance = begin(definition)
  const elementInstanceKey = instance.elements[0]!.key
  for (let index = 0; index < count; index++)
    must(definition, instance, { type: 'act', now, elementInstanceKey, by: `user-${index}`, action: 'approve' })
  if (instance.state !== 'completed') throw new Error('it is not decided')
  return ((performance.now() - began) * 1000) / count
}

/** Approvals: what the rules cost, a return over many nodes, and a step with very many signers. */
export const approvalRows: Group = {
  rows: ['approval.decide', 'approval.return50', 'approval.items100', 'approval.items1000'],
  measure(extent) {
    const trials = <T>(once: () => T) => Array.from({ length: extent.trials }, once)
    perItem(100)
    return [
      rowOf('approval.decide', 'microseconds', decide(extent), most(20)),
      rowOf('approval.return50', 'microseconds', returnOverFifty(extent), most(200)),
      rowOf(
        'approval.items100',
        'microseconds',
        trials(() => perItem(100)),
      ),
      rowOf(
        'approval.items1000',
        'microseconds',
        trials(() => perItem(1000)),
      ),
    ]
  },
}
