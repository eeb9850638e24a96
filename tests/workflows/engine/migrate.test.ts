import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileProcess } from '../../../workflows/engine/compile.ts'
import { planMigration } from '../../../workflows/engine/migration.ts'
import type { ParsedProcess } from '../../../workflows/model/definition.ts'
import { readBpmn } from '../../../workflows/model/read-bpmn.ts'
import { drive } from '../../support/drive.ts'
import type { Driver } from '../../support/drive.ts'
import { process } from '../../support/process-builder.ts'

const migrate = (run: Driver, to: ParsedProcess, mapping: Record<string, string> = {}) =>
  run.send({
    type: 'migrate',
    now: run.now,
    by: 'admin',
    reason: '新的流程',
    version: 2,
    target: compileProcess(to),
    mapping,
    pinned: { decisions: {}, forms: { f: 3 } },
  })

const plan = (run: Driver, to: ParsedProcess, mapping: Record<string, string> = {}) =>
  planMigration(run.definition, compileProcess(to), run.instance, mapping)

const start = () => process('p').start()

/** Codes and elements of what forbids it; the driver checks that nothing has changed. */
function reasons(run: Driver, to: ParsedProcess, mapping: Record<string, string> = {}) {
  const refusal = migrate(run, to, mapping)
  expect(refusal?.code).toBe('migrate.not_possible')
  expect(plan(run, to, mapping).reasons).toHaveLength(refusal?.fields?.length ?? -1)
  return refusal?.fields?.map(({ path, code }) => `${code} ${path}`)
}

describe('the way to another version', () => {
  it('goes on by the new diagram from where it stands', () => {
    const run = drive(start().userTask('a').end().build())

    expect(migrate(run, start().userTask('a').userTask('b').end().build())).toBeNull()

    expect(run.instance).toMatchObject({ definitionVersion: 2, pinned: { forms: { f: 3 } } })
    expect(run.events).toContainEqual(
      expect.objectContaining({ type: 'instanceMigrated', from: 1, to: 2, by: 'admin', reason: '新的流程' }),
    )
    run.completeTask('a')
    expect(run.active()).toEqual(['b'])
  })

  it('knows an element by its name when its id has changed, and by what is told', () => {
    const before = start().userTask('a', { name: '审核' }).end().build()
    const after = start().userTask('check', { name: '审核' }).userTask('b').end().build()
    const renamed = start().userTask('other', { name: '别的' }).end().build()

    const byName = drive(before)
    expect(plan(byName, after).mapping).toEqual({ a: 'check' })
    expect(migrate(byName, after)).toBeNull()
    expect(byName.active()).toEqual(['check'])
    byName.completeTask('check')
    expect(byName.active()).toEqual(['b'])

    const told = drive(before)
    expect(migrate(told, renamed, { a: 'other' })).toBeNull()
    expect(told.active()).toEqual(['other'])
  })

  it('carries a job over with the key that its effect is known by', () => {
    const run = drive(start().serviceTask('work').end().build())
    const [job] = [...run.open.jobs.values()]

    expect(migrate(run, start().serviceTask('work').userTask('b').end().build())).toBeNull()

    expect([...run.open.jobs.values()]).toEqual([job])
    run.completeJob('work')
    expect(run.active()).toEqual(['b'])
  })

  it('shows an open task as the new version says', () => {
    const run = drive(start().userTask('a', { name: '旧' }).end().build())

    migrate(run, start().userTask('a', { name: '新', formId: 'f' }).end().build())

    expect([...run.open.tasks.values()]).toMatchObject([{ elementId: 'a', name: '新', formId: 'f' }])
  })

  it('keeps the time of a timer, whatever its element is called now', () => {
    const run = drive(start().timerCatch('wait', { duration: 'PT1H' }).end().build())
    const [due] = [...run.open.timers.values()].map(({ dueAt }) => dueAt)

    expect(
      migrate(run, start().timerCatch('pause', { duration: 'PT9H' }).userTask('b').end().build(), { wait: 'pause' }),
    ).toBeNull()

    expect([...run.open.timers.values()]).toEqual([expect.objectContaining({ elementId: 'pause', dueAt: due })])
    run.advanceTo(due!)
    expect(run.active()).toEqual(['b'])
  })

  it('keeps the key of a message, and reads it anew when the message changes', () => {
    const before = start().messageCatch('wait', 'news', '=order').end().build()
    const same = drive(before, { order: 'A' })
    expect(migrate(same, start().messageCatch('listen', 'news', '=order').end().build(), { wait: 'listen' })).toBeNull()
    expect([...same.open.subscriptions.values()]).toMatchObject([
      { elementId: 'listen', messageName: 'news', correlationKey: 'A' },
    ])
    same.correlate('listen')
    expect(same.state).toBe('completed')

    const other = drive(before, { order: 'A', no: 7 })
    expect(migrate(other, start().messageCatch('wait', 'answer', '=no').end().build())).toBeNull()
    expect([...other.open.subscriptions.values()]).toMatchObject([
      { elementId: 'wait', messageName: 'answer', correlationKey: '7' },
    ])
  })

  it('opens the boundary events that are new and closes those that are gone, and says which', () => {
    const before = start().userTask('a').timerBoundary('late', { duration: 'PT1H' }).end('x').at('a').end().build()
    const after = start().userTask('a').messageBoundary('stop', 'stop', '=1').end('y').at('a').end().build()
    const run = drive(before)

    expect(plan(run, after).carried.map(({ what, from, to, outcome }) => `${outcome} ${what} ${from} ${to}`)).toEqual([
      'renewed task a a',
      'closed timer late null',
      'opened message null stop',
    ])
    expect(migrate(run, after)).toBeNull()

    expect(run.open.timers.size).toBe(0)
    run.correlate('stop')
    expect(run.count('y')).toBe(1)
  })

  it('never arms a boundary timer again that has fired', () => {
    const build = (more: string) =>
      start()
        .userTask('a')
        .timerBoundary('late', { duration: 'PT1H' }, false)
        .userTask('remind')
        .end('x')
        .at('a')
        .userTask(more)
        .end()
        .build()
    const run = drive(build('b'))
    for (const { dueAt } of run.open.timers.values()) run.advanceTo(dueAt)
    expect(run.open.timers.size).toBe(0)

    expect(migrate(run, build('c'))).toBeNull()

    expect(run.open.timers.size).toBe(0)
  })

  it('carries tokens at a join over by the flows that they came on', () => {
    const build = (join: string, task: string) =>
      start()
        .parallelGateway('fork')
        .userTask('a')
        .parallelGateway(join)
        .userTask(task)
        .end()
        .at('fork')
        .userTask('b')
        .to(join)
        .build()
    const run = drive(build('join', 'c')).completeTask('a')

    expect(migrate(run, build('meet', 'd'), { join: 'meet' })).toBeNull()

    expect(run.at('meet').arrived).toEqual({ 'a-meet': 1 })
    run.completeTask('b')
    expect(run.active()).toEqual(['d'])
  })

  it('carries sub-processes over with what runs inside', () => {
    const build = (more: string) =>
      start().subProcess('sub').start('s').userTask('in').userTask(more).end('e').endSubProcess().end().build()
    const run = drive(build('x'))

    expect(migrate(run, build('y'))).toBeNull()

    run.completeTask('in')
    expect(run.active()).toEqual(['y'])
  })

  it('carries a multi-instance activity over with what is done', () => {
    const build = (after: string) => start().userTask('many').times('=3').userTask(after).end().build()
    const run = drive(build('x')).completeTask('many')

    expect(migrate(run, build('y'))).toBeNull()

    run.completeTask('many').completeTask('many')
    expect(run.active()).toEqual(['y'])
  })

  it('keeps an incident, which can then be resolved by the new version', () => {
    const run = drive(start().scriptTask('s', '=1 + x.y.z').end().build())
    const broken = drive(start().exclusiveGateway('g').when('amount').end('e').build(), { amount: 'much' })
    expect(run.state).toBe('completed')
    expect(broken.incidents()).toEqual([{ element: 'g', code: 'condition.not_boolean' }])

    expect(migrate(broken, start().exclusiveGateway('g').when('amount = "much"').end('e').build())).toBeNull()
    broken.resolve('g')

    expect(broken.state).toBe('completed')
  })
})

describe('what forbids the way, every reason at once', () => {
  const two = () =>
    start()
      .parallelGateway('fork')
      .userTask('a')
      .parallelGateway('join')
      .end()
      .at('fork')
      .serviceTask('b')
      .to('join')
      .build()

  it('an element that has no counterpart, and one that is of another kind', () => {
    const to = start()
      .parallelGateway('fork')
      .userTask('c')
      .parallelGateway('join')
      .end()
      .at('fork')
      .userTask('b')
      .to('join')
      .build()

    expect(reasons(drive(two()), to)).toEqual(['migrate.unmapped a', 'migrate.kind_changed b'])
  })

  it('another sub-process around it', () => {
    const to = start().subProcess('sub').start('s').userTask('a').end('e').endSubProcess().end().build()

    expect(reasons(drive(start().userTask('a').end().build()), to)).toEqual(['migrate.scope_changed a'])
  })

  it('a multi-instance marker that comes or goes', () => {
    const to = start().userTask('a').times('=2').end().build()

    expect(reasons(drive(start().userTask('a').end().build()), to)).toEqual(['migrate.loop_changed a'])
  })

  it('a flow that a token came on and that is gone', () => {
    const run = drive(two()).completeTask('a')
    const to = start()
      .parallelGateway('fork')
      .serviceTask('b')
      .parallelGateway('join')
      .end()
      .at('fork')
      .userTask('n')
      .to('join')
      .build()

    expect(reasons(run, to)).toEqual(['migrate.flow_lost join'])
  })

  it('words in the mapping that no version has', () => {
    const run = drive(start().userTask('a').end().build())
    const to = start().userTask('b').end().build()

    expect(reasons(run, to, { a: 'nowhere' })).toEqual(['migrate.element_unknown a', 'migrate.unmapped a'])
  })

  it('another process, the same version, an instance that has ended', () => {
    const run = drive(start().userTask('a').end().build())

    expect(migrate(run, process('q').start().userTask('a').end().build())?.code).toBe('migrate.other_process')
    run.cancel()
    expect(migrate(run, start().userTask('a').end().build())?.code).toBe('instance.ended')
  })

  it('a new event that cannot be waited for, and nothing has happened', () => {
    const run = drive(start().userTask('a').end().build())
    const to = start().userTask('a').messageBoundary('stop', 'stop', '=nobody.knows').end('y').at('a').end().build()

    expect(migrate(run, to)?.code).toBe('modify.cannot_enter')
    expect(run.instance.definitionVersion).toBe(1)
  })
})

describe('any migration', () => {
  it('replays to the same state, and goes on to the end by the new version', () => {
    const diagram = (extra: boolean, suffix: string) => {
      const builder = start().parallelGateway('fork').userTask(`a${suffix}`, { name: 'A' })
      builder.timerBoundary(`late${suffix}`, { duration: 'PT1H' }, false).end('reminded').at(`a${suffix}`)
      if (extra) builder.userTask('more')
      builder.parallelGateway('join').end().at('fork').serviceTask('b').to('join').at('fork')
      return builder.messageCatch('c', 'news', '="k"').to('join').build()
    }
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), fc.array(fc.nat(3), { maxLength: 4 }), (extra, other, moves) => {
        const run = drive(diagram(false, ''))
        const act = (move: number) => {
          const [task] = run.open.tasks.values()
          const [timer] = run.open.timers.values()
          if (move === 0 && task) run.completeTask(task.elementId)
          else if (move === 1 && run.open.jobs.size > 0) run.completeJob('b')
          else if (move === 2 && run.open.subscriptions.size > 0) run.correlate('c')
          else if (move === 3 && timer) run.advanceTo(timer.dueAt)
        }
        for (const move of moves) act(move)
        if (run.state !== 'active') return

        expect(migrate(run, diagram(extra, other ? '2' : ''))).toBeNull()
        for (let turn = 0; turn < 20 && run.state === 'active'; turn++) act(turn % 4)

        expect(run.state).toBe('completed')
      }),
      { numRuns: 60 },
    )
  }, 30_000)
})

describe('what is done and may have to be undone', () => {
  const diagram = (
    handler: string,
    id = 'book',
  ) => `<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t"><bpmn:process id="p" isExecutable="true">
    <bpmn:startEvent id="s" /><bpmn:serviceTask id="${id}" name="Book"><bpmn:extensionElements><zeebe:taskDefinition type="t" /></bpmn:extensionElements></bpmn:serviceTask>
    <bpmn:userTask id="u" /><bpmn:intermediateThrowEvent id="undo"><bpmn:compensateEventDefinition id="c2" /></bpmn:intermediateThrowEvent><bpmn:endEvent id="e" />
    <bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="${id}" /><bpmn:sequenceFlow id="f2" sourceRef="${id}" targetRef="u" />
    <bpmn:sequenceFlow id="f3" sourceRef="u" targetRef="undo" /><bpmn:sequenceFlow id="f4" sourceRef="undo" targetRef="e" />${handler}</bpmn:process></bpmn:definitions>`
  const undoing = (
    id = 'book',
  ) => `<bpmn:boundaryEvent id="b" attachedToRef="${id}"><bpmn:compensateEventDefinition id="c1" /></bpmn:boundaryEvent>
    <bpmn:serviceTask id="cancel" isForCompensation="true"><bpmn:extensionElements><zeebe:taskDefinition type="c" /></bpmn:extensionElements></bpmn:serviceTask>
    <bpmn:association id="a" associationDirection="One" sourceRef="b" targetRef="cancel" />`
  const read = async (xml: string) => {
    const result = await readBpmn(xml)
    if (!result.ok) throw new Error(JSON.stringify(result.problems))
    return result.definitions.processes[0]!
  }

  it('is undone by the handler of the new version', async () => {
    const run = drive(await read(diagram(undoing()))).completeJob('book')

    expect(migrate(run, await read(diagram(undoing('reserve'), 'reserve')), { book: 'reserve' })).toBeNull()
    run.completeTask('u')

    expect([...run.open.jobs.values()]).toMatchObject([{ elementId: 'cancel' }])
  })

  it('forbids a version that cannot undo it', async () => {
    const run = drive(await read(diagram(undoing()))).completeJob('book')

    expect(reasons(run, await read(diagram('')))).toEqual(['migrate.compensation_lost book'])
  })
})

describe('what was done and can be undone', () => {
  const told = (a: string, undoA: string) =>
    start().serviceTask(a, 'book').undoneBy(undoA).userTask('wait').compensationThrow('t').userTask('after').end()

  it('is undone by the handlers of the new version, under the new names', () => {
    const run = drive(told('a', 'undo-a').build()).completeJob('a')

    expect(migrate(run, told('b', 'undo-b').build(), { a: 'b' })).toBeNull()

    expect(run.instance.undoable).toMatchObject([{ at: 'b' }])
    run.completeTask('wait').completeJob('undo-b')
    expect(run.active()).toEqual(['after'])
  })

  it('goes on being undone where that is under way', () => {
    const before = start()
      .serviceTask('a')
      .undoneBy('undo-a')
      .serviceTask('b')
      .undoneBy('undo-b')
      .compensationThrow('t')
      .userTask('after')
      .end()
      .build()
    const run = drive(before).completeJob('a').completeJob('b')

    expect(migrate(run, before)).toBeNull()

    run.completeJob('undo-b').completeJob('undo-a')
    expect(run.active()).toEqual(['after'])
  })

  it('forbids a version in which nothing can undo it', () => {
    const run = drive(told('a', 'undo-a').build()).completeJob('a')
    const without = start().serviceTask('a', 'book').userTask('wait').userTask('after').end().build()

    expect(reasons(run, without)).toEqual(['migrate.compensation_lost a'])
  })
})

describe('an event whose meaning changes with the version', () => {
  it('is waited for anew, as one that interrupts where it did not before', () => {
    const at = (interrupting: boolean) => {
      const parsed = start().userTask('a').messageBoundary('news', 'news', '="k"', interrupting)
      return parsed.userTask('told').end('told-end').at('a').end().build()
    }
    const run = drive(at(false))

    expect(migrate(run, at(true))).toBeNull()

    expect([...run.open.subscriptions.values()]).toMatchObject([{ elementId: 'news', once: true }])
    run.correlate('news')
    expect(run.active()).toEqual(['told'])
  })
})

describe('an element that stands in another scope now', () => {
  it('is not carried out of the one that it is in, nor into a second one', () => {
    const inside = () =>
      drive(start().subProcess('s').start('ss').userTask('a').end('se').endSubProcess().end().build())
    const scope = () => start().subProcess('s').start('ss').userTask('b').end('se').endSubProcess()

    expect(reasons(inside(), scope().userTask('a').end().build())).toEqual(['migrate.scope_changed a'])
    const second = scope().subProcess('t').start('ts').userTask('a').end('te').endSubProcess().end().build()
    expect(reasons(inside(), second)).toEqual(['migrate.scope_changed a'])
  })
})
