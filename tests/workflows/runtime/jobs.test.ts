import { describe, expect, it } from 'vitest'
import { jobFollowUp, runtimeCollections } from '../../../workflows/runtime/documents.ts'
import type { IncidentDocument } from '../../../workflows/runtime/documents.ts'
import type { Job, JobDocument, JobOutcome, Resource } from '../../../workflows/runtime/face.ts'
import { createMemoryStore } from '../../../workflows/runtime/memory-store.ts'
import { bpmnXml, serviceTask } from '../../support/bpmn-xml.ts'
import { testRuntime, valueOf } from '../../support/test-runtime.ts'
import type { TestRuntime } from '../../support/test-runtime.ts'

const oneJob = (retries: number): Resource => ({
  kind: 'process',
  content: bpmnXml(
    'p',
    ['<startEvent id="s"/>', serviceTask('pay', 'pay', retries), '<endEvent id="e"/>'],
    ['s -> pay', 'pay -> e'],
  ),
})

async function started(test: TestRuntime, retries = 3): Promise<string> {
  valueOf(await test.runtime.publish([oneJob(retries)], 'admin'))
  const request = { processId: 'p', variables: {}, businessKey: null, initiator: 'li' }
  return valueOf(await test.runtime.start(request)).processInstanceId
}

const stateOf = async (test: TestRuntime, id: string) => (await test.runtime.instance(id))?.state
const onlyJob = async (test: TestRuntime) => (await test.store.find<JobDocument>('jobs', { limit: 1 })).items[0]?.data
const openIncidents = async (test: TestRuntime) =>
  (await test.store.find<IncidentDocument>('incidents', { filter: { state: 'open' }, limit: 10 })).items.map(
    ({ data }) => data,
  )

/** A worker that answers when the test says so. */
function workerByHand() {
  const taken: { job: Job; answer: (outcome: JobOutcome) => void }[] = []
  return {
    taken,
    worker: (job: Job) => new Promise<JobOutcome>((answer) => taken.push({ job, answer })),
  }
}

/** Lets everything that can go on go on, without time passing. */
const breathe = async () => {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve()
}

describe('a job', () => {
  it('waits for a worker of its type', async () => {
    const test = testRuntime()
    const id = await started(test)
    await test.runtime.settle()
    expect(await stateOf(test, id)).toBe('active')

    test.runtime.registerWorker('pay', async () => ({ kind: 'complete' }))
    await test.runtime.settle()

    expect(await stateOf(test, id)).toBe('completed')
  })

  it('is worked on at once while the runtime runs', async () => {
    const test = testRuntime()
    test.runtime.registerWorker('pay', async () => ({ kind: 'complete' }))
    test.runtime.run()

    const id = await started(test)
    await breathe()

    expect(await stateOf(test, id)).toBe('completed')
    await test.runtime.stop()
  })

  it.each([true, false])('is taken in the order of its priority, the oldest first (alone: %s)', async (alone) => {
    const test = testRuntime({ jobConcurrency: 1, alone })
    const priority = (value: string) => `<zeebe:jobPriorityDefinition priority="${value}"/>`
    const task = (more: string) =>
      serviceTask('pay', 'pay').replace('</extensionElements>', `${more}</extensionElements>`)
    const content = bpmnXml(
      'p',
      [
        `<extensionElements>${priority('=usual')}</extensionElements>`,
        '<startEvent id="s"/>',
        task(''),
        '<endEvent id="e"/>',
      ],
      ['s -> pay', 'pay -> e'],
    )
    valueOf(await test.runtime.publish([{ kind: 'process', content }], 'admin'))
    const request = { processId: 'p', businessKey: null, initiator: 'li' }
    for (const usual of [0, -3, 9, 0, 20]) {
      valueOf(await test.runtime.start({ ...request, variables: { usual } }))
      test.advance(1000)
    }

    const order: unknown[] = []
    test.runtime.registerWorker('pay', async ({ variables }) => {
      order.push(variables['usual'])
      return { kind: 'complete' }
    })
    await test.runtime.settle()

    expect(order).toEqual([20, 9, 0, 0, -3])
  })

  it('that found every hand full is taken as soon as one comes free, not at the next look round', async () => {
    const test = testRuntime({ jobConcurrency: 1 })
    const { taken, worker } = workerByHand()
    test.runtime.registerWorker('pay', worker)
    test.runtime.run()
    const first = await started(test)
    const second = await started(test)
    test.advance(0)
    await breathe()
    expect(taken).toHaveLength(1)

    taken[0]?.answer({ kind: 'complete' })
    await breathe()
    test.advance(0)
    await breathe()
    expect(taken).toHaveLength(2)
    taken[1]?.answer({ kind: 'complete' })
    await breathe()

    expect([await stateOf(test, first), await stateOf(test, second)]).toEqual(['completed', 'completed'])
    await test.runtime.stop()
  })

  it('is tried again after a growing pause, with the same key, then raises an incident', async () => {
    const test = testRuntime()
    const tries: { attempt: number; key: string; at: string }[] = []
    test.runtime.registerWorker('pay', async ({ attempt, idempotencyKey }) => {
      tries.push({ attempt, key: idempotencyKey, at: test.now() })
      throw new Error('no answer')
    })
    const id = await started(test)
    await test.runtime.settle()
    expect(tries).toHaveLength(1)

    test.advance(999)
    await test.runtime.settle()
    expect(tries).toHaveLength(1)

    test.advance(1)
    await test.runtime.settle()
    expect(await onlyJob(test)).toMatchObject({ state: 'waiting', attempts: 2, lastError: 'no answer' })

    test.advance(4000)
    await test.runtime.settle()

    expect(tries.map(({ attempt }) => attempt)).toEqual([1, 2, 3])
    expect(new Set(tries.map(({ key }) => key)).size).toBe(1)
    expect(await openIncidents(test)).toMatchObject([
      { processInstanceId: id, elementId: 'pay', code: 'job.no_retries' },
    ])
    expect(await test.store.count('jobs')).toBe(0)
  })

  it('of a resolved incident is a new one with the old key', async () => {
    const test = testRuntime()
    const keys: string[] = []
    let broken = true
    test.runtime.registerWorker('pay', async ({ idempotencyKey }) => {
      keys.push(idempotencyKey)
      return broken ? { kind: 'fail', message: 'declined', final: true } : { kind: 'complete' }
    })
    const id = await started(test)
    await test.runtime.settle()
    const [incident] = await openIncidents(test)

    broken = false
    valueOf(await test.runtime.resolveIncident(incident!.incidentId, 'admin'))
    await test.runtime.settle()

    expect(await stateOf(test, id)).toBe('completed')
    expect(new Set(keys).size).toBe(1)
    expect(keys).toHaveLength(2)
    expect(await openIncidents(test)).toEqual([])
    expect((await test.runtime.resolveIncident(incident!.incidentId, 'admin')).ok).toBe(false)
  })

  it('waits as long as the worker asks', async () => {
    const test = testRuntime()
    let tries = 0
    test.runtime.registerWorker('pay', async () =>
      (tries += 1) === 1 ? { kind: 'fail', message: 'later', retryAfter: 'PT10M' } : { kind: 'complete' },
    )
    const id = await started(test)
    await test.runtime.settle()

    test.advance(10 * 60_000 - 1)
    await test.runtime.settle()
    expect(tries).toBe(1)
    test.advance(1)
    await test.runtime.settle()

    expect(await stateOf(test, id)).toBe('completed')
  })

  it('goes to another worker when its lease runs out, and the late answer is thrown away', async () => {
    const store = createMemoryStore(runtimeCollections)
    const [slow, quick] = [workerByHand(), workerByHand()]
    const one = testRuntime({ store })
    const two = testRuntime({ store, time: one })
    one.runtime.registerWorker('pay', slow.worker)
    two.runtime.registerWorker('pay', quick.worker)
    const id = await started(one)
    const first = one.runtime.settle()
    await breathe()

    one.advance(60_000)
    const second = two.runtime.settle()
    await breathe()
    expect(quick.taken.map(({ job }) => job.attempt)).toEqual([2])
    slow.taken[0]?.answer({ kind: 'complete', variables: { by: 'slow' } })
    await first
    expect(await stateOf(one, id)).toBe('active')
    quick.taken[0]?.answer({ kind: 'complete', variables: { by: 'quick' } })
    await second

    expect((await one.runtime.instance(id))?.variables).toEqual({ by: 'quick' })
    expect(one.log.lines.map(({ event }) => event)).toContain('job.stale')
  })

  it('is claimed by one of two who want it at once', async () => {
    const store = createMemoryStore(runtimeCollections)
    let worked = 0
    const runtimes = [testRuntime({ store }), testRuntime({ store })]
    for (const { runtime } of runtimes)
      runtime.registerWorker('pay', async () => {
        worked += 1
        return { kind: 'complete' }
      })
    await started(runtimes[0]!)

    await Promise.all(runtimes.map(({ runtime }) => runtime.settle()))

    expect(worked).toBe(1)
  })

  it('that took the process down three times is put aside, however many attempts it has', async () => {
    const store = createMemoryStore(runtimeCollections)
    let taken = 0
    const crash = async () => {
      taken += 1
      return new Promise<JobOutcome>(() => {})
    }
    const time = testRuntime({ store })
    const id = await started(time, 20)
    for (let crashes = 0; crashes < 4; crashes += 1) {
      const next = testRuntime({ store, time })
      next.runtime.registerWorker('pay', crash)
      void next.runtime.settle()
      await breathe()
      time.advance(60_000)
    }

    expect(taken).toBe(3)
    expect(await openIncidents(time)).toMatchObject([{ processInstanceId: id, code: 'job.no_retries' }])
  })

  it('of a dead process is taken over at once when no other process shares the store', async () => {
    const store = createMemoryStore(runtimeCollections)
    const dead = testRuntime({ store })
    dead.runtime.registerWorker('pay', () => new Promise<JobOutcome>(() => {}))
    const id = await started(dead)
    void dead.runtime.settle()
    await breathe()

    const next = testRuntime({ store, time: dead, alone: true })
    next.runtime.registerWorker('pay', async () => ({ kind: 'complete' }))
    next.runtime.run()
    await breathe()
    next.advance(0)
    await breathe()

    expect(await stateOf(next, id)).toBe('completed')
    await next.runtime.stop()
  })

  it('whose instance was canceled is not completed any more', async () => {
    const test = testRuntime()
    const { taken, worker } = workerByHand()
    test.runtime.registerWorker('pay', worker)
    const id = await started(test)
    const settling = test.runtime.settle()
    await breathe()

    valueOf(await test.runtime.cancel(id, 'admin', null))
    taken[0]?.answer({ kind: 'complete', variables: { late: true } })
    await settling

    expect(await test.runtime.instance(id)).toMatchObject({ state: 'terminated', variables: {} })
    expect(await test.store.count('jobs')).toBe(0)
  })

  it('of a domain needs no instance, is made once, and its incident lets it try again', async () => {
    const test = testRuntime()
    let broken = true
    const done: string[] = []
    test.runtime.registerWorker('mail', async ({ variables, idempotencyKey }) => {
      if (broken) return { kind: 'fail', message: 'refused', final: true }
      done.push(`${idempotencyKey} ${String(variables['to'])}`)
      return { kind: 'complete' }
    })
    const job = jobFollowUp({ id: 'mail-1', jobType: 'mail', variables: { to: 'li' }, dueAt: test.now() })
    const commit = (expectedVersion: number) =>
      test.store.commit({
        aggregate: { collection: 'publications', id: 'x', expectedVersion, data: {} },
        followUps: [job],
      })
    await commit(0)
    await test.runtime.settle()
    const [incident] = await openIncidents(test)
    expect(incident).toMatchObject({ jobId: 'mail-1', processInstanceId: null })

    broken = false
    valueOf(await test.runtime.resolveIncident(incident!.incidentId, 'admin'))
    await test.runtime.settle()
    await commit(1)
    await test.runtime.settle()

    expect(done).toEqual(['mail-1 li'])
    expect(await openIncidents(test)).toEqual([])
  })
})
