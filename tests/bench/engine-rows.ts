import { compileProcess } from '../../workflows/engine/compile.ts'
import type { Command } from '../../workflows/engine/commands.ts'
import type { ProcessInstance } from '../../workflows/engine/instance.ts'
import { step } from '../../workflows/engine/step.ts'
import type { ParsedProcess } from '../../workflows/model/definition.ts'
import type { JsonObject } from '../../workflows/model/json.ts'
import { aHost } from '../support/drive.ts'
import { process } from '../support/process-builder.ts'
import { least, most, ratesOf, rowOf } from './measure.ts'
import type { Group, Row } from './measure.ts'
import { referenceProcess } from './reference-process.ts'

const now = '2026-03-02T01:00:00.000Z'
const host = aHost()

/** Runs an instance to its end: completes each task and job as soon as it is asked for. */
function runner(parsed: ParsedProcess, variables: () => JsonObject) {
  const definition = compileProcess(parsed)
  let id = 0
  const must = (instance: ProcessInstance | null, command: Command) => {
    const result = step(definition, instance, command, host)
    if (!result.ok) throw new Error(result.refusal.code)
    return result
  }
  const start = () =>
    must(null, {
      type: 'start',
      now,
      processInstanceId: `pi-${++id}`,
      definitionVersion: 1,
      pinned: { decisions: {}, forms: {} },
      businessKey: null,
      initiator: 'li',
      variables: variables(),
      startElementId: null,
      parent: null,
    })
  const finish = () => {
    let result = start()
    const { instance } = result
    const waiting = [...result.requests]
    for (let request = waiting.pop(); request; request = waiting.pop()) {
      if (request.type === 'openTask')
        result = must(instance, {
          type: 'completeTask',
          now,
          elementInstanceKey: request.elementInstanceKey,
          by: 'wang',
          variables: { approved: true },
        })
      else if (request.type === 'createJob')
        result = must(instance, { type: 'completeJob', now, jobId: request.jobId, variables: { done: true } })
      else continue
      waiting.push(...result.requests)
    }
    if (instance.state !== 'completed') throw new Error(`ended ${instance.state}`)
  }
  return { start, finish }
}

const items = Array.from({ length: 100 }, (_, index) => ({ sku: `SKU-${index}`, quantity: index }))

function forkOfFive(): ParsedProcess {
  const builder = process('fork').start().parallelGateway('fork').task('t1').parallelGateway('join').end()
  for (const id of ['t2', 't3', 't4', 't5']) builder.at('fork').task(id).to('join')
  return builder.build()
}

const eachItem = () =>
  process('multi')
    .start()
    .scriptTask('each', '=item.quantity * 2', 'doubled')
    .forEach('=items', { outputCollection: 'all', outputElement: 'doubled' })
    .end()
    .build()

/** Bytes of an instance at its user task besides its variables. */
function stateBytes(): number {
  const { instance } = referenceRunner().start()
  return JSON.stringify(instance).length - JSON.stringify(instance.variables).length
}

/** The reference process, ready to be started. */
export const referenceRunner = () => runner(referenceProcess(), () => ({ amount: 120 }))

/** Figures of the engine alone, in memory. */
export const engineRows: Group = {
  rows: [
    'engine.inMemory',
    'engine.stateBytesAtWait',
    'engine.definition.compile',
    'engine.multiInstance100',
    'engine.forkJoin5',
  ],
  measure(extent) {
    const parsed = referenceProcess()
    const rate = (name: string, once: () => void, goal?: number): Row =>
      rowOf(name, 'per second', ratesOf(once, extent), goal === undefined ? undefined : least(goal))
    return [
      rate('engine.inMemory', referenceRunner().finish, 150_000),
      rowOf('engine.stateBytesAtWait', 'bytes', [stateBytes()], most(410)),
      rate('engine.definition.compile', () => void compileProcess(parsed)),
      rate('engine.multiInstance100', runner(eachItem(), () => ({ items })).finish, 4000),
      rate('engine.forkJoin5', runner(forkOfFive(), () => ({})).finish, 100_000),
    ]
  },
}
