import { describe, expect, it } from 'vitest'
import { checkFile } from '../../../workflows/engine/check.ts'
import type { JsonObject } from '../../../workflows/model/json.ts'
import { readBpmn } from '../../../workflows/model/read-bpmn.ts'
import { drive } from '../../support/drive.ts'
import type { Driver } from '../../support/drive.ts'

const asking = (...times: string[]) =>
  `<zeebe:taskListeners>${times.map((time) => `<zeebe:taskListener eventType="${time}" type="${time}" />`).join('')}</zeebe:taskListeners>`

const xml = (
  extensions: string,
  beside = '',
) => `<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t"><bpmn:process id="p" isExecutable="true">
  <bpmn:startEvent id="start" /><bpmn:userTask id="x"><bpmn:extensionElements><zeebe:userTask />${extensions}</bpmn:extensionElements></bpmn:userTask><bpmn:endEvent id="end" />${beside}
  <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="x" /><bpmn:sequenceFlow id="f2" sourceRef="x" targetRef="end" /></bpmn:process></bpmn:definitions>`

async function run(extensions: string, variables: JsonObject = {}, beside = '') {
  const read = await readBpmn(xml(extensions, beside))
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  expect(checkFile(read.definitions)).toEqual([])
  return drive(read.definitions.processes[0]!, variables)
}

const types = (driver: Driver) => [...driver.open.jobs.values()].map(({ jobType }) => jobType)
const task = (driver: Driver) => [...driver.open.tasks.values()][0]
const claim = (driver: Driver, by: string, type: 'claim' | 'unclaim' = 'claim') =>
  driver.send({ type, now: driver.now, elementInstanceKey: driver.at('x').key, by })
const header = (driver: Driver, name: string) => [...driver.open.jobs.values()][0]?.headers[`io.camunda.zeebe:${name}`]

describe('listeners of a user task (zeebe:taskListeners)', () => {
  it('are asked before it is created, assigned and completed, one after the other', async () => {
    const driver = await run(asking('completing', 'creating', 'assigning'))

    expect([types(driver), task(driver)]).toEqual([['creating'], undefined])
    driver.completeJob('creating')
    expect(task(driver)).toMatchObject({ assignee: null })
    expect(claim(driver, 'li')).toBeNull()
    expect([types(driver), task(driver)]).toMatchObject([['assigning'], { assignee: null, changing: 'assigning' }])
    driver.completeJob('assigning')
    expect(task(driver)).toMatchObject({ assignee: 'li' })
    expect(task(driver)).not.toHaveProperty('changing')
    driver.completeTask('x', { filled: 1 }, 'li')
    expect([types(driver), driver.variables]).toEqual([['completing'], {}])
    driver.completeJob('completing')
    expect([driver.state, driver.variables, driver.open.tasks.size]).toEqual(['completed', { filled: 1 }, 0])
  })

  it('let nobody else change the task as long as they are asked', async () => {
    const driver = await run(asking('assigning'))
    claim(driver, 'li')

    const key = driver.at('x').key
    const complete = {
      type: 'completeTask' as const,
      now: driver.now,
      elementInstanceKey: key,
      by: 'li',
      variables: {},
    }
    expect([claim(driver, 'wang')?.code, driver.send(complete)?.code]).toEqual(['task.changing', 'task.changing'])
  })

  it('may deny a change, which leaves the task as it was', async () => {
    const driver = await run(asking('assigning', 'completing', 'updating'))

    claim(driver, 'li')
    driver.answerJob('assigning', { deny: 'not today' })
    expect(task(driver)).toMatchObject({ assignee: null })
    claim(driver, 'li')
    driver.completeJob('assigning')
    driver.completeTask('x', { ok: false }, 'li')
    expect([...driver.open.jobs.values()][0]?.variables).toMatchObject({ ok: false })
    driver.answerJob('completing', { deny: true })
    expect([driver.state, driver.variables, task(driver)?.assignee]).toEqual(['active', {}, 'li'])
    driver.setVariables({ note: 1 }, 'x')
    driver.answerJob('updating', { deny: true })
    expect(driver.at('x').locals).toBeUndefined()
    driver.completeTask('x', { ok: true }, 'li').completeJob('completing')
    expect([driver.state, driver.variables]).toEqual(['completed', { ok: true }])
    expect(driver.events.filter(({ type }) => type === 'taskChangeDenied')).toHaveLength(3)
  })

  it('cannot deny that a task is created', async () => {
    const driver = await run(asking('creating'))

    expect(() => driver.answerJob('creating', { deny: true })).toThrow('listener.cannot_deny')
    expect(driver.open.jobs.size).toBe(1)
  })

  it('correct what the task says, and the next one sees it', async () => {
    const driver = await run(
      `<zeebe:taskSchedule followUpDate="2026-03-05T00:00:00Z" />${asking('creating', 'creating').replace('type="creating" /><', 'type="first" /><')}`,
    )

    driver.answerJob('first', {
      correct: {
        dueDate: '2026-04-01T00:00:00Z',
        followUpDate: '',
        candidateGroups: ['service'],
        priority: 80,
        assignee: 'li',
      },
    })
    expect(header(driver, 'dueDate')).toBe('2026-04-01T00:00:00.000Z')
    expect(JSON.parse(header(driver, 'changedAttributes') ?? '[]')).toContain('priority')
    driver.completeJob('creating')

    expect(task(driver)).toMatchObject({
      dueAt: '2026-04-01T00:00:00.000Z',
      candidateRoles: ['service'],
      priority: 80,
      assignee: 'li',
    })
    expect(task(driver)).not.toHaveProperty('followUpAt')
  })

  it('are asked before somebody is assigned whom the diagram names, and may name another', async () => {
    const named = '<zeebe:assignmentDefinition assignee="li" />'
    const driver = await run(named + asking('creating', 'assigning'))

    expect(header(driver, 'assignee')).toBe('li')
    expect(() => driver.answerJob('creating', { correct: { assignee: 'wang' } })).toThrow('listener.correction')
    driver.completeJob('creating')
    expect([types(driver), task(driver)]).toMatchObject([['assigning'], { assignee: null, changing: 'assigning' }])
    driver.answerJob('assigning', { correct: { assignee: 'wang' } })

    expect(task(driver)).toMatchObject({ assignee: 'wang' })
  })

  it('are told what is done by whom, beside the headers of the task', async () => {
    const headers = '<zeebe:taskHeaders><zeebe:header key="to" value="log" /></zeebe:taskHeaders>'
    const driver = await run(headers + asking('assigning'))

    claim(driver, 'li')
    expect([...driver.open.jobs.values()][0]?.headers).toMatchObject({
      to: 'log',
      'io.camunda.zeebe:action': 'claim',
      'io.camunda.zeebe:assignee': 'li',
      'io.camunda.zeebe:changedAttributes': '["assignee"]',
      'io.camunda.zeebe:userTaskKey': task(driver)?.taskId,
    })
    driver.completeJob('assigning')
    claim(driver, 'li', 'unclaim')
    expect(header(driver, 'action')).toBe('unassign')
    driver.completeJob('assigning')
    expect(task(driver)).toMatchObject({ assignee: null })
  })

  it.each([[{ dueDate: 'soon' }], [{ priority: 101 }], [{ candidateUsers: 'li' as unknown as string[] }]])(
    'cannot correct to %j',
    async (correct) => {
      const driver = await run(asking('creating'))

      expect(() => driver.answerJob('creating', { correct })).toThrow('listener.correction')
    },
  )

  it('bring no variables and throw no errors', async () => {
    const driver = await run(asking('creating'))

    expect(() => driver.completeJob('creating', { a: 1 })).toThrow('listener.variables')
    const again = await run(asking('creating'))
    expect(() => again.throwError('creating', 'E')).toThrow('listener.error')
  })

  it('give an incident when they fail, and the one that failed is asked again after it', async () => {
    const driver = await run(asking('assigning', 'assigning').replace('type="assigning" /><', 'type="first" /><'))
    claim(driver, 'li')

    driver.completeJob('first').exhaustJob('assigning')
    expect(driver.incidents()).toEqual([{ element: 'x', code: 'job.no_retries' }])
    driver.resolve('x')
    expect(types(driver)).toEqual(['assigning'])
    driver.completeJob('assigning')

    expect(task(driver)).toMatchObject({ assignee: 'li' })
  })

  it('are told that it is canceled, and what ends it does not wait for them', async () => {
    const driver = await run(asking('canceling', 'completing'))

    driver.completeTask('x')
    driver.cancel()

    expect(driver.state).toBe('terminated')
    expect([...driver.open.jobs.values()]).toMatchObject([
      { jobType: 'canceling', detached: true, headers: { 'io.camunda.zeebe:action': 'cancel' } },
    ])
  })

  it('are dismissed when an event interrupts the task', async () => {
    const boundary = `<bpmn:boundaryEvent id="b" attachedToRef="x"><bpmn:timerEventDefinition id="t"><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>`
    const driver = await run(asking('creating'), {}, boundary)

    driver.advanceTo('2026-03-03T00:00:00.000Z')

    expect([driver.state, driver.open.jobs.size, driver.open.tasks.size]).toEqual(['completed', 0, 0])
  })
})
