import { describe, expect, it } from 'vitest'
import type { Resource, TaskDocument } from '../../../workflows/runtime/face.ts'
import { bpmnXml } from '../../support/bpmn-xml.ts'
import { testRuntime, valueOf } from '../../support/test-runtime.ts'
import type { TestRuntime } from '../../support/test-runtime.ts'

const tagged = (tag: string) =>
  tag &&
  `<extensionElements><zeebe:versionTag xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" value="${tag}"/></extensionElements>`

const decision = (says: string, tag = ''): Resource => ({
  kind: 'decision',
  content: `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="file" name="file" namespace="urn:t">
    <decision id="rate" name="rate">${tagged(tag)}<literalExpression id="x"><text>"${says}"</text></literalExpression></decision></definitions>`,
})

const form = (field: string, tag?: string): Resource => ({
  kind: 'form',
  content: JSON.stringify({
    id: 'ask',
    name: { zh: '申请', en: 'Request' },
    ...(tag !== undefined && { versionTag: tag }),
    schema: { type: 'object', properties: { [field]: { type: 'string', title: field } } },
  }),
})

const extensions = (inner: string) => `<extensionElements>${inner}</extensionElements>`

const process = (binding: string, decisionId = 'rate'): Resource => ({
  kind: 'process',
  content: bpmnXml(
    'p',
    [
      '<startEvent id="s"/>',
      `<businessRuleTask id="rule">${extensions(`<zeebe:calledDecision decisionId="${decisionId}" resultVariable="said" ${binding}/>`)}</businessRuleTask>`,
      `<userTask id="fill">${extensions(`<zeebe:userTask/><zeebe:formDefinition formId="ask" ${binding}/>`)}</userTask>`,
      '<endEvent id="e"/>',
    ],
    ['s -> rule', 'rule -> fill', 'fill -> e'],
  ),
})

async function started(test: TestRuntime, id: string) {
  const request = { processId: 'p', variables: { which: 'rate' }, businessKey: null, initiator: 'li' }
  valueOf(await test.runtime.start({ ...request, processInstanceId: id }))
  await test.runtime.settle()
  const instance = await test.runtime.instance(id)
  const filter = { processInstanceId: id }
  const tasks = await test.store.find<TaskDocument>('tasks', { filter, limit: 1 })
  const incidents = await test.store.find<{ code: string }>('incidents', { filter, limit: 1 })
  return {
    said: instance?.variables['said'],
    formVersion: tasks.items[0]?.data.formVersion,
    incident: incidents.items[0]?.data.code,
  }
}

/** Publishes each list together, one after the other, then starts the process. */
async function afterAll(...publications: Resource[][]) {
  const test = testRuntime()
  for (const resources of publications) valueOf(await test.runtime.publish(resources, 'admin'))
  return started(test, 'case-1')
}

describe('a decision and a form bind', () => {
  it('to the newest version unless they say otherwise', async () => {
    const first = [process(''), decision('one'), form('a')]

    expect(await afterAll(first, [decision('two'), form('b')])).toMatchObject({ said: 'two', formVersion: 2 })
    expect(await afterAll(first, [form('b')])).toMatchObject({ said: 'one', formVersion: 2 })
  })

  it('to the version that was published with the process', async () => {
    const bound = process('bindingType="deployment"')
    const first = [bound, decision('one'), form('a')]
    const second = [decision('two'), form('b')]

    expect(await afterAll(first, second)).toMatchObject({ said: 'one', formVersion: 1 })
    expect(await afterAll(first, [bound, ...second])).toMatchObject({ said: 'two', formVersion: 2 })
    expect(await afterAll([decision('one'), form('a')], [bound])).toMatchObject({ incident: 'decision.failed' })
  })

  it('to the newest version that has their tag', async () => {
    const bound = process('bindingType="versionTag" versionTag="stable"')
    const first = [bound, decision('one', 'stable'), form('a', 'stable')]

    expect(await afterAll(first, [decision('two', 'next'), form('b')])).toMatchObject({ said: 'one', formVersion: 1 })
    expect(await afterAll(first, [decision('two', 'stable'), form('b', 'stable')])).toMatchObject({
      said: 'two',
      formVersion: 2,
    })
    expect(await afterAll([bound, decision('one', 'stable'), form('a')])).toMatchObject({
      said: 'one',
      incident: 'form.not_found',
    })
  })

  it('also where the decision is only known when it is asked', async () => {
    const bound = process('bindingType="versionTag" versionTag="stable"', '=which')
    const first = [bound, decision('one', 'stable'), form('a', 'stable')]

    expect(await afterAll(first, [decision('two')])).toMatchObject({ said: 'one' })
  })

  it('to what a case began with, whatever is published later; and to that of the version that it migrates to', async () => {
    const test = testRuntime()
    const bound = process('bindingType="deployment"')
    valueOf(await test.runtime.publish([bound, decision('one'), form('a')], 'admin'))
    await started(test, 'case-1')
    valueOf(await test.runtime.publish([bound, decision('two'), form('b')], 'admin'))
    expect((await test.runtime.instance('case-1'))?.pinned).toEqual({ decisions: { 'rate@': 1 }, forms: { 'ask@': 1 } })

    valueOf(await test.runtime.migrate('case-1', { version: 2, by: 'admin', reason: null }))

    expect((await test.runtime.instance('case-1'))?.pinned).toEqual({ decisions: { 'rate@': 2 }, forms: { 'ask@': 2 } })
    const { items } = await test.store.find<TaskDocument>('tasks', { limit: 1 })
    expect(items[0]?.data.formVersion).toBe(2)
  })
})
