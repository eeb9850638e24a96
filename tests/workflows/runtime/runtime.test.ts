import { beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../workflows/model/json.ts'
import type { TaskDocument } from '../../../workflows/runtime/face.ts'
import type { Resource } from '../../../workflows/runtime/face.ts'
import { bpmnXml, scriptTask, serviceTask, userTask } from '../../support/bpmn-xml.ts'
import { codeOf, testRuntime, valueOf } from '../../support/test-runtime.ts'
import type { TestRuntime } from '../../support/test-runtime.ts'

const story: Resource = {
  kind: 'process',
  content: bpmnXml(
    'story',
    [
      '<startEvent id="start"/>',
      scriptTask('fee', 'amount * 0.1', 'fee'),
      '<exclusiveGateway id="large"/>',
      userTask('review', 'li,wang'),
      serviceTask('refund', 'refund-payment'),
      '<endEvent id="end"/>',
    ],
    [
      'start -> fee',
      'fee -> large',
      'large -> review : amount > 100',
      'large => refund',
      'review -> refund',
      'refund -> end',
    ],
  ),
}

describe('the durable runtime', () => {
  let test: TestRuntime
  beforeEach(async () => {
    test = testRuntime()
    valueOf(await test.runtime.publish([story], 'admin'))
  })

  const start = async (amount: number, processInstanceId?: string) =>
    valueOf(
      await test.runtime.start({
        processId: 'story',
        variables: { amount },
        businessKey: 'AS-1',
        initiator: 'customer',
        ...(processInstanceId ? { processInstanceId } : {}),
      }),
    ).processInstanceId

  const taskOf = async (processInstanceId: string) =>
    (await test.store.find<TaskDocument>('tasks', { filter: { processInstanceId, state: 'open' }, limit: 1 })).items[0]
      ?.data

  it('runs from start to end through a person and a worker, and everything follows', async () => {
    const seen: JsonObject[] = []
    test.runtime.registerWorker('refund-payment', async ({ variables, idempotencyKey, attempt }) => {
      seen.push({ variables, idempotencyKey, attempt })
      return { kind: 'complete', variables: { refundId: 'R-1' } }
    })
    const id = await start(300)

    const task = await taskOf(id)
    expect(task).toMatchObject({ elementId: 'review', businessKey: 'AS-1', waitingFor: ['li', 'wang'], state: 'open' })

    valueOf(await test.runtime.claimTask(task!.taskId, 'li'))
    expect(await taskOf(id)).toMatchObject({ assignee: 'li', openedAt: task!.openedAt })
    valueOf(await test.runtime.completeTask(task!.taskId, 'li', { approved: true }))
    await test.runtime.settle()

    const instance = await test.runtime.instance(id)
    expect(instance).toMatchObject({
      state: 'completed',
      variables: { amount: 300, fee: 30, approved: true, refundId: 'R-1' },
    })
    expect(seen).toEqual([
      { attempt: 1, idempotencyKey: expect.any(String), variables: { amount: 300, fee: 30, approved: true } },
    ])
    expect((await test.store.load<TaskDocument>('tasks', task!.taskId))?.data).toMatchObject({
      state: 'closed',
      outcome: 'completed',
      closedBy: 'li',
      waitingFor: [],
    })
    expect(await test.store.count('jobs')).toBe(0)
    const history = await test.runtime.history(id)
    expect(history.map((event) => event.seq)).toEqual(history.map((_, index) => index + 1))
    expect(history.at(-1)).toMatchObject({ type: 'instanceEnded', state: 'completed' })
  })

  it('starts once for one id, however often it is asked, also at once', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => start(300, 'case-7')))

    expect(new Set(answers)).toEqual(new Set(['case-7']))
    expect(await test.store.count('instances')).toBe(1)
    expect(await test.store.count('tasks')).toBe(1)
  })

  it('refuses a process that nobody published', async () => {
    const request = { processId: 'nothing', variables: {}, businessKey: null, initiator: 'li' }

    expect(codeOf(await test.runtime.start(request))).toBe('process.not_found')
    expect(codeOf(await test.runtime.start({ ...request, processId: 'story', version: 9 }))).toBe('process.not_found')
  })

  it('keeps the history exactly as it happened', async () => {
    const happened: unknown[] = []
    test.runtime.listen(({ events }) => happened.push(...events))
    test.runtime.registerWorker('refund-payment', async () => ({ kind: 'complete' }))
    const id = await start(300)
    test.advance(5)
    valueOf(await test.runtime.completeTask((await taskOf(id))!.taskId, 'li', {}))
    test.advance(5)
    await test.runtime.settle()
    const mine = happened.length
    await start(1, `${id}:other`)

    expect(happened.length).toBeGreaterThan(mine)
    expect(await test.runtime.history(id)).toEqual(JSON.parse(JSON.stringify(happened.slice(0, mine))))
  })

  it('lets one of two who complete the same task at once win, and tells the other', async () => {
    const id = await start(300)
    const task = await taskOf(id)

    const results = await Promise.all([
      test.runtime.completeTask(task!.taskId, 'li', { by: 'li' }),
      test.runtime.completeTask(task!.taskId, 'wang', { by: 'wang' }),
    ])

    expect(results.map(codeOf).sort()).toEqual(['ok', 'task.closed'])
    expect((await test.runtime.instance(id))?.variables['by']).toBe('li')
  })

  it('gives who completes a task again under the same command id the same answer, and nobody else', async () => {
    const id = await start(300)
    const { taskId } = (await taskOf(id))!

    const first = await test.runtime.completeTask(taskId, 'li', { approved: true }, 'command-1')
    const again = await test.runtime.completeTask(taskId, 'li', { approved: true }, 'command-1')
    const other = await test.runtime.completeTask(taskId, 'li', { approved: false }, 'command-1')
    const late = await test.runtime.completeTask(taskId, 'li', { approved: true }, 'command-2')

    expect([first, again, other, late].map(codeOf)).toEqual(['ok', 'ok', 'command.reused', 'task.closed'])
    expect((await test.runtime.instance(id))?.variables['approved']).toBe(true)
  })

  it('knows a task that never was from one that is closed', async () => {
    const id = await start(300)

    expect(codeOf(await test.runtime.completeTask('nonsense', 'li', {}))).toBe('task.not_found')
    expect(codeOf(await test.runtime.completeTask('other:3', 'li', {}))).toBe('task.not_found')
    expect(codeOf(await test.runtime.completeTask(`${id}:999`, 'li', {}))).toBe('task.not_found')
  })

  it('keeps drafts for their writer through changes of the task, until it is closed', async () => {
    const id = await start(300)
    const { taskId } = (await taskOf(id))!

    valueOf(await test.runtime.saveDraft(taskId, 'li', { note: 'half' }))
    valueOf(await test.runtime.claimTask(taskId, 'li'))

    expect((await taskOf(id))?.drafts).toEqual({ li: { note: 'half' } })
    expect(codeOf(await test.runtime.saveDraft(taskId, 'zhao', {}))).toBe('task.not_yours')
    valueOf(await test.runtime.completeTask(taskId, 'li', {}))
    expect(codeOf(await test.runtime.saveDraft(taskId, 'li', {}))).toBe('task.closed')
  })

  it('cancels with everything that the instance waits for', async () => {
    const id = await start(300)

    valueOf(await test.runtime.cancel(id, 'admin', 'a mistake'))

    expect((await test.runtime.instance(id))?.state).toBe('terminated')
    expect(await taskOf(id)).toBeUndefined()
    expect(codeOf(await test.runtime.cancel(id, 'admin', null))).not.toBe('ok')
  })

  it('tells listeners and projections of each commit, projections in the same write', async () => {
    const told: string[] = []
    const projected = testRuntime({
      projections: [
        ({ instance }) => [
          {
            kind: 'put',
            collection: 'acts',
            id: `p-${instance.id}`,
            data: { state: instance.state },
            revision: instance.lastEvent,
          },
        ],
      ],
    })
    valueOf(await projected.runtime.publish([story], 'admin'))
    projected.runtime.listen(({ instance }) => told.push(`${instance.id} ${instance.state}`))
    projected.runtime.listen(() => {
      throw new Error('a listener is broken')
    })

    const { processInstanceId: id } = valueOf(
      await projected.runtime.start({
        processId: 'story',
        variables: { amount: 1 },
        businessKey: null,
        initiator: 'li',
      }),
    )

    expect(told).toEqual([`${id} active`])
    expect((await projected.store.load('acts', `p-${id}`))?.data).toEqual({ state: 'active' })
  })

  describe('versions', () => {
    const changed: Resource = {
      ...story,
      content: story.content.replace('amount &gt; 100', 'amount > 500').replace('amount > 100', 'amount > 500'),
    }

    it('count up with each change, and new instances use the newest', async () => {
      const old = await start(300)
      const [published] = valueOf(await test.runtime.publish([changed], 'admin'))
      const young = await start(300)

      expect(published).toMatchObject({ id: 'story', version: 2, publishedBy: 'admin' })
      expect(await taskOf(old)).toBeDefined()
      expect(await taskOf(young)).toBeUndefined()
      expect((await test.runtime.instance(old))?.definitionVersion).toBe(1)
      expect((await test.runtime.resource('process', 'story', 1))?.content).toBe(story.content)
      expect((await test.runtime.resource('process', 'story'))?.version).toBe(2)
    })

    it('stay the same when the same content is published again', async () => {
      const [again] = valueOf(await test.runtime.publish([story], 'zhao'))

      expect(again).toMatchObject({ version: 1, publishedBy: 'admin' })
    })

    it('are published all or none', async () => {
      const broken: Resource = { kind: 'form', content: '{' }

      expect(codeOf(await test.runtime.publish([changed, broken], 'admin'))).toBe('resource.has_problems')
      expect((await test.runtime.resource('process', 'story'))?.version).toBe(1)
    })

    it('of forms are told with the task', async () => {
      const form: Resource = {
        kind: 'form',
        content: JSON.stringify({ id: 'review-form', name: '审核', schema: { type: 'object' } }),
      }
      const withForm = story.content.replace(
        '<zeebe:userTask/>',
        '<zeebe:userTask/><zeebe:formDefinition formId="review-form"/>',
      )
      valueOf(await test.runtime.publish([form, { kind: 'process', content: withForm }], 'admin'))
      const id = await start(300)
      valueOf(await test.runtime.publish([{ ...form, content: form.content.replace('审核', '复核') }], 'admin'))

      expect(await taskOf(id)).toMatchObject({ formId: 'review-form', formVersion: 1 })
      expect(await taskOf(await start(400))).toMatchObject({ formVersion: 2 })
    })
  })

  it('refuses a diagram with an element that it cannot run, by name, and stores nothing', async () => {
    const content = bpmnXml(
      'odd',
      ['<startEvent id="s"/>', '<choreographyTask id="odd-one" name="Odd"/>', '<endEvent id="e"/>'],
      ['s -> odd-one', 'odd-one -> e'],
    )

    const result = await test.runtime.publish([{ kind: 'process', content }], 'admin')

    expect(codeOf(result)).toBe('resource.has_problems')
    expect(result.ok ? [] : result.refusal.params?.['problems']).toMatchObject([
      { elementId: 'odd-one', code: 'bpmn.not_executable', severity: 'error' },
    ])
    expect(await test.runtime.check({ kind: 'process', content })).toHaveLength(1)
    expect(await test.runtime.resource('process', 'odd')).toBeNull()
  })

  it('refuses what is no diagram at all', async () => {
    for (const content of ['', '{}', '<bpmn:definitions'])
      expect(codeOf(await test.runtime.publish([{ kind: 'process', content }], 'admin'))).toBe('resource.has_problems')
  })

  describe('a command id', () => {
    const approved: Resource = {
      kind: 'process',
      content: bpmnXml(
        'approved',
        [
          '<startEvent id="s"/>',
          '<userTask id="approve"><extensionElements><zeebe:userTask/><retour:participants><retour:participant kind="user" value="li"/></retour:participants><retour:approval mode="any"/></extensionElements></userTask>',
          '<endEvent id="e"/>',
        ],
        ['s -> approve', 'approve -> e'],
      ),
    }

    it('makes an act answer the same again, and refuses another act under it', async () => {
      valueOf(await test.runtime.publish([approved], 'admin'))
      const request = { processId: 'approved', variables: {}, businessKey: null, initiator: 'zhao' }
      const { processInstanceId: id } = valueOf(await test.runtime.start(request))
      const { taskId } = (await taskOf(id))!
      const act = { by: 'li', action: 'approve' }

      expect(codeOf(await test.runtime.actOnTask(taskId, act, 'command-1'))).toBe('ok')
      expect(codeOf(await test.runtime.actOnTask(taskId, act, 'command-1'))).toBe('ok')
      expect(codeOf(await test.runtime.actOnTask(taskId, { ...act, action: 'reject' }, 'command-1'))).toBe(
        'command.reused',
      )
      expect(codeOf(await test.runtime.actOnTask(taskId, act, 'command-2'))).not.toBe('ok')
      expect((await test.runtime.history(id)).filter(({ type }) => type === 'taskActed')).toHaveLength(1)
    })

    it('of an act that was refused stays free', async () => {
      const id = await start(300)
      const { taskId } = (await taskOf(id))!

      expect(codeOf(await test.runtime.actOnTask(taskId, { by: 'li', action: 'approve' }, 'command-1'))).not.toBe('ok')
      expect(await test.store.load('acts', 'command-1')).toBeNull()
    })
  })
})
