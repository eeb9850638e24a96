import { describe, expect, it } from 'vitest'
import { checkResource } from '../../../workflows/runtime/scenario/check-resource.ts'

const form = JSON.stringify({ id: 'request', schema: { type: 'object', properties: { amount: { type: 'number' } } } })

/** A process whose start asks by a form, and which then decides by a condition. */
const diagram = (condition: string) => `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t"><process id="p" isExecutable="true">
  <startEvent id="s"><extensionElements><zeebe:formDefinition formId="request"/></extensionElements></startEvent>
  <exclusiveGateway id="x" default="x-no"/><endEvent id="yes"/><endEvent id="no"/>
  <sequenceFlow id="s-x" sourceRef="s" targetRef="x"/><sequenceFlow id="x-no" sourceRef="x" targetRef="no"/>
  <sequenceFlow id="x-yes" sourceRef="x" targetRef="yes"><conditionExpression>${condition.replaceAll('>', '&gt;')}</conditionExpression></sequenceFlow>
  </process></definitions>`

const found = async (condition: string, forms: string[]) =>
  (await checkResource('p.bpmn', diagram(condition), [], forms))?.map(
    ({ elementId, severity, code, message }) => `${severity} ${code} ${elementId}: ${message.en}`,
  )

describe('names in the expressions of a process', () => {
  it('are held against the fields of the forms that it uses (F15)', async () => {
    expect(await found('amuont > 500', [form])).toEqual([
      'warning feel.unknown_variable x-yes: Expected a known variable, but there is none called "amuont". Did you mean "amount"?',
    ])
  })

  it('are right when a form has them, and nobody knows where there is no form', async () => {
    expect(await found('amount > 500', [form])).toEqual([])
    expect(await found('amuont > 500', [])).toEqual([])
    expect(await found('amuont > 500', ['no form'])).toEqual([])
  })

  it('are right when a form has both of two that are near', async () => {
    const both = form.replace('"amount":{"type":"number"}', '"amount":{},"amounr":{}')

    expect(await found('amount > 500 and amounr > 1', [])).toHaveLength(1)
    expect(await found('amount > 500 and amounr > 1', [both])).toEqual([])
  })
})
