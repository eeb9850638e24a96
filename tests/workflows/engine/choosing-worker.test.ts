import { describe, expect, it } from 'vitest'
import { checkFile } from '../../../workflows/engine/check.ts'
import type { JsonObject } from '../../../workflows/model/json.ts'
import { readBpmn } from '../../../workflows/model/read-bpmn.ts'
import { drive } from '../../support/drive.ts'
import type { Driver } from '../../support/drive.ts'

const task = (id: string, more = '') =>
  `<bpmn:userTask id="${id}" name="${id}"><bpmn:documentation>about ${id}</bpmn:documentation><bpmn:extensionElements><zeebe:userTask />${more}</bpmn:extensionElements></bpmn:userTask>`

async function run(free: string, variables: JsonObject = {}) {
  const read =
    await readBpmn(`<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t"><bpmn:process id="p" isExecutable="true">
    <bpmn:startEvent id="s" />${free}<bpmn:endEvent id="e" />
    <bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="free" /><bpmn:sequenceFlow id="f2" sourceRef="free" targetRef="e" /></bpmn:process></bpmn:definitions>`)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  expect(checkFile(read.definitions)).toEqual([])
  return drive(read.definitions.processes[0]!, variables)
}

const free = (inside: string, extensions = '', attributes = '') =>
  `<bpmn:adHocSubProcess id="free" ${attributes}><bpmn:extensionElements><zeebe:taskDefinition type="agent" />${extensions}</bpmn:extensionElements>${inside}</bpmn:adHocSubProcess>`

const three =
  task('a', '<zeebe:properties><zeebe:property name="cost" value="low" /></zeebe:properties>') +
  task('b') +
  task('c') +
  '<bpmn:sequenceFlow id="bc" sourceRef="b" targetRef="c" />'

const job = (driver: Driver) => [...driver.open.jobs.values()][0]

describe('an ad-hoc sub-process whose worker chooses (zeebe:taskDefinition)', () => {
  it('asks at its entry what comes next, and each time that a way inside has ended', async () => {
    const driver = await run(free(three))

    expect(job(driver)?.variables['adHocSubProcessElements']).toEqual([
      { elementId: 'a', elementName: 'a', documentation: 'about a', properties: { cost: 'low' } },
      { elementId: 'b', elementName: 'b', documentation: 'about b', properties: {} },
    ])
    const first = job(driver)?.effectKey
    driver.answerJob('free', { activate: [{ element: 'b', variables: { why: 1 } }] }, { told: true })
    expect([driver.active(), driver.open.jobs.size]).toEqual([['b'], 0])
    expect(driver.at('b').locals).toEqual({ why: 1 })
    driver.completeTask('b')
    expect([driver.active(), driver.open.jobs.size]).toEqual([['c'], 0])
    driver.completeTask('c')
    expect(driver.open.jobs.size).toBe(1)
    expect(job(driver)?.effectKey).not.toBe(first)
    driver.answerJob('free', { fulfilled: true })

    expect([driver.state, driver.variables]).toEqual(['completed', { told: true }])
  })

  it('has one question open at a time: what has come in between is asked about anew', async () => {
    const driver = await run(free(three))
    driver.answerJob('free', { activate: [{ element: 'a' }, { element: 'b' }] })

    driver.completeTask('a')
    const before = job(driver)
    driver.completeTask('b').completeTask('c')

    expect(driver.open.jobs.size).toBe(1)
    expect(job(driver)?.jobId).not.toBe(before?.jobId)
  })

  it('ends what still runs only when the worker says so', async () => {
    const stopped = await run(free(three))
    stopped.answerJob('free', { activate: [{ element: 'a' }, { element: 'b' }] }).completeTask('a')
    stopped.answerJob('free', { fulfilled: true, cancelRemaining: true })
    expect([stopped.state, stopped.count('b', 'terminated')]).toEqual(['completed', 1])

    const waiting = await run(free(three))
    waiting.answerJob('free', { activate: [{ element: 'a' }, { element: 'b' }] }).completeTask('a')
    waiting.answerJob('free', { fulfilled: true })
    expect([waiting.state, waiting.active()]).toEqual(['active', ['b']])
    waiting.completeTask('b')
    expect([waiting.state, waiting.open.jobs.size]).toEqual(['completed', 0])
  })

  it.each([
    ['what it does not offer', { activate: [{ element: 'c' }] }, 'adhoc.not_offered'],
    ['something and the end at once', { activate: [{ element: 'a' }], fulfilled: true }, 'adhoc.contradiction'],
  ])('refuses %s, and nothing has happened', async (_what, result, code) => {
    const driver = await run(free(three))

    expect(() => driver.answerJob('free', result)).toThrow(code)
    expect([driver.active(), driver.open.jobs.size]).toEqual([[], 1])
  })

  it('refuses two at once where one thing is done at a time', async () => {
    const driver = await run(free(three, '', 'ordering="Sequential"'))

    expect(() => driver.answerJob('free', { activate: [{ element: 'a' }, { element: 'b' }] })).toThrow(
      'adhoc.one_at_a_time',
    )
  })

  it('tells the worker what was collected so far', async () => {
    const driver = await run(free(three, '<zeebe:adHoc outputCollection="results" outputElement="=said" />'))
    driver.answerJob('free', { activate: [{ element: 'a', variables: { said: null } }] })

    driver.completeTask('a', { said: 'yes' })
    expect(job(driver)?.variables['results']).toEqual(['yes'])
    driver.answerJob('free', { fulfilled: true })

    expect(driver.variables).toEqual({ results: ['yes'] })
  })

  it('asks the same question again after an incident, and nobody once it has ended', async () => {
    const driver = await run(free(three))
    const first = job(driver)?.effectKey

    driver.exhaustJob('free')
    expect(driver.incidents()).toEqual([{ element: 'free', code: 'job.no_retries' }])
    driver.resolve('free')
    expect(job(driver)?.effectKey).toBe(first)
    driver.cancel()

    expect([driver.state, driver.open.jobs.size]).toEqual(['terminated', 0])
  })

  it('ends by its condition without the worker, too', async () => {
    const enough = '<bpmn:completionCondition xsi:type="bpmn:tFormalExpression">=ok</bpmn:completionCondition>'
    const driver = await run(free(three + enough), { ok: false })
    driver.answerJob('free', { activate: [{ element: 'a' }] })

    driver.completeTask('a', { ok: true })

    expect([driver.state, driver.open.jobs.size]).toEqual(['completed', 0])
  })
})
