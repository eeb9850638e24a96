import { describe, expect, it } from 'vitest'
import { createBoundedMap } from '../../../workflows/runtime/bounded-map.ts'
import { runtimeCollections } from '../../../workflows/runtime/documents.ts'
import { createMemoryStore } from '../../../workflows/runtime/memory-store.ts'
import type { Store } from '../../../workflows/runtime/ports.ts'
import { bpmnXml, scriptTask, serviceTask, timerCatch, userTask } from '../../support/bpmn-xml.ts'
import { codeOf, testRuntime, valueOf } from '../../support/test-runtime.ts'

const content = bpmnXml(
  'one-task',
  ['<startEvent id="start"/>', userTask('review', 'li'), '<endEvent id="end"/>'],
  ['start -> review', 'review -> end'],
)

/** A store on which another server is faster so many times. */
function contended(times: number): Store {
  const store = createMemoryStore(runtimeCollections)
  let left = times
  return {
    ...store,
    commit: async (commit) => {
      const isChange = commit.aggregate.collection === 'instances' && commit.aggregate.expectedVersion > 0
      if (!isChange || left === 0) return store.commit(commit)
      left -= 1
      return { ok: false, reason: 'conflict' }
    },
  }
}

async function completing(conflicts: number) {
  const pauses: number[] = []
  const { runtime, log } = testRuntime({
    store: contended(conflicts),
    jitter: () => 0.5,
    scheduler: {
      after(milliseconds, run) {
        pauses.push(milliseconds)
        run()
        return { cancel() {} }
      },
    },
  })
  valueOf(await runtime.publish([{ kind: 'process', content }], 'admin'))
  const request = { processId: 'one-task', variables: {}, businessKey: null, initiator: 'li' }
  const { processInstanceId } = valueOf(await runtime.start(request))
  const [opened] = (await runtime.history(processInstanceId)).filter(({ type }) => type === 'taskOpened')
  const key = opened && 'key' in opened ? opened.key : 0
  const code = codeOf(await runtime.completeTask(`${processInstanceId}:${key}`, 'li', {}))
  return { code, pauses, log }
}

describe('a command that meets another writer of its instance', () => {
  it('steps aside, longer each time, and is carried out in the end', async () => {
    const { code, pauses } = await completing(3)

    expect(code).toBe('ok')
    expect(pauses).toEqual([5, 10, 20])
  })

  it('is refused after five attempts', async () => {
    const { code, pauses } = await completing(5)

    expect(code).toBe('instance.busy')
    expect(pauses).toHaveLength(5)
  })
})

describe('a timer', () => {
  it('whose instance is busy when it is due fires later', async () => {
    const test = testRuntime({ store: contended(5) })
    const waiting = bpmnXml(
      'waiting',
      ['<startEvent id="start"/>', timerCatch('pause', 'PT1H'), '<endEvent id="end"/>'],
      ['start -> pause', 'pause -> end'],
    )
    valueOf(await test.runtime.publish([{ kind: 'process', content: waiting }], 'admin'))
    const request = { processId: 'waiting', variables: {}, businessKey: null, initiator: 'li' }
    const { processInstanceId } = valueOf(await test.runtime.start(request))

    test.advance(3_600_000)
    await test.runtime.settle()
    await test.runtime.settle()

    expect((await test.runtime.instance(processInstanceId))?.state).toBe('completed')
  })
})

describe('work that a commit was to make', () => {
  it('leaves its hand free for other work when the commit does not come to be', async () => {
    const test = testRuntime({ store: contended(5), alone: true, jobConcurrency: 1 })
    const paying = bpmnXml(
      'paying',
      ['<startEvent id="start"/>', userTask('review', 'li'), serviceTask('pay', 'pay'), '<endEvent id="end"/>'],
      ['start -> review', 'review -> pay', 'pay -> end'],
    )
    valueOf(await test.runtime.publish([{ kind: 'process', content: paying }], 'admin'))
    test.runtime.registerWorker('pay', async () => ({ kind: 'complete' }))
    test.runtime.run()
    const started = async () => {
      const request = { processId: 'paying', variables: {}, businessKey: null, initiator: 'li' }
      const { processInstanceId } = valueOf(await test.runtime.start(request))
      const filter = { processInstanceId }
      const [task] = (await test.store.find<{ taskId: string }>('tasks', { filter, limit: 1 })).items
      return { processInstanceId, taskId: task?.data.taskId ?? '' }
    }
    const [busy, other] = [await started(), await started()]

    expect(codeOf(await test.runtime.completeTask(busy.taskId, 'li', {}))).toBe('instance.busy')
    expect(codeOf(await test.runtime.completeTask(other.taskId, 'li', {}))).toBe('ok')
    await test.runtime.stop()
    await test.runtime.settle()

    expect((await test.runtime.instance(other.processInstanceId))?.state).toBe('completed')
  })
})

describe('a history that grows without measure', () => {
  it('is told when it has ten thousand events', async () => {
    const repeated =
      '<multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics inputCollection="=for i in 1..1000 return i"/></extensionElements></multiInstanceLoopCharacteristics>'
    const names = ['a', 'b', 'c', 'd']
    const inside = names.map((name) => scriptTask(name, '1', name)).join('')
    const flows = names
      .slice(1)
      .map((name, index) => `<sequenceFlow id="in-${name}" sourceRef="${names[index]}" targetRef="${name}"/>`)
    const long = bpmnXml(
      'long',
      [
        '<startEvent id="start"/>',
        `<subProcess id="each">${repeated}${inside}${flows.join('')}</subProcess>`,
        userTask('wait', 'li'),
        '<endEvent id="end"/>',
      ],
      ['start -> each', 'each -> wait', 'wait -> end'],
    )
    const { runtime, log } = testRuntime()
    valueOf(await runtime.publish([{ kind: 'process', content: long }], 'admin'))
    const request = { processId: 'long', variables: {}, businessKey: null, initiator: 'li' }

    const { processInstanceId } = valueOf(await runtime.start(request))

    expect((await runtime.instance(processInstanceId))?.lastEvent).toBeGreaterThan(10_000)
    expect(log.lines.map(({ event }) => event)).toContain('instance.many_events')
  })
})

describe('a bounded map', () => {
  it('keeps what came last, and tells what it lets go', () => {
    const gone: string[] = []
    const map = createBoundedMap<number>(2, (key) => gone.push(key))

    map.set('a', 1)
    map.set('b', 2)
    map.set('c', 3)

    expect([map.has('a'), map.get('b'), map.get('c')]).toEqual([false, 2, 3])
    expect(gone).toEqual(['a'])
  })
})
