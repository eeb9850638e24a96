import { describe, expect, it } from 'vitest'
import { checkFile } from '../../../../workflows/engine/check.ts'
import type { ParsedProcess } from '../../../../workflows/model/definition.ts'
import { readBpmn } from '../../../../workflows/model/read-bpmn.ts'
import { drive } from '../../../support/drive.ts'

const xml = (filter: string, start = '') => `<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t"><bpmn:process id="p" isExecutable="true">
  <bpmn:startEvent id="start">${start}</bpmn:startEvent><bpmn:userTask id="u" /><bpmn:endEvent id="e" />
  <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="u" /><bpmn:sequenceFlow id="f2" sourceRef="u" targetRef="e" />
  <bpmn:boundaryEvent id="over" attachedToRef="u" cancelActivity="false"><bpmn:conditionalEventDefinition id="c"><bpmn:extensionElements>${filter}</bpmn:extensionElements>
  <bpmn:condition>=total &gt; limit</bpmn:condition></bpmn:conditionalEventDefinition></bpmn:boundaryEvent><bpmn:endEvent id="told" />
  <bpmn:sequenceFlow id="f3" sourceRef="over" targetRef="told" /></bpmn:process></bpmn:definitions>`

async function parsed(filter: string): Promise<ParsedProcess> {
  const read = await readBpmn(xml(filter))
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  expect(checkFile(read.definitions)).toEqual([])
  return read.definitions.processes[0]!
}

describe('a condition that looks at some changes only (zeebe:conditionalFilter)', () => {
  it('is looked at when a variable changes that it names, and not when another does', async () => {
    const run = drive(await parsed('<zeebe:conditionalFilter variableNames="total" />'), { total: 5, limit: 10 })

    run.setVariables({ limit: 1 })
    expect(run.count('told')).toBe(0)
    run.setVariables({ total: 6 })
    expect(run.count('told')).toBe(1)
  })

  it('is looked at on entry, whatever it names', async () => {
    const run = drive(await parsed('<zeebe:conditionalFilter variableNames="other" />'), { total: 50, limit: 10 })

    expect(run.count('told')).toBe(1)
  })

  it('tells new variables from changed ones', async () => {
    const created = drive(await parsed('<zeebe:conditionalFilter variableEvents="create" />'), { total: 5, limit: 10 })
    created.setVariables({ limit: 1 })
    expect(created.count('told')).toBe(0)
    created.setVariables({ anything: true })
    expect(created.count('told')).toBe(1)

    const updated = drive(await parsed('<zeebe:conditionalFilter variableEvents="update" />'), { total: 5, limit: 10 })
    updated.setVariables({ limit: 1 })
    expect(updated.count('told')).toBe(1)
  })

  it('is refused with an event that there is none of, and at a start of a process', async () => {
    const wrong = await readBpmn(xml('<zeebe:conditionalFilter variableEvents="delete" />'))
    const filter =
      '<bpmn:conditionalEventDefinition id="sc"><bpmn:extensionElements><zeebe:conditionalFilter variableNames="a" /></bpmn:extensionElements><bpmn:condition>=a</bpmn:condition></bpmn:conditionalEventDefinition>'
    const atStart = await readBpmn(xml('', filter))

    expect(wrong.ok && checkFile(wrong.definitions)).toMatchObject([{ elementId: 'over', code: 'bpmn.not_executable' }])
    expect(atStart.ok && checkFile(atStart.definitions)).toMatchObject([
      { elementId: 'start', code: 'bpmn.not_executable' },
    ])
  })
})
