import { describe, expect, it } from 'vitest'
import { checkFile } from '../../../workflows/engine/check.ts'
import type { JsonObject } from '../../../workflows/model/json.ts'
import { readBpmn } from '../../../workflows/model/read-bpmn.ts'
import { drive } from '../../support/drive.ts'

const listener = (eventType: string, type: string, more = '') =>
  `<zeebe:executionListener eventType="${eventType}" type="${type}">${more}</zeebe:executionListener>`
const listeners = (...some: string[]) => `<zeebe:executionListeners>${some.join('')}</zeebe:executionListeners>`
const job = '<zeebe:taskDefinition type="own" />'

const xml = (element: string) => `<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:retour="urn:retour:1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="t">
  <bpmn:error id="err" errorCode="E" /><bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="start" />${element}<bpmn:endEvent id="end" />
  <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="x" /><bpmn:sequenceFlow id="f2" sourceRef="x" targetRef="end" /></bpmn:process></bpmn:definitions>`

const on = (kind: string, extensions: string, inside = '') =>
  `<bpmn:${kind} id="x"><bpmn:extensionElements>${extensions}</bpmn:extensionElements>${inside}</bpmn:${kind}>`

async function run(element: string, variables: JsonObject = {}) {
  const read = await readBpmn(xml(element))
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  expect(checkFile(read.definitions)).toEqual([])
  return drive(read.definitions.processes[0]!, variables)
}

const types = (driver: Awaited<ReturnType<typeof run>>) => [...driver.open.jobs.values()].map(({ jobType }) => jobType)

describe('listeners (zeebe:executionListeners)', () => {
  it('are asked one after the other before an element begins, and after it is done', async () => {
    const driver = await run(
      on('serviceTask', job + listeners(listener('start', 'a'), listener('end', 'd'), listener('start', 'b'))),
    )

    expect(types(driver)).toEqual(['a'])
    driver.completeJob('a')
    expect(types(driver)).toEqual(['b'])
    driver.completeJob('b')
    expect(types(driver)).toEqual(['own'])
    driver.completeJob('own')
    expect(types(driver)).toEqual(['d'])
    expect(driver.state).toBe('active')
    driver.completeJob('d')
    expect(driver.state).toBe('completed')
    expect(driver.count('x')).toBe(1)
  })

  it('bring variables of the element at its start, and of the process at its end', async () => {
    const mapping = '<zeebe:ioMapping><zeebe:input source="=1" target="local" /></zeebe:ioMapping>'
    const driver = await run(on('serviceTask', job + mapping + listeners(listener('start', 'a'), listener('end', 'd'))))

    driver.completeJob('a', { local: 2 })
    expect([...driver.open.jobs.values()]).toMatchObject([{ variables: { local: 2 } }])
    driver.completeJob('own').completeJob('d', { told: true })

    expect(driver.variables).toMatchObject({ told: true })
    expect(driver.variables['local']).toBeUndefined()
  })

  it('carry their headers, and an effect key of their own', async () => {
    const headers = '<zeebe:taskHeaders><zeebe:header key="to" value="log" /></zeebe:taskHeaders>'
    const driver = await run(on('serviceTask', job + listeners(listener('start', 'a', headers))))
    const [first] = driver.open.jobs.values()
    driver.completeJob('a')
    const [own] = driver.open.jobs.values()

    expect(first?.headers).toEqual({ to: 'log' })
    expect(first?.effectKey).not.toBe(own?.effectKey)
  })

  it.each([
    ['a task that passes at once', on('task', listeners(listener('start', 'a'), listener('end', 'd')))],
    [
      'a script',
      on(
        'scriptTask',
        `<zeebe:script expression="=1" resultVariable="one" />${listeners(listener('start', 'a'), listener('end', 'd'))}`,
      ),
    ],
    ['a throw event', on('intermediateThrowEvent', listeners(listener('start', 'a'), listener('end', 'd')))],
    [
      'a sub-process',
      on('subProcess', listeners(listener('start', 'a'), listener('end', 'd')), '<bpmn:task id="in" />'),
    ],
  ])('are asked around %s', async (_what, element) => {
    const driver = await run(element)

    expect(types(driver)).toEqual(['a'])
    driver.completeJob('a')
    expect(types(driver)).toEqual(['d'])
    driver.completeJob('d')
    expect(driver.state).toBe('completed')
  })

  it('are asked by each instance of a multi-instance activity', async () => {
    const loop =
      '<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality xsi:type="bpmn:tFormalExpression">2</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>'
    const driver = await run(on('serviceTask', job + listeners(listener('start', 'a')), loop))

    expect(types(driver)).toEqual(['a', 'a'])
    driver.completeJob('a').completeJob('a')
    expect(types(driver)).toEqual(['own', 'own'])
  })

  it('give an incident when they fail, and are asked again after it', async () => {
    const driver = await run(on('serviceTask', job + listeners(listener('start', 'a'), listener('end', 'd'))))

    driver.exhaustJob('a')
    expect(driver.incidents()).toEqual([{ element: 'x', code: 'job.no_retries' }])
    driver.resolve('x').completeJob('a').completeJob('own').exhaustJob('d')
    expect(driver.incidents()).toEqual([{ element: 'x', code: 'job.no_retries' }])
    driver.resolve('x').completeJob('d')

    expect(driver.state).toBe('completed')
  })

  it('are dismissed with their element, and may throw an error that its boundary catches', async () => {
    const boundary = `<bpmn:boundaryEvent id="b" attachedToRef="x"><bpmn:errorEventDefinition id="ed" errorRef="err" /></bpmn:boundaryEvent>
      <bpmn:endEvent id="failed" /><bpmn:sequenceFlow id="f3" sourceRef="b" targetRef="failed" />`
    const canceled = await run(on('userTask', listeners(listener('start', 'a'))))
    canceled.cancel()
    expect(canceled.open.jobs.size).toBe(0)

    const thrown = await run(on('serviceTask', job + listeners(listener('start', 'a'))) + boundary)
    thrown.throwError('a', 'E')
    expect(thrown.count('failed')).toBe(1)
  })

  it('of a user task are asked when it is created and when it is completed', async () => {
    const driver = await run(
      on(
        'userTask',
        '<zeebe:userTask /><zeebe:taskListeners><zeebe:taskListener eventType="creating" type="c" /><zeebe:taskListener eventType="completing" type="d" /></zeebe:taskListeners>',
      ),
    )

    expect(driver.open.tasks.size).toBe(0)
    driver.completeJob('c')
    expect(driver.open.tasks.size).toBe(1)
    driver.completeTask('x', { filled: 1 })
    expect(types(driver)).toEqual(['d'])
    driver.completeJob('d')
    expect(driver.state).toBe('completed')
    expect(driver.variables).toMatchObject({ filled: 1 })
  })

  it.each([
    ['at another time', on('serviceTask', job + listeners(listener('cancel', 'a')))],
    [
      'of a task at another time',
      on(
        'userTask',
        '<zeebe:taskListeners><zeebe:taskListener eventType="assigning" type="c" /></zeebe:taskListeners>',
      ),
    ],
    ['of an approval', on('userTask', `<retour:approval mode="all" />${listeners(listener('start', 'a'))}`)],
  ])('are refused %s, by name', async (_what, element) => {
    const read = await readBpmn(xml(element))
    const problems = read.ok ? checkFile(read.definitions) : read.problems

    expect(problems.filter(({ severity }) => severity === 'error')).toMatchObject([
      { elementId: 'x', code: 'bpmn.not_executable', message: { en: expect.stringContaining('istener eventType=') } },
    ])
  })
})
