import { BpmnModdle, type ModdleElement } from 'bpmn-moddle'
import { describe, expect, it } from 'vitest'
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json' with { type: 'json' }
import retour from '../../../workflows/model/retour-moddle.json' with { type: 'json' }
import { readExtension, withExtension, type Plain } from '../../../client/designers/process/extensions.ts'

const moddle = new BpmnModdle({ zeebe, retour })
const create = (type: string, attributes?: Record<string, unknown>) => moddle.create(type, attributes)

const diagram = (inside: string) => `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:retour="urn:retour:1.0" id="d" targetNamespace="t">
  <bpmn:process id="p"><bpmn:userTask id="approve">${inside}</bpmn:userTask></bpmn:process>
</bpmn:definitions>`

async function aTask(inside = '') {
  const { rootElement, elementsById } = await moddle.fromXML(diagram(inside))
  const task = elementsById['approve']!
  return {
    task,
    write(type: string, plain: Plain | null) {
      const extensions = withExtension(task, create as never, type, plain)
      if (extensions) task['extensionElements'] = extensions as ModdleElement
      else delete task['extensionElements']
    },
    xml: async () => (await moddle.toXML(rootElement)).xml,
  }
}

describe('what the panel writes', () => {
  it('is the approval vocabulary that the engine reads', async () => {
    const { write, xml } = await aTask()

    write('retour:Participants', {
      whenNobody: 'assign',
      whenNobodyRole: 'admin',
      list: [{ kind: 'role', value: 'cs-lead' }],
    })
    write('retour:Approval', { mode: 'all' })
    write('retour:Actions', { list: [{ name: 'reject', comment: 'required', label: '' }] })
    write('retour:Deadline', { due: 'PT4H', calendar: 'working', atEnd: 'escalate', reminders: [{ offset: '-PT30M' }] })
    write('retour:FourEyes', { elements: 'apply check' })

    const text = await xml()
    expect(text).toContain(
      '<retour:participants whenNobody="assign" whenNobodyRole="admin"><retour:participant kind="role" value="cs-lead" /></retour:participants>',
    )
    expect(text).toContain('<retour:approval mode="all" />')
    expect(text).toContain('<retour:actions><retour:action name="reject" comment="required" /></retour:actions>')
    expect(text).toContain(
      '<retour:deadline due="PT4H" calendar="working" atEnd="escalate"><retour:reminder offset="-PT30M" /></retour:deadline>',
    )
    expect(text).toContain('<retour:fourEyes elements="apply check" />')
  })

  it('keeps the place and the other extensions of a step', async () => {
    const before =
      '<bpmn:extensionElements><zeebe:formDefinition formId="a" /><retour:fields default="readonly"><retour:field path="fee" access="required" /></retour:fields><retour:publicStep name="审核中" /></bpmn:extensionElements>'
    const { task, write, xml } = await aTask(before)

    const fields = readExtension(task as never, 'retour:Fields')!
    write('retour:Fields', { ...fields, default: 'hidden' })

    expect(await xml()).toContain(before.replace('default="readonly"', 'default="hidden"'))
  })

  it('leaves nothing behind when the last extension goes', async () => {
    const { write, xml } = await aTask(
      '<bpmn:extensionElements><retour:approval mode="any" /></bpmn:extensionElements>',
    )

    write('retour:Approval', null)

    expect(await xml()).not.toContain('extensionElements')
  })

  it('does not touch what stood there before, so that it can be undone', async () => {
    const { task } = await aTask('<bpmn:extensionElements><retour:approval mode="any" /></bpmn:extensionElements>')
    const before = task['extensionElements']

    withExtension(task as never, create as never, 'retour:Approval', { mode: 'all' })

    expect(task['extensionElements']).toBe(before)
    expect(readExtension(task as never, 'retour:Approval')).toEqual({ mode: 'any' })
  })

  it('keeps the headers of a listener when another is added', async () => {
    const { task, write, xml } = await aTask(
      '<bpmn:extensionElements><zeebe:executionListeners><zeebe:executionListener eventType="start" type="tell"><zeebe:taskHeaders><zeebe:header key="to" value="desk" /></zeebe:taskHeaders></zeebe:executionListener></zeebe:executionListeners></bpmn:extensionElements>',
    )

    const { listeners } = readExtension(task as never, 'zeebe:ExecutionListeners')! as { listeners: Plain[] }
    write('zeebe:ExecutionListeners', { listeners: [...listeners, { eventType: 'end', type: 'note' }] })

    expect(await xml()).toContain(
      '<zeebe:executionListener eventType="start" type="tell"><zeebe:taskHeaders><zeebe:header key="to" value="desk" /></zeebe:taskHeaders></zeebe:executionListener><zeebe:executionListener eventType="end" type="note" />',
    )
  })

  it('reads expressions and texts as they stand', async () => {
    const { task } = await aTask(
      '<bpmn:extensionElements><zeebe:ioMapping><zeebe:input source="=&#34;T-08&#34;" target="template" /></zeebe:ioMapping><retour:guidance>先看条款</retour:guidance></bpmn:extensionElements>',
    )

    expect(readExtension(task as never, 'zeebe:IoMapping')).toEqual({
      inputParameters: [{ source: '="T-08"', target: 'template' }],
    })
    expect(readExtension(task as never, 'retour:Guidance')).toEqual({ text: '先看条款' })
  })
})
