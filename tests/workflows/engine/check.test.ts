import { describe, expect, it } from 'vitest'
import { checkProcess } from '../../../workflows/engine/check.ts'
import { process } from '../../support/process-builder.ts'

const found = (parsed: ReturnType<ReturnType<typeof process>['build']>) =>
  checkProcess(parsed).map(({ elementId, severity, code }) => `${severity} ${code} ${elementId}`)

describe('checking a process before it is published', () => {
  it('finds nothing wrong with one that runs', () => {
    expect(found(process('p').start().userTask('a').serviceTask('b').end().build())).toEqual([])
  })

  it('refuses what is not built by its name in both languages', () => {
    const parsed = process('p').start().task('g').end().build()
    parsed.nodes[1]!.kind = 'choreography'

    const [problem] = checkProcess(parsed)

    expect(problem).toMatchObject({ elementId: 'g', code: 'bpmn.not_executable', severity: 'error' })
    expect(problem?.message.zh).toContain('编排图')
    expect(problem?.message.en).toContain('choreography')
  })

  it('B24 refuses a start event that a flow leads to, and a process that begins nowhere', () => {
    expect(found(process('p').start().task('a').to('start').build())).toContain('error bpmn.start_with_incoming start')
    expect(found(process('p').task('a').task('b').to('a').build())).toContain('error bpmn.no_start p')
  })

  it('B25 refuses what cannot be reached, and what leads to no end', () => {
    const lost = process('p').start().end()
    lost.build().nodes.push({ ...lost.build().nodes[1]!, id: 'island', incoming: ['x'], outgoing: [] })
    const caught = process('p')
      .start()
      .exclusiveGateway('x')
      .when('a')
      .end()
      .at('x')
      .otherwise()
      .userTask('u')
      .userTask('v')
      .to('u')

    expect(found(lost.build())).toContain('error bpmn.unreachable island')
    expect(found(caught.build())).toEqual(['error bpmn.unreachable u', 'error bpmn.unreachable v'])
  })

  it('B26 refuses a loop that never waits, and only warns of one that computes what its conditions read', () => {
    const idle = process('p')
      .start()
      .exclusiveGateway('x')
      .exclusiveGateway('y')
      .when('a')
      .to('x')
      .at('y')
      .otherwise()
      .end()
    const looping = (condition: string) =>
      process('p')
        .start()
        .exclusiveGateway('x')
        .scriptTask('s', '=n + 1', 'n')
        .exclusiveGateway('y')
        .when(condition)
        .to('x')
        .at('y')
        .otherwise()
        .end()
    const counting = looping('n < 3')
    const blind = looping('open')

    expect(found(idle.build())).toEqual(['error bpmn.busy_loop x'])
    expect(found(counting.build())).toEqual(['warning bpmn.busy_loop x'])
    expect(found(blind.build())).toEqual(['error bpmn.busy_loop x'])
  })

  it('B27 warns of joins that do not fit their split, and accepts those that do', () => {
    const deadlock = process('p')
      .start()
      .exclusiveGateway('x')
      .when('a')
      .task('a')
      .parallelGateway('join')
      .end()
      .at('x')
      .otherwise()
      .task('b')
      .to('join')
    const doubled = process('p')
      .start()
      .parallelGateway('fork')
      .task('a')
      .exclusiveGateway('merge')
      .end()
      .at('fork')
      .task('b')
      .to('merge')
    const sound = process('p')
      .start()
      .parallelGateway('fork')
      .task('a')
      .parallelGateway('join')
      .end()
      .at('fork')
      .task('b')
      .to('join')

    expect(found(deadlock.build())).toEqual(['warning bpmn.unsound join'])
    expect(found(doubled.build())).toEqual(['warning bpmn.unsound merge'])
    expect(found(sound.build())).toEqual([])
  })

  it('B29 refuses a boundary event on a gateway', () => {
    const parsed = process('p')
      .start()
      .exclusiveGateway('x')
      .end()
      .at('x')
      .timerBoundary('late', { duration: 'PT1H' })
      .end('too-late')
      .build()

    expect(found(parsed)).toContain('error bpmn.boundary_attachment late')
  })

  it('B30 refuses a flow that crosses the border of a sub-process', () => {
    const parsed = process('p')
      .start()
      .subProcess('sub')
      .start('inner')
      .userTask('inside')
      .endSubProcess()
      .end()
      .at('inside')
      .to('end')
      .build()

    expect(found(parsed)).toContain('error bpmn.flow_crosses_scope inside-end')
  })

  it('B31 refuses a default flow that leaves another element, and a condition on one', () => {
    const foreign = process('p').start().exclusiveGateway('x').when('a').end().build()
    const gateway = foreign.nodes.find(({ id }) => id === 'x')
    if (gateway) gateway.defaultFlow = 'start-x'

    expect(found(foreign)).toContain('error bpmn.default_flow x')
    expect(found(process('p').start().exclusiveGateway('x').when('a').otherwise().end().build())).toContain(
      'error bpmn.default_with_condition x',
    )
  })

  it('B34 refuses a fixed number of instances beyond the limit', () => {
    for (const count of ['-1', '1.5', '"x"', 'null', '1001'])
      expect(found(process('p').start().task('t').times(count).end().build())).toContain('error mi.limit t')
  })

  it('refuses expressions and times that cannot be read, at their element', () => {
    const parsed = process('p')
      .start()
      .exclusiveGateway('x')
      .when('1 +* 2')
      .timerCatch('wait', { duration: 'soon' })
      .end()
      .build()

    expect(found(parsed)).toEqual(['error timer.syntax wait', 'error feel.syntax x-wait'])
  })

  it('F15 warns of a variable that is nearly one that the diagram gives, or reads elsewhere', () => {
    const build = (condition: string) =>
      process('p').start().scriptTask('s', '1', 'total').exclusiveGateway('x').when(condition).end().build()

    expect(checkProcess(build('totl > 1'))).toMatchObject([
      {
        severity: 'warning',
        code: 'feel.unknown_variable',
        message: { en: expect.stringContaining('"total"') as string },
      },
    ])
    expect(found(build('amount > 1 and amuont < 5'))).toEqual(['warning feel.unknown_variable x-end'])
    for (const fine of ['total > 1', 'totals > 1', 'total2 > 1', 'limit > 1', 'loopCounter > 1'])
      expect(checkProcess(build(fine))).toEqual([])
  })

  it('reads names that the diagram gives as one, whatever is in them', () => {
    const build = (condition: string) =>
      process('p').start().scriptTask('s', '1', 'net-total').exclusiveGateway('x').when(condition).end().build()

    expect(found(build('net-total > 1'))).toEqual([])
    expect(found(build('net-totl > 1'))).toEqual([])
  })

  it('warns of a function that does not exist, and refuses one that would give something else each time', () => {
    const build = (script: string) => process('p').start().scriptTask('s', script, 'total').end().build()

    expect(found(build('cuont(list)'))).toEqual(['warning feel.unknown_function s'])
    expect(found(build('uuid()'))).toEqual(['error feel.unknown_function s'])
    expect(found(build('uuid'))).toEqual([])
  })

  it('refuses numbers of attempts and priorities that are none, and a due date that is none', () => {
    const build = (details: object) => process('p').start().userTask('t', details).end().build()

    for (const priority of ['high', '101', '-1', '1.5'])
      expect(found(build({ priority }))).toEqual(['error bpmn.number t'])
    for (const priority of ['0', '100', '=urgency']) expect(found(build({ priority }))).toEqual([])
    expect(found(build({ dueDate: 'tomorrow' }))).toEqual(['error timer.syntax t'])
    expect(found(build({ dueDate: '2026-03-01' }))).toEqual([])
  })

  it('refuses elements that lack what they need', () => {
    const parsed = process('p').start().serviceTask('s', ' ').receiveTask('r', 'm').end().build()
    const receive = parsed.nodes.find(({ id }) => id === 'r')
    if (receive) receive.triggers = [{ kind: 'message', message: null }]

    expect(found(parsed)).toEqual(['error bpmn.missing s', 'error bpmn.missing r'])
  })
})
