import { beforeEach, describe, expect, it } from 'vitest'
import type { BatchResult, TaskSummary } from '../../../server/contract/tasks.ts'
import { anApp, type Caller, type TestApp } from '../../support/app.ts'

/** A leave that Sun agrees to, with the buttons and fields that each test wants. */
const leave = (id: string, actions: string, more = '') => `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:retour="urn:retour:1.0" id="file" targetNamespace="urn:test">
  <bpmn:process id="${id}" name="请假" isExecutable="true">
    <bpmn:startEvent id="start" /><bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="agree" />
    <bpmn:userTask id="agree" name="同意请假"><bpmn:extensionElements>
      <retour:participants><retour:participant kind="user" value="sun" /></retour:participants>
      <retour:approval mode="any" /><retour:actions>${actions}</retour:actions>${more}
    </bpmn:extensionElements></bpmn:userTask>
    <bpmn:sequenceFlow id="f2" sourceRef="agree" targetRef="end" /><bpmn:endEvent id="end" />
  </bpmn:process>
</bpmn:definitions>`

const buttons = '<retour:action name="approve" /><retour:action name="reject" comment="required" />'
const signed = '<retour:action name="approve" signature="true" />'
const silent = '<retour:action name="reject" comment="required" />'
const worded = '<retour:action name="approve" comment="required" />'

let app: TestApp
let sun: Caller

beforeEach(async () => {
  app = await anApp()
  sun = await app.as('sun', { roles: ['lead'] })
  await app.as('zhao', { roles: ['clerk'] })
})

async function ask(id: string, actions = buttons, more = ''): Promise<void> {
  const { runtime } = app.business
  const published = await runtime.publish([{ kind: 'process', content: leave(id, actions, more) }], 'chief')
  expect(published, JSON.stringify(published)).toMatchObject({ ok: true })
  await runtime.start({ processId: id, variables: {}, businessKey: null, initiator: 'zhao' })
  await runtime.settle()
}
async function waiting(): Promise<TaskSummary[]> {
  return ((await sun.get('/api/tasks?view=mine')).body as { items: TaskSummary[] }).items
}
const approve = ({ taskId }: TaskSummary) => ({ taskId, action: 'approve' })
async function send(acts: object[], key?: string): Promise<BatchResult['results']> {
  const answer = await sun.command('/api/tasks/batch', { acts }, key)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  await app.business.runtime.settle()
  return (answer.body as BatchResult).results
}

describe('agreeing to several tasks at once', () => {
  it('agrees to each on its own: what one refuses does not hold up the others', async () => {
    await ask('one')
    await ask('two', signed)
    await ask('three')
    const tasks = await waiting()
    const strange = { taskId: 'nowhere:1', action: 'approve' }

    const results = await send([...tasks.map(approve), strange])

    const codes = Object.fromEntries(
      results.map(({ taskId, code }) => [tasks.find((task) => task.taskId === taskId)?.batch.blocked ?? 'free', code]),
    )
    expect(results.map(({ code }) => code).filter((code) => code === 'ok')).toHaveLength(2)
    expect(codes['signature']).toMatch(/signature/)
    expect(results.at(-1)).toMatchObject({
      taskId: 'nowhere:1',
      code: 'task.not_found',
      message: { zh: expect.any(String) },
    })
    expect((await waiting()).map(({ batch }) => batch.blocked)).toEqual(['signature'])
  })

  it('answers the same again under the same key, and does nothing twice', async () => {
    await ask('one')
    const acts = (await waiting()).map(approve)

    const first = await send(acts, 'agree-to-all-of-them-01')
    const again = await send(acts, 'agree-to-all-of-them-01')

    expect(again).toEqual(first)
    expect(again).toMatchObject([{ code: 'ok', message: null }])
  })

  it('tells of each task in the list whether it can be agreed to together, and why not', async () => {
    await ask('one', worded)
    expect((await waiting())[0]?.batch).toEqual({ blocked: null, needsComment: true })
    await ask('two', silent)
    await ask(
      'three',
      buttons,
      '<retour:fields default="readonly"><retour:field path="days" access="required" /></retour:fields>',
    )

    expect((await waiting()).map(({ batch }) => batch.blocked).toSorted()).toEqual(['fields', 'notOffered', null])
  })

  it('is refused as a whole only when nothing is asked for, or too much', async () => {
    for (const acts of [[], Array.from({ length: 101 }, () => ({ taskId: 'x', action: 'approve' }))])
      expect((await sun.command('/api/tasks/batch', { acts })).status).toBe(422)
  })
})
