import { compileProcess } from '../../workflows/engine/compile.ts'
import type { Command } from '../../workflows/engine/commands.ts'
import type { ProcessInstance } from '../../workflows/engine/instance.ts'
import { step } from '../../workflows/engine/step.ts'
import { compileExpression } from '../../workflows/expressions/compile.ts'
import type { ParsedProcess } from '../../workflows/model/definition.ts'
import type { JsonObject } from '../../workflows/model/json.ts'
import { aHost } from '../support/drive.ts'
import { process } from '../support/process-builder.ts'
import { perSecond } from './measure.ts'
import type { Row } from './measure.ts'
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

/** Figures of the engine alone, in memory. */
export function engineRows(): Row[] {
  const reference = runner(referenceProcess(), () => ({ amount: 120 }))
  const forkJoin = runner(forkOfFive(), () => ({}))
  const multi = runner(eachItem(), () => ({ items }))
  const waiting = reference.start().instance
  const parsed = referenceProcess()
  const compiled = compileExpression('amount > 100 and tier = "gold"')
  if (!compiled.ok) throw new Error('the condition does not compile')
  const values: JsonObject = { amount: 120, tier: 'gold' }
  const scope = { get: (name: string) => values[name], now, timeZone: 'UTC' }
  const rate = (name: string, once: () => void, goal?: number): Row => ({
    name,
    value: perSecond(once),
    unit: 'per second',
    ...(goal === undefined ? {} : { goal: { at: 'least', value: goal } }),
  })
  return [
    rate('engine.inMemory', reference.finish, 150_000),
    {
      name: 'engine.stateBytesAtWait',
      value: JSON.stringify(waiting).length - JSON.stringify(waiting.variables).length,
      unit: 'bytes',
      goal: { at: 'most', value: 410 },
    },
    rate('engine.definition.compile', () => void compileProcess(parsed)),
    rate('engine.multiInstance100', multi.finish, 4000),
    rate('engine.forkJoin5', forkJoin.finish, 100_000),
    {
      name: 'feel.condition',
      value: 1_000_000 / perSecond(() => void compiled.expression.evaluate(scope)),
      unit: 'microseconds',
      goal: { at: 'most', value: 0.2 },
    },
  ]
}
