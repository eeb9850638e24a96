import { describe, expect, it } from 'vitest'
import { createBoundedMap } from '../../../workflows/runtime/bounded-map.ts'
import { runtimeCollections } from '../../../workflows/runtime/documents.ts'
import { createMemoryStore } from '../../../workflows/runtime/memory-store.ts'
import type { Store } from '../../../workflows/runtime/ports.ts'
import { bpmnXml, userTask } from '../../support/bpmn-xml.ts'
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
