import { describe, expect, it } from 'vitest'
import { checkFile } from '../../../workflows/engine/check.ts'
import type { Problem } from '../../../workflows/model/problem.ts'
import { readBpmn } from '../../../workflows/model/read-bpmn.ts'

const namespaces = `xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
  xmlns:retour="urn:retour:1.0"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:flowable="http://flowable.org/bpmn" xmlns:op="http://operaton.org/schema/1.0/bpmn"
  xmlns:signavio="http://www.signavio.com" xmlns:acme="urn:acme" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`

/** A process between a start and an end, and what stands beside it. */
const file = (inside: string, beside = '', attributes = '') =>
  `<bpmn:definitions id="d" targetNamespace="t" ${namespaces} ${attributes}>${beside}
  <bpmn:process id="p" isExecutable="true">${inside}</bpmn:process></bpmn:definitions>`

const on = (kind: string, extensions: string, attributes = '', inside = '') =>
  `<bpmn:${kind} id="x" ${attributes}><bpmn:extensionElements>${extensions}</bpmn:extensionElements>${inside}</bpmn:${kind}>`

const job = '<zeebe:taskDefinition type="t" />'

async function problems(xml: string): Promise<Problem[]> {
  const result = await readBpmn(xml)
  return result.ok ? checkFile(result.definitions) : result.problems
}

const said = async (xml: string) =>
  (await problems(xml)).map(({ elementId, code, message }) => ({ elementId, code, en: message.en }))

describe('our own vocabulary', () => {
  it.each([
    ['a policy on work of a machine', on('serviceTask', `${job}<retour:approval mode="any" />`), 'retour:approval'],
    [
      'a policy said twice',
      on('userTask', '<retour:guidance>a</retour:guidance><retour:guidance>b</retour:guidance>'),
      'retour:guidance',
    ],
    [
      'a part without the word that it belongs to',
      on('userTask', '<retour:participant kind="initiator" />'),
      'retour:participant',
    ],
    ['what belongs to the process', on('userTask', '<retour:withdraw until="never" />'), 'retour:withdraw'],
  ])('refuses %s', async (_what, element, word) => {
    expect(await said(file(element))).toContainEqual({
      elementId: 'x',
      code: 'bpmn.not_allowed_here',
      en: expect.stringContaining(word) as string,
    })
  })

  it('takes the name of a step for customers on every flow node, listeners or not', async () => {
    const listener =
      '<zeebe:executionListeners><zeebe:executionListener eventType="start" type="t" /></zeebe:executionListeners>'
    const step = '<retour:publicStep name="审核中" />'

    for (const kind of ['userTask', 'task', 'subProcess', 'intermediateThrowEvent'])
      expect(await said(file(on(kind, step + listener)))).toEqual([])
    expect(await said(file(on('startEvent', step)))).toEqual([])
  })
})

describe('the vocabulary of Camunda 8', () => {
  it.each([
    ['a task definition on a user task', on('userTask', job), 'bpmn.not_allowed_here', 'zeebe:taskDefinition'],
    [
      'a task definition on an event that sends nothing',
      on('endEvent', job),
      'bpmn.not_allowed_here',
      'zeebe:taskDefinition',
    ],
    ['a second task definition', on('serviceTask', job + job), 'bpmn.not_allowed_here', 'zeebe:taskDefinition'],
    [
      'a script on a service task',
      on('serviceTask', `${job}<zeebe:script expression="=1" />`),
      'bpmn.not_allowed_here',
      'zeebe:script',
    ],
    [
      'a mapping on a gateway',
      on('exclusiveGateway', '<zeebe:ioMapping><zeebe:input source="=1" target="a" /></zeebe:ioMapping>'),
      'bpmn.not_allowed_here',
      'zeebe:ioMapping',
    ],
    [
      'an assignment on a service task',
      on('serviceTask', `${job}<zeebe:assignmentDefinition assignee="li" />`),
      'bpmn.not_allowed_here',
      'zeebe:assignmentDefinition',
    ],
    [
      'a collection that stands beside the multi-instance marker',
      on('serviceTask', `${job}<zeebe:loopCharacteristics inputCollection="=a" />`),
      'bpmn.not_allowed_here',
      'zeebe:loopCharacteristics',
    ],
    [
      'an embedded form',
      on('userTask', '<zeebe:formDefinition formKey="camunda-forms:bpmn:f" />'),
      'bpmn.not_executable',
      'zeebe:formDefinition formKey',
    ],
    [
      'a start in a form of another application',
      on('startEvent', '<zeebe:formDefinition externalReference="f" />'),
      'bpmn.not_executable',
      'zeebe:formDefinition externalReference',
    ],
    [
      'a form inside of the process',
      '<bpmn:extensionElements><zeebe:userTaskForm id="f">{}</zeebe:userTaskForm></bpmn:extensionElements><bpmn:task id="x" />',
      'bpmn.not_executable',
      'zeebe:userTaskForm',
    ],
    [
      'a worker that is an agent',
      on('serviceTask', `${job}<zeebe:agentDefinition agentType="a" />`),
      'bpmn.not_executable',
      'zeebe:agentDefinition',
    ],
    [
      'linked resources',
      on(
        'serviceTask',
        `${job}<zeebe:linkedResources><zeebe:linkedResource resourceId="r" resourceType="RPA" /></zeebe:linkedResources>`,
      ),
      'bpmn.not_executable',
      'zeebe:linkedResources',
    ],
    [
      'a priority of jobs where there is none',
      on('scriptTask', '<zeebe:script expression="=1" /><zeebe:jobPriorityDefinition priority="9" />'),
      'bpmn.not_allowed_here',
      'zeebe:jobPriorityDefinition',
    ],
    [
      'a priority of jobs that is no whole number',
      on('serviceTask', `${job}<zeebe:jobPriorityDefinition priority="1.5" />`),
      'bpmn.number',
      'zeebe:jobPriorityDefinition priority',
    ],
    [
      'a decision that binds to something else',
      on('businessRuleTask', '<zeebe:calledDecision decisionId="d" bindingType="newest" />'),
      'bpmn.not_executable',
      'zeebe:calledDecision bindingType',
    ],
    [
      'a form that binds to a version tag and names none',
      on('userTask', '<zeebe:formDefinition formId="f" bindingType="versionTag" />'),
      'bpmn.missing',
      'zeebe:formDefinition versionTag',
    ],
    [
      'a follow-up date that is none',
      on('userTask', '<zeebe:taskSchedule followUpDate="soon" />'),
      'timer.syntax',
      'soon',
    ],
    [
      'a counter of retries',
      on('serviceTask', job, 'zeebe:retryCounter="3"'),
      'bpmn.unknown_attribute',
      'zeebe:retryCounter',
    ],
    [
      'an attribute that no version has',
      on('serviceTask', '<zeebe:taskDefinition type="t" speed="9" />'),
      'bpmn.unknown_attribute',
      'zeebe:taskDefinition speed',
    ],
  ])('refuses %s by name of element and attribute', async (_what, inside, code, named) => {
    const found = (await said(file(inside))).find((problem) => problem.code === code)

    expect(['x', 'p']).toContain(found?.elementId)
    expect(found?.en).toContain(named)
  })

  it('keeps what only describes: properties, templates, version tag', async () => {
    const inside = on(
      'serviceTask',
      `${job}<zeebe:properties><zeebe:property name="a" value="b" /></zeebe:properties>`,
      'zeebe:modelerTemplate="t" zeebe:modelerTemplateVersion="1"',
    )

    expect(
      await said(
        file(inside).replace(
          'isExecutable="true">',
          'isExecutable="true"><bpmn:extensionElements><zeebe:versionTag value="v1" /></bpmn:extensionElements>',
        ),
      ),
    ).toEqual([])
  })

  it('refuses a word that it does not have, and its prefix for something else', async () => {
    expect(await said(file(on('serviceTask', '<zeebe:taskDefinitoin type="t" />')))).toContainEqual(
      expect.objectContaining({ code: 'bpmn.unknown_element', elementId: 'x' }),
    )
    expect(
      await said(file(on('serviceTask', job)).replace('http://camunda.org/schema/zeebe/1.0', 'urn:zeebe')),
    ).toEqual([expect.objectContaining({ code: 'bpmn.namespace' })])
  })
})

describe('words of other vendors', () => {
  it.each([
    ['a Java class', '<bpmn:serviceTask id="x" camunda:class="a.B" />', 'bpmn.forbidden_code', 'camunda:class'],
    [
      'the same behind another prefix',
      '<bpmn:serviceTask id="x" op:delegateExpression="#{b}" />',
      'bpmn.forbidden_code',
      'op:delegateExpression',
    ],
    [
      'an expression of Flowable',
      '<bpmn:serviceTask id="x" flowable:expression="b" />',
      'bpmn.forbidden_code',
      'flowable:expression',
    ],
    [
      'an asynchronous start',
      '<bpmn:task id="x" camunda:asyncBefore="true" />',
      'bpmn.unknown_attribute',
      'camunda:asyncBefore',
    ],
    ['an assignee', '<bpmn:userTask id="x" flowable:assignee="li" />', 'bpmn.unknown_attribute', 'flowable:assignee'],
    [
      'a listener',
      on('task', '<camunda:executionListener class="a.B" event="start" />'),
      'bpmn.forbidden_code',
      'camunda:executionListener',
    ],
    ['a mapping', on('task', '<camunda:inputOutput />'), 'bpmn.unknown_element', 'camunda:inputOutput'],
    [
      'a deed of an unknown vendor',
      '<bpmn:task id="x" acme:retryPolicy="always" />',
      'bpmn.unknown_attribute',
      'acme:retryPolicy',
    ],
  ])('refuses %s', async (_what, inside, code, named) => {
    const found = (await said(file(inside))).find((problem) => problem.code === code)

    expect(found).toMatchObject({ elementId: 'x' })
    expect(found?.en).toContain(named)
  })

  it('finds them on flows, on loops, on event definitions and on messages, each told at what people see', async () => {
    const inside = `<bpmn:startEvent id="s" /><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="e"><bpmn:extensionElements><camunda:executionListener class="a.B" /></bpmn:extensionElements></bpmn:sequenceFlow>
      <bpmn:endEvent id="e"><bpmn:messageEventDefinition id="def" messageRef="m" camunda:type="external" /></bpmn:endEvent>`
    const found = await said(file(inside, '<bpmn:message id="m" name="news" flowable:expression="x" />'))

    expect(found.map(({ elementId }) => elementId).toSorted()).toEqual(['e', 'f', 'm'])
  })

  it('keeps notes of anybody, and drawing', async () => {
    const inside = `<bpmn:task id="x" signavio:bgcolor="#fff" acme:color="red" camunda:modelerTemplate="t"><bpmn:documentation>Text</bpmn:documentation>
      <bpmn:extensionElements><signavio:signavioMetaData metaKey="a" metaValue="b" /><acme:note>hello</acme:note><camunda:properties><camunda:property name="a" value="b" /></camunda:properties></bpmn:extensionElements></bpmn:task>`

    expect(await said(file(inside))).toEqual([])
  })

  it('refuses an extension that must be understood', async () => {
    const found = await said(
      file('<bpmn:task id="x" />', '<bpmn:extension definition="acme:thing" mustUnderstand="true" />'),
    )

    expect(found).toEqual([expect.objectContaining({ elementId: 'd', code: 'bpmn.unknown_element' })])
  })
})

describe('languages of expressions (reliability B32)', () => {
  const choice = (attributes: string) =>
    `<bpmn:startEvent id="s" /><bpmn:exclusiveGateway id="g" default="f3" /><bpmn:endEvent id="a" /><bpmn:endEvent id="b" />
    <bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="g" /><bpmn:sequenceFlow id="f3" sourceRef="g" targetRef="b" />
    <bpmn:sequenceFlow id="f2" sourceRef="g" targetRef="a"><bpmn:conditionExpression xsi:type="bpmn:tFormalExpression" ${attributes}>x = 1</bpmn:conditionExpression></bpmn:sequenceFlow>`

  it('refuses the conditions of a file that says XPath, each at its flow', async () => {
    const found = await problems(file(choice(''), '', 'expressionLanguage="http://www.w3.org/1999/XPath"'))

    expect(found.filter(({ severity }) => severity === 'error')).toEqual([
      expect.objectContaining({ elementId: 'f2', code: 'bpmn.forbidden_code' }),
    ])
  })

  it('takes a condition that says FEEL itself', async () => {
    const found = await problems(
      file(
        choice('language="https://www.omg.org/spec/DMN/20191111/FEEL/"'),
        '',
        'expressionLanguage="http://www.w3.org/1999/XPath"',
      ),
    )

    expect(found).toEqual([
      expect.objectContaining({ elementId: 'd', code: 'bpmn.forbidden_code', severity: 'warning' }),
    ])
  })

  it('refuses one in another language, and one that looks like a Java expression', async () => {
    expect(await said(file(choice('language="javascript"')))).toEqual([
      expect.objectContaining({ elementId: 'f2', code: 'bpmn.forbidden_code' }),
    ])
    expect(await said(file(choice('').replace('x = 1', '${x == 1}')))).toEqual([
      expect.objectContaining({ elementId: 'f2', code: 'bpmn.forbidden_code' }),
    ])
  })
})
