import { beforeEach, describe, expect, it } from 'vitest'
import type { JobDocument, Resource, TaskDocument } from '../../../workflows/runtime/face.ts'
import type { TimerDocument } from '../../../workflows/runtime/documents.ts'
import { bpmnXml, serviceTask, userTask } from '../../support/bpmn-xml.ts'
import { codeOf, testRuntime, valueOf } from '../../support/test-runtime.ts'
import type { TestRuntime } from '../../support/test-runtime.ts'

const first: Resource = {
  kind: 'process',
  content: bpmnXml(
    'story',
    [
      '<startEvent id="start"/>',
      userTask('review', 'li'),
      serviceTask('refund', 'refund-payment'),
      '<endEvent id="end"/>',
    ],
    ['start -> review', 'review -> refund', 'refund -> end'],
  ),
}
const second: Resource = {
  kind: 'process',
  content: bpmnXml(
    'story',
    [
      '<startEvent id="start"/>',
      userTask('review', 'wang'),
      '<boundaryEvent id="late" attachedToRef="review" cancelActivity="false"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>',
      userTask('check', 'li'),
      serviceTask('refund', 'refund-payment'),
      '<endEvent id="end"/>',
      '<endEvent id="told"/>',
    ],
    ['start -> review', 'review -> check', 'check -> refund', 'refund -> end', 'late -> told'],
  ),
}

describe('hands laid on an instance', () => {
  let test: TestRuntime
  let id: string
  beforeEach(async () => {
    test = testRuntime()
    valueOf(await test.runtime.publish([first], 'admin'))
    const started = await test.runtime.start({
      processId: 'story',
      variables: {},
      businessKey: 'AS-1',
      initiator: 'li',
    })
    id = valueOf(started).processInstanceId
  })

  const openTasks = async () =>
    (await test.store.find<TaskDocument>('tasks', { filter: { state: 'open' }, limit: 9 })).items.map(
      ({ data }) => data,
    )
  const jobs = async () => (await test.store.find<JobDocument>('jobs', { limit: 9 })).items.map(({ data }) => data)
  const timers = async () =>
    (await test.store.find<TimerDocument>('timers', { limit: 9 })).items.map(({ data }) => data)

  it('moves a token: the task closes, the job is there, the history tells who and why', async () => {
    const moved = await test.runtime.modify(id, {
      changes: [{ from: 'review', to: 'refund', variables: { amount: 5 } }],
      by: 'admin',
      reason: '电话中已同意',
    })

    expect(codeOf(moved)).toBe('ok')
    expect(await openTasks()).toEqual([])
    expect(await jobs()).toMatchObject([{ elementId: 'refund', variables: { amount: 5 } }])
    expect(await test.runtime.history(id)).toContainEqual(
      expect.objectContaining({ type: 'instanceModified', by: 'admin', reason: '电话中已同意' }),
    )
  })

  it('does it once for a command id, and refuses the id for something else', async () => {
    const request = { changes: [{ to: 'refund' }], by: 'admin', reason: null }

    const answers = [await test.runtime.modify(id, request, 'c1'), await test.runtime.modify(id, request, 'c1')]
    const other = await test.runtime.modify(id, { ...request, changes: [{ to: 'review' }] }, 'c1')

    expect(answers.map(codeOf)).toEqual(['ok', 'ok'])
    expect(await jobs()).toHaveLength(1)
    expect(codeOf(other)).toBe('command.reused')
  })

  it('refuses what cannot be, and nothing is stored', async () => {
    const before = await test.runtime.instance(id)

    expect(
      codeOf(await test.runtime.modify(id, { changes: [{ from: 'refund', to: 'review' }], by: 'admin', reason: null })),
    ).toBe('modify.not_active')
    expect(
      codeOf(await test.runtime.modify('nobody', { changes: [{ to: 'review' }], by: 'admin', reason: null })),
    ).toBe('instance.not_found')

    expect(await test.runtime.instance(id)).toEqual(before)
  })

  it('tells what a migration would do and does nothing, then does it, durably', async () => {
    valueOf(await test.runtime.publish([second], 'admin'))
    const before = await test.runtime.instance(id)

    const plan = valueOf(await test.runtime.planMigration(id, 2))
    expect(plan).toMatchObject({
      mapping: { review: 'review' },
      reasons: [],
      carried: [
        { what: 'task', from: 'review', to: 'review', outcome: 'renewed' },
        { what: 'timer', from: null, to: 'late', outcome: 'opened' },
      ],
    })
    expect(await test.runtime.instance(id)).toEqual(before)

    expect(codeOf(await test.runtime.migrate(id, { version: 2, by: 'admin', reason: '新流程' }, 'm1'))).toBe('ok')
    expect(codeOf(await test.runtime.migrate(id, { version: 2, by: 'admin', reason: '新流程' }, 'm1'))).toBe('ok')
    expect(await timers()).toMatchObject([{ elementId: 'late' }])
    expect(await openTasks()).toMatchObject([{ elementId: 'review', definitionVersion: 2, candidateRoles: [] }])

    const [task] = await openTasks()
    valueOf(await test.runtime.completeTask(task!.taskId, 'li', {}))
    expect(await openTasks()).toMatchObject([{ elementId: 'check', definitionVersion: 2 }])
    expect(await timers()).toEqual([])
  })

  it('goes on by the new version in another process that reads the store', async () => {
    valueOf(await test.runtime.publish([second], 'admin'))
    valueOf(await test.runtime.migrate(id, { version: 2, by: 'admin', reason: null }))
    const [task] = await openTasks()

    const again = testRuntime({ store: test.store, time: test })
    valueOf(await again.runtime.completeTask(task!.taskId, 'li', {}))

    expect(await openTasks()).toMatchObject([{ elementId: 'check' }])
  })

  it('refuses a version that is not there, and the one that it has', async () => {
    expect(codeOf(await test.runtime.migrate(id, { version: 9, by: 'admin', reason: null }))).toBe('process.not_found')
    expect(codeOf(await test.runtime.migrate(id, { version: 1, by: 'admin', reason: null }))).toBe(
      'migrate.same_version',
    )
    expect(codeOf(await test.runtime.planMigration(id, 9))).toBe('process.not_found')
  })
})
