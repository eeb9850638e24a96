import { beforeEach, describe, expect, it } from 'vitest'
import type { CaseDetail } from '../../../server/contract/cases.ts'
import { aStory, type Story } from '../../support/a-story.ts'

/** Cancellations as a shop could draw them that leaves its clerks free: call her, or look into the warehouse. */
const free = (ordering: string) => `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:retour="urn:retour:1.0" targetNamespace="urn:shop">
  <bpmn:process id="cancel-order" name="取消订单" isExecutable="true">
    <bpmn:startEvent id="begin"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="free" />
    <bpmn:adHocSubProcess id="free" name="核实情况" ordering="${ordering}">
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing>
      <bpmn:userTask id="call" name="打电话问">
        <bpmn:extensionElements><retour:participants><retour:participant kind="role" value="cs-cancel" /></retour:participants></bpmn:extensionElements>
        <bpmn:outgoing>f3</bpmn:outgoing>
      </bpmn:userTask>
      <bpmn:sequenceFlow id="f3" sourceRef="call" targetRef="note" />
      <bpmn:task id="note" name="记下来"><bpmn:incoming>f3</bpmn:incoming></bpmn:task>
      <bpmn:userTask id="look" name="去仓库看">
        <bpmn:extensionElements><retour:participants><retour:participant kind="role" value="warehouse" /></retour:participants></bpmn:extensionElements>
      </bpmn:userTask>
    </bpmn:adHocSubProcess>
    <bpmn:sequenceFlow id="f2" sourceRef="free" targetRef="end" />
    <bpmn:endEvent id="end"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>`

async function freeCase(ordering: 'Parallel' | 'Sequential'): Promise<string> {
  const published = await story.runtime.publish([{ kind: 'process', content: free(ordering) }], 'wang')
  expect(published, JSON.stringify(published)).toMatchObject({ ok: true })
  await story.sell()
  return (await story.ask()).caseNo
}

let story: Story

beforeEach(async () => {
  story = await aStory()
})

describe('beginning what a free part of a case offers', () => {
  it('shows what can be begun to those who may, and begins it once for a key', async () => {
    const caseNo = await freeCase('Parallel')
    const clerk = await story.as('clerk')
    const offers = async () => ((await clerk.get(`/api/cases/${caseNo}`)).body as CaseDetail).freeWork
    expect(await offers()).toEqual([
      {
        elementId: 'free',
        name: '核实情况',
        oneAtATime: false,
        offered: [
          { elementId: 'call', name: '打电话问', kind: 'userTask', guidance: null, running: 0, done: 0 },
          { elementId: 'look', name: '去仓库看', kind: 'userTask', guidance: null, running: 0, done: 0 },
        ],
        blocked: null,
      },
    ])

    const body = { element: 'free', inner: ['call'] }
    const answers = [
      await clerk.command(`/api/cases/${caseNo}/activate`, body, 'begin-the-call-0001'),
      await clerk.command(`/api/cases/${caseNo}/activate`, body, 'begin-the-call-0001'),
    ]

    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect((await offers())[0]?.offered.map(({ running }) => running)).toEqual([1, 0])
    const finance = await story.as('finance')
    expect(((await finance.get(`/api/cases/${caseNo}`)).body as CaseDetail).freeWork).toEqual([])
    expect((await finance.command(`/api/cases/${caseNo}/activate`, body)).status).toBe(403)
  })

  it('refuses what is not offered, and a second thing where only one at a time is allowed', async () => {
    const caseNo = await freeCase('Sequential')
    const clerk = await story.as('clerk')
    const begin = (inner: string[]) => clerk.command(`/api/cases/${caseNo}/activate`, { element: 'free', inner })

    const inside = await begin(['note'])
    expect(inside.status).toBe(409)
    expect((await begin(['look'])).status).toBe(200)
    const second = await begin(['call'])

    expect(inside.body.code).toMatch(/^adhoc\./)
    expect(second.body.code).toMatch(/^adhoc\./)
    const [work] = ((await clerk.get(`/api/cases/${caseNo}`)).body as CaseDetail).freeWork
    expect(work?.blocked?.zh).toContain('一次只办一步')
  })

  it('is refused by its code where the process has no such part at work', async () => {
    story.runtime.registerWorker('order.hold', async () => ({ kind: 'fail', message: 'away', final: true }))
    await story.sell()
    const { caseNo } = await story.ask()

    const answer = await (
      await story.as('admin')
    ).command(`/api/cases/${caseNo}/activate`, {
      element: 'free',
      inner: ['call'],
    })

    expect(answer.status).toBe(404)
    expect(answer.body.code).toBe('adhoc.not_found')
  })

  it('needs a case that one may see, and something to begin', async () => {
    const admin = await story.as('admin')

    const nowhere = await admin.command('/api/cases/none/activate', { element: 'free', inner: ['call'] })
    const nothing = await admin.command('/api/cases/none/activate', { element: 'free', inner: [] })

    expect(nowhere.status).toBe(404)
    expect(nothing.status).toBe(422)
  })
})
