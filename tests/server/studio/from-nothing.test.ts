import { beforeEach, describe, expect, it } from 'vitest'
import type { RunDetail, RunSummary } from '../../../server/contract/runs.ts'
import { anApp, type Caller, type TestApp } from '../../support/app.ts'

let app: TestApp
let admin: Caller

beforeEach(async () => {
  app = await anApp()
  admin = await app.as('chief', { roles: ['admin'] })
})

const begin = async (kind: string, name: string): Promise<string> => {
  const made = await admin.command('/api/studio/resources', { kind, name })
  expect(made.status).toBe(200)
  return (made.body as { id: string }).id
}
const open = async (kind: string, id: string) => (await admin.get(`/api/studio/resources/${kind}/${id}`)).body
const publish = async (kind: string, id: string) => {
  const { revision } = await open(kind, id)
  return admin.command(`/api/studio/resources/${kind}/${id}/publish`, { revision })
}

describe('something new in the studio', () => {
  it.each(['process', 'decision', 'form'])('has no problem and can be published as it is: a %s', async (kind) => {
    const id = await begin(kind, '退货 <"&">')

    expect(await open(kind, id)).toMatchObject({ name: '退货 <"&">', basedOn: 0, isDraft: true, problems: [] })
    expect((await publish(kind, id)).body).toEqual({ version: 1 })
  })

  it.each([
    ['退货', 'tui-huo'],
    ['Return of goods', 'return-of-goods'],
    ['退货2026', 'tui-huo-2026'],
    ['！！！', 'process'],
    ['2026', 'process'],
    ['__proto__', 'proto'],
    ['constructor', 'process'],
  ])('gets its id from its name: %s', async (name, id) => {
    expect(await begin('process', name)).toBe(id)
  })

  it('gets an id of its own when the name is there already, and the same one when the command comes twice', async () => {
    await begin('process', '退货')
    const request = { kind: 'process', name: '退货' }

    const second = await admin.command('/api/studio/resources', request, 'the-very-same-key')
    const again = await admin.command('/api/studio/resources', request, 'the-very-same-key')

    expect([second.body.id, again.body.id]).toEqual(['tui-huo-2', 'tui-huo-2'])
  })

  it('is refused without a name', async () => {
    const answer = await admin.command('/api/studio/resources', { kind: 'form', name: '  ' })

    expect([answer.status, answer.body.fields[0]]).toMatchObject([422, { path: 'name', code: 'field.required' }])
  })
})

const free = `<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:shop">
  <bpmn:process id="look-into" name="核实" isExecutable="true">
    <bpmn:startEvent id="begin" /><bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="free" />
    <bpmn:adHocSubProcess id="free" name="核实情况"><bpmn:receiveTask id="call" name="等回电" messageRef="called" /></bpmn:adHocSubProcess>
  </bpmn:process>
  <bpmn:message id="called" name="called" />
</bpmn:definitions>`

describe('a run of a process of one’s own', () => {
  it('shows what a free part offers, what it waits for, and begins it once for a key', async () => {
    const published = await app.business.runtime.publish([{ kind: 'process', content: free }], 'chief')
    expect(published, JSON.stringify(published)).toMatchObject({ ok: true })
    const { runId } = (await admin.command('/api/processes/look-into/start')).body as RunSummary
    const read = async () => (await admin.get(`/api/runs/${runId}`)).body as RunDetail
    const before = await read()

    const body = { element: 'free', inner: ['call'] }
    for (const key of ['begin-the-call-0001', 'begin-the-call-0001'])
      expect((await admin.command(`/api/runs/${runId}/activate`, body, key)).status).toBe(200)

    expect(before.freeWork).toMatchObject([{ elementId: 'free', offered: [{ name: '等回电', running: 0 }] }])
    expect(before.waits).toMatchObject([{ elementId: 'free' }])
    expect((await read()).freeWork[0]?.offered[0]?.running).toBe(1)
    expect((await admin.command('/api/runs/AS2611250001/activate', body)).status).toBe(404)
  })

  it('waits at its first step for whoever started it, and ends when that is done', async () => {
    const id = await begin('process', '退货')
    await publish('process', id)

    const run = (await admin.command(`/api/processes/${id}/start`)).body as RunSummary
    await app.business.runtime.settle()
    const before = (await admin.get(`/api/runs/${run.runId}`)).body as RunDetail
    const { taskId } = before.myTasks[0]!
    const done = await admin.command(`/api/tasks/${encodeURIComponent(taskId)}/acts`, { action: 'complete' })
    const after = (await admin.get(`/api/runs/${run.runId}`)).body as RunDetail

    expect(before).toMatchObject({ name: '退货', run: { state: 'active', version: 1 } })
    expect(before.diagram.tokens).toMatchObject([{ elementId: 'firstStep', who: 'chief' }])
    expect(done.status).toBe(200)
    expect(after.run.state).toBe('completed')
    expect((await admin.get(`/api/processes/${id}/runs`)).body.items).toMatchObject([{ runId: run.runId }])
    expect((await admin.get('/api/studio/resources')).body.items).toMatchObject([{ id, startable: true }])
  })

  it('starts once for one command', async () => {
    const id = await begin('process', '退货')
    await publish('process', id)

    const first = await admin.command(`/api/processes/${id}/start`, undefined, 'one-and-only')
    const second = await admin.command(`/api/processes/${id}/start`, undefined, 'one-and-only')

    expect(second.body).toEqual(first.body)
    expect((await admin.get(`/api/processes/${id}/runs`)).body.items).toHaveLength(1)
  })

  it('is refused where a case begins it, where nothing is published, and to who does not design', async () => {
    await begin('process', '退货')
    const clerk = await app.as('lin', { roles: ['cs-cancel'] })

    expect((await admin.command('/api/processes/cancel-order/start')).body.code).toBe('process.starts_with_case')
    expect((await admin.command('/api/processes/tui-huo/start')).status).toBe(404)
    expect((await clerk.command('/api/processes/tui-huo/start')).body.code).toBe('role.required')
    expect((await admin.get('/api/runs/AS2611250001')).status).toBe(404)
  })
})
