import { describe, expect, it } from 'vitest'
import { checkFile } from '../../../workflows/engine/check.ts'
import type { JsonObject } from '../../../workflows/model/json.ts'
import { readBpmn } from '../../../workflows/model/read-bpmn.ts'
import { aHost, aPerson, drive } from '../../support/drive.ts'

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

  it('keep what they bring at the start to the element', async () => {
    const driver = await run(on('exclusiveGateway', listeners(listener('start', 'a'))))

    driver.completeJob('a', { way: 'left' })

    expect(driver.state).toBe('completed')
    expect(driver.variables).toEqual({})
  })

  it('get the headers of their element, their own first', async () => {
    const headers =
      '<zeebe:taskHeaders><zeebe:header key="a" value="1" /><zeebe:header key="b" value="1" /></zeebe:taskHeaders>'
    const own = '<zeebe:taskHeaders><zeebe:header key="b" value="2" /></zeebe:taskHeaders>'
    const driver = await run(on('serviceTask', job + headers + listeners(listener('start', 'a', own))))

    expect([...driver.open.jobs.values()][0]?.headers).toEqual({ a: '1', b: '2' })
  })

  it('are asked before a process begins and after all is done', async () => {
    const whole = (element: string) =>
      xml(element).replace(
        'isExecutable="true">',
        `isExecutable="true"><bpmn:extensionElements>${listeners(listener('start', 'a'), listener('start', 'b'), listener('end', 'd'))}</bpmn:extensionElements>`,
      )
    const read = await readBpmn(whole(on('userTask', '<zeebe:userTask />')))
    if (!read.ok) throw new Error(JSON.stringify(read.problems))
    const driver = drive(read.definitions.processes[0]!)

    expect([types(driver), driver.active()]).toEqual([['a'], []])
    driver.completeJob('a', { given: 1 })
    driver.exhaustJob('b')
    expect(driver.incidents()).toEqual([{ element: 'p', code: 'job.no_retries' }])
    driver.resolve('p').completeJob('b')
    expect(driver.active()).toEqual(['x'])
    driver.completeTask('x')
    expect([types(driver), driver.state]).toEqual([['d'], 'active'])
    driver.completeJob('d', { told: true })
    expect(driver.state).toBe('completed')
    expect(driver.variables).toEqual({ given: 1, told: true })

    const canceled = drive(read.definitions.processes[0]!)
    canceled.cancel()
    expect([canceled.open.jobs.size, canceled.state]).toEqual([0, 'terminated'])
  })

  it('are asked once for a join, when all its tokens are there', async () => {
    const fork = `<bpmn:parallelGateway id="x" /><bpmn:userTask id="one" /><bpmn:userTask id="two" />${on('parallelGateway', listeners(listener('start', 'a'))).replace('id="x"', 'id="join"')}<bpmn:endEvent id="after" />
      <bpmn:sequenceFlow id="g1" sourceRef="x" targetRef="one" /><bpmn:sequenceFlow id="g2" sourceRef="x" targetRef="two" />
      <bpmn:sequenceFlow id="g3" sourceRef="one" targetRef="join" /><bpmn:sequenceFlow id="g4" sourceRef="two" targetRef="join" />
      <bpmn:sequenceFlow id="g5" sourceRef="join" targetRef="after" />`
    for (const kind of ['parallelGateway', 'inclusiveGateway']) {
      const driver = await run(
        fork
          .replace('<bpmn:parallelGateway id="join"', `<bpmn:${kind} id="join"`)
          .replace('</bpmn:parallelGateway><bpmn:endEvent', `</bpmn:${kind}><bpmn:endEvent`),
      )

      driver.completeTask('one')
      expect(types(driver)).toEqual([])
      driver.completeTask('two')
      expect(types(driver)).toEqual(['a'])
      expect(driver.incidents()).toEqual([])
      driver.completeJob('a')
      expect([driver.state, driver.count('join'), driver.count('after')]).toEqual(['completed', 1, 1])
    }
  })

  it('are asked after an event at the border has happened, with what it brought', async () => {
    const boundary = `<bpmn:boundaryEvent id="b" attachedToRef="x"><bpmn:extensionElements>${listeners(listener('end', 'd'))}</bpmn:extensionElements><bpmn:errorEventDefinition id="ed" errorRef="err" /></bpmn:boundaryEvent>
      <bpmn:endEvent id="failed" /><bpmn:sequenceFlow id="f3" sourceRef="b" targetRef="failed" />`
    const driver = await run(on('serviceTask', job) + boundary)

    driver.throwError('own', 'E', { why: 'late' })
    expect(types(driver)).toEqual(['d'])
    expect(driver.variables).toEqual({ why: 'late' })
    driver.completeJob('d')
    expect([driver.state, driver.count('failed')]).toEqual(['completed', 1])
  })

  it('are asked after a start event, and around what terminates', async () => {
    const started = await run(on('task', '').replaceAll(/<bpmn:extensionElements><\/bpmn:extensionElements>/g, ''))
    expect(started.state).toBe('completed')
    const ended = `<bpmn:task id="x" />${on('endEvent', listeners(listener('start', 'a'), listener('end', 'd')), '<bpmn:terminateEventDefinition id="t" />').replace('id="x"', 'id="stop"')}
      <bpmn:userTask id="beside" /><bpmn:sequenceFlow id="g1" sourceRef="x" targetRef="beside" /><bpmn:sequenceFlow id="g2" sourceRef="x" targetRef="stop" />`
    const driver = await run(ended)

    driver.completeJob('a')
    expect(driver.active()).toContain('beside')
    driver.completeJob('d')
    expect([driver.state, driver.count('beside', 'terminated')]).toEqual(['completed', 1])
  })

  it('are asked around links', async () => {
    const links = `<bpmn:intermediateThrowEvent id="x"><bpmn:extensionElements>${listeners(listener('start', 'a'), listener('end', 'd'))}</bpmn:extensionElements><bpmn:linkEventDefinition id="l1" name="there" /></bpmn:intermediateThrowEvent>
      <bpmn:intermediateCatchEvent id="y"><bpmn:extensionElements>${listeners(listener('start', 'b'), listener('end', 'e'))}</bpmn:extensionElements><bpmn:linkEventDefinition id="l2" name="there" /></bpmn:intermediateCatchEvent>
      <bpmn:endEvent id="there" /><bpmn:sequenceFlow id="g1" sourceRef="y" targetRef="there" />`
    const read = await readBpmn(
      xml(links)
        .replace(/<bpmn:sequenceFlow id="f2"[^>]*>/, '')
        .replace('<bpmn:endEvent id="end" />', ''),
    )
    if (!read.ok) throw new Error(JSON.stringify(read.problems))
    expect(checkFile(read.definitions)).toEqual([])
    const driver = drive(read.definitions.processes[0]!)

    for (const type of ['a', 'd', 'b', 'e']) driver.completeJob(type)

    expect([driver.state, driver.count('there')]).toEqual(['completed', 1])
  })

  it('are asked before an event goes on that has happened behind a gateway, and before a handler begins', async () => {
    const waiting = `<bpmn:eventBasedGateway id="x" />${on('intermediateCatchEvent', `${listeners(listener('start', 'a'))}<zeebe:ioMapping><zeebe:output source="=n + 1" target="m" /></zeebe:ioMapping>`, '<bpmn:signalEventDefinition id="s1" signalRef="sig" />').replace('id="x"', 'id="news"')}
      <bpmn:intermediateCatchEvent id="late"><bpmn:timerEventDefinition id="td"><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
      <bpmn:endEvent id="after" /><bpmn:sequenceFlow id="g1" sourceRef="x" targetRef="news" /><bpmn:sequenceFlow id="g2" sourceRef="news" targetRef="after" />
      <bpmn:sequenceFlow id="g3" sourceRef="x" targetRef="late" /><bpmn:sequenceFlow id="g4" sourceRef="late" targetRef="after" />`
    const file = xml(waiting)
      .replace('<bpmn:error ', '<bpmn:signal id="sig" name="news" /><bpmn:error ')
      .replace(/<bpmn:sequenceFlow id="f2"[^>]*>/, '')
      .replace('<bpmn:endEvent id="end" />', '')
    const read = await readBpmn(file)
    if (!read.ok) throw new Error(JSON.stringify(read.problems))
    expect(checkFile(read.definitions)).toEqual([])
    const driver = drive(read.definitions.processes[0]!)

    driver.signal('news', { n: 1 })
    expect(types(driver)).toEqual(['a'])
    driver.completeJob('a')
    expect([driver.state, driver.variables]).toEqual(['completed', { m: 2 }])

    const handler = `<bpmn:userTask id="x" /><bpmn:subProcess id="h" triggeredByEvent="true"><bpmn:extensionElements>${listeners(listener('start', 'a'), listener('end', 'd'))}</bpmn:extensionElements>
      <bpmn:startEvent id="hs"><bpmn:extensionElements>${listeners(listener('end', 'e'))}</bpmn:extensionElements><bpmn:signalEventDefinition id="s1" signalRef="sig" /></bpmn:startEvent></bpmn:subProcess>`
    const second = await readBpmn(
      xml(handler).replace('<bpmn:error ', '<bpmn:signal id="sig" name="news" /><bpmn:error '),
    )
    if (!second.ok) throw new Error(JSON.stringify(second.problems))
    expect(checkFile(second.definitions)).toEqual([])
    const handled = drive(second.definitions.processes[0]!)
    handled.signal('news', { n: 1 })
    for (const type of ['a', 'e', 'd']) handled.completeJob(type)
    expect([handled.state, handled.variables, handled.count('hs')]).toEqual(['completed', { n: 1 }, 1])
  })

  it('are asked around an approval, before anybody is asked and after all have answered', async () => {
    const policy = `<retour:participants><retour:participant kind="user" value="wang" /></retour:participants><retour:approval mode="all" />`
    const read = await readBpmn(xml(on('userTask', policy + listeners(listener('start', 'a'), listener('end', 'd')))))
    if (!read.ok) throw new Error(JSON.stringify(read.problems))
    expect(checkFile(read.definitions)).toEqual([])
    const host = aHost({ people: [aPerson('wang')] })
    const driver = drive(read.definitions.processes[0]!, {}, { host })

    expect(driver.open.tasks.size).toBe(0)
    driver.completeJob('a')
    expect([...driver.open.tasks.values()]).toMatchObject([{ waitingFor: ['wang'] }])
    driver.send({ type: 'act', now: driver.now, elementInstanceKey: driver.at('x').key, by: 'wang', action: 'approve' })
    expect([driver.open.tasks.size, types(driver)]).toEqual([0, ['d']])
    driver.completeJob('d')
    expect(driver.state).toBe('completed')
    expect(driver.variables).toMatchObject({ x: { outcome: 'approved' } })
  })

  it.each(
    [
      ['at another time', on('serviceTask', job + listeners(listener('cancel', 'a')))],
      [
        'of a task at another time',
        on(
          'userTask',
          '<zeebe:taskListeners><zeebe:taskListener eventType="claiming" type="c" /></zeebe:taskListeners>',
        ),
      ],
      [
        'of the changes of an approval',
        on(
          'userTask',
          '<retour:approval mode="all" /><zeebe:taskListeners><zeebe:taskListener eventType="completing" type="c" /></zeebe:taskListeners>',
        ),
      ],
      ['before an event that has begun already', on('intermediateThrowEvent', '').replace('id="x"', 'id="y"') && ''],
    ].filter(([, element]) => element !== ''),
  )('are refused %s, by name', async (_what, element) => {
    const read = await readBpmn(xml(element))
    const problems = read.ok ? checkFile(read.definitions) : read.problems

    expect(problems.filter(({ severity }) => severity === 'error')).toMatchObject([
      { elementId: 'x', code: 'bpmn.not_executable', message: { en: expect.stringContaining('istener eventType=') } },
    ])
  })
})
