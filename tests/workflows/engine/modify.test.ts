import { describe, expect, it } from 'vitest'
import { drive } from '../../support/drive.ts'
import type { Driver } from '../../support/drive.ts'
import { process } from '../../support/process-builder.ts'
import type { TokenChange } from '../../../workflows/engine/commands.ts'

const modify = (run: Driver, ...changes: TokenChange[]) =>
  run.send({ type: 'modify', now: run.now, by: 'admin', reason: '客户改了主意', changes })

const line = () => process('p').start().userTask('a').userTask('b').end().build()
/** A sub-process with a task before the one that tests enter. */
const withScope = () =>
  process('p')
    .start()
    .userTask('a')
    .subProcess('sub', { inputs: { limit: '=amount * 2' } })
    .start('s')
    .userTask('first')
    .userTask('second')
    .end('e')
    .endSubProcess()
    .end()
    .build()

const guarded = () =>
  process('p')
    .start()
    .userTask('a')
    .subProcess('sub')
    .start('s')
    .userTask('first')
    .userTask('second')
    .end('e')
    .endSubProcess()
    .timerBoundary('late', { duration: 'PT1H' })
    .end('too-late')
    .at('sub')
    .end()
    .build()

describe('moving tokens of a running instance', () => {
  it('moves a token, and tells it in the history', () => {
    const run = drive(line())

    expect(modify(run, { from: 'a', to: 'b' })).toBeNull()

    expect(run.active()).toEqual(['b'])
    expect(run.count('a', 'terminated')).toBe(1)
    expect(run.events).toContainEqual(
      expect.objectContaining({
        type: 'instanceModified',
        by: 'admin',
        reason: '客户改了主意',
        changes: [{ from: 'a', to: 'b' }],
      }),
    )
    expect([...run.open.tasks.values()].map(({ elementId }) => elementId)).toEqual(['b'])
    run.completeTask('b')
    expect(run.state).toBe('completed')
  })

  it('adds a token beside the others, and takes one away', () => {
    const run = drive(line())

    expect(modify(run, { to: 'b' })).toBeNull()
    expect(run.active()).toEqual(['a', 'b'])
    expect(modify(run, { from: 'a' })).toBeNull()
    expect(run.active()).toEqual(['b'])
  })

  it('moves forward over elements that pass at once', () => {
    const run = drive(process('p').start().userTask('a').scriptTask('s', '=1', 'seen').userTask('b').end().build())

    expect(modify(run, { from: 'a', to: 's' })).toBeNull()

    expect(run.active()).toEqual(['b'])
    expect(run.variables['seen']).toBe(1)
  })

  it('moves what has an incident, and the incident is over', () => {
    const run = drive(process('p').start().serviceTask('work').userTask('b').end().build()).exhaustJob('work')
    expect(run.incidents()).toHaveLength(1)

    expect(modify(run, { from: 'work', to: 'b' })).toBeNull()

    expect(run.incidents()).toEqual([])
    expect(run.active()).toEqual(['b'])
  })

  it('lets a join that a token is put to go on', () => {
    const run = drive(
      process('p')
        .start()
        .parallelGateway('fork')
        .userTask('a')
        .parallelGateway('join')
        .userTask('c')
        .end()
        .at('fork')
        .userTask('b')
        .to('join')
        .build(),
    ).completeTask('a')
    expect(run.active()).toEqual(['b', 'join'])

    expect(modify(run, { from: 'join', to: 'c' }, { from: 'b' })).toBeNull()

    expect(run.active()).toEqual(['c'])
    run.completeTask('c')
    expect(run.state).toBe('completed')
  })
})

describe('variables that a change brings', () => {
  it('sets them on the process, and on the element alone', () => {
    const run = drive(line())

    expect(modify(run, { from: 'a', to: 'b', variables: { amount: 5 } })).toBeNull()
    expect(run.variables).toMatchObject({ amount: 5 })

    expect(modify(run, { from: 'b', to: 'a', variables: { amount: 7 }, scope: 'a' })).toBeNull()
    expect(run.variables).toMatchObject({ amount: 5 })
    expect(run.at('a').locals).toEqual({ amount: 7 })
  })

  it('maps them from where the token stood', () => {
    const run = drive(
      process('p')
        .start()
        .serviceTask('work', 'work', { inputs: { tries: '=3' } })
        .userTask('b')
        .end()
        .build(),
    )

    expect(modify(run, { from: 'work', to: 'b', mapping: [{ source: '=tries + 1', target: 'kept' }] })).toBeNull()

    expect(run.variables).toMatchObject({ kept: 4 })
  })

  it('refuses a mapping that gives nothing, with the reason', () => {
    const run = drive(line())

    expect(modify(run, { from: 'a', to: 'b', mapping: [{ source: '=1 +* 2', target: 'x' }] })).toMatchObject({
      code: 'modify.mapping_failed',
      params: { target: 'x' },
    })
  })
})

describe('scopes around the new place', () => {
  it('enters a sub-process with its input mappings and its boundary events, but not its start', () => {
    const run = drive(guarded(), { amount: 4 })

    expect(modify(run, { from: 'a', to: 'second' })).toBeNull()

    expect(run.active()).toEqual(['second'])
    expect(run.count('s')).toBe(0)
    expect([...run.open.timers.values()].map(({ elementId }) => elementId)).toEqual(['late'])
    run.completeTask('second')
    expect(run.state).toBe('completed')
    expect(run.count('sub')).toBe(1)
  })

  it('makes the locals of the scope from its input mappings', () => {
    const run = drive(withScope(), { amount: 4 })

    expect(modify(run, { from: 'a', to: 'second' })).toBeNull()

    const [scope] = run.instance.elements.filter(({ at }) => at === 'sub')
    expect(scope?.locals).toEqual({ limit: 8 })
  })

  it('uses the scope that runs already', () => {
    const run = drive(withScope(), { amount: 1 }).completeTask('a')

    expect(modify(run, { from: 'first', to: 'second' })).toBeNull()

    expect(run.instance.elements.filter(({ at }) => at === 'sub')).toHaveLength(1)
    expect(run.active()).toEqual(['second'])
  })

  it('ends a scope that is left empty', () => {
    const run = drive(guarded(), {}).completeTask('a')

    expect(modify(run, { from: 'first', to: 'a' })).toBeNull()

    expect(run.active()).toEqual(['a'])
    expect(run.count('sub', 'terminated')).toBe(1)
    expect(run.open.timers.size).toBe(0)
  })

  it('stays in its own scope where several run', () => {
    const run = drive(
      process('p')
        .start()
        .subProcess('sub')
        .start('s')
        .userTask('first')
        .userTask('second')
        .endSubProcess()
        .times('2')
        .build(),
    )
    const [one, other] = run.instance.elements.filter(({ at }) => at === 'first')

    expect(modify(run, { from: 'first', key: one!.key, to: 'second' })).toBeNull()

    const scopes = run.instance.elements.flatMap(({ at, scope }) => (at === 'second' ? [scope] : []))
    expect(scopes).toEqual([one!.scope])
    expect(run.instance.elements).toContainEqual(other)
  })

  it('asks which scope is meant when several run', () => {
    const run = drive(withScope(), { amount: 1 }).completeTask('a')
    modify(run, { to: 'sub' })
    const keys = run.instance.elements.filter(({ at }) => at === 'sub').map(({ key }) => key)
    expect(keys).toHaveLength(2)

    expect(modify(run, { to: 'second' })).toMatchObject({ code: 'modify.scope_ambiguous', params: { keys } })
    expect(modify(run, { to: 'second', within: keys[1]! })).toBeNull()
    expect(run.at('second').scope).toBe(keys[1])
  })

  it('refuses to enter a scope whose events cannot be waited for, and nothing has happened', () => {
    const parsed = guarded()
    const late = parsed.nodes.find(({ id }) => id === 'late')!
    late.triggers = [{ kind: 'timer', timer: { kind: 'duration', value: { expression: 'amount' } } }]
    const run = drive(parsed, { amount: 'many' })
    const events = run.events.length

    expect(modify(run, { from: 'a', to: 'second' })).toMatchObject({
      code: 'modify.cannot_enter',
      params: { id: 'sub' },
    })

    expect(run.events).toHaveLength(events)
    expect(run.active()).toEqual(['a'])
  })
})

describe('what is refused, and then nothing has happened', () => {
  it.each<[string, TokenChange[], string]>([
    ['no change at all', [], 'modify.no_changes'],
    ['an element that is not there', [{ to: 'nowhere' }], 'modify.element_unknown'],
    ['a token that is not there', [{ from: 'b', to: 'a' }], 'modify.not_active'],
    ['a key of another element', [{ from: 'a', key: 99 }], 'modify.not_active'],
    ['the last token of all', [{ from: 'a' }], 'modify.nothing_left'],
    ['a scope that the token is not in', [{ to: 'b', variables: { x: 1 }, scope: 'a' }], 'scope.not_found'],
    ['a variable that none may be named as', [{ to: 'b', variables: { '': 1 } }], 'variables.reserved_name'],
    ['a good change before a bad one', [{ from: 'a', to: 'b' }, { to: 'nowhere' }], 'modify.element_unknown'],
  ])('%s', (_what, changes, code) => {
    const run = drive(line())

    expect(modify(run, ...changes)).toMatchObject({ code })

    expect(run.active()).toEqual(['a'])
  })

  it('an instance that has ended', () => {
    const run = drive(line()).completeTask('a').completeTask('b')

    expect(modify(run, { to: 'a' })).toMatchObject({ code: 'instance.ended' })
  })

  it('one of several instances of a multi-instance activity', () => {
    const run = drive(process('p').start().userTask('many').times('=3').userTask('b').end().build())
    const [inner] = run.instance.elements.filter(({ index }) => index === 2)

    expect(modify(run, { from: 'many', key: inner!.key, to: 'b' })).toMatchObject({ code: 'modify.inside_loop' })
    expect(modify(run, { from: 'many', to: 'b' })).toBeNull()
    expect(run.active()).toEqual(['b'])
  })

  it('a scope that is entered and taken away in one', () => {
    const run = drive(withScope(), { amount: 1 }).completeTask('a')

    expect(modify(run, { to: 'second' }, { from: 'sub' }, { to: 'a' })).toMatchObject({ code: 'modify.contradiction' })
    expect(run.active()).toEqual(['first'])
  })

  it('the inside of a multi-instance sub-process that does not run', () => {
    const run = drive(
      process('p')
        .start()
        .userTask('a')
        .subProcess('sub')
        .start('s')
        .userTask('first')
        .end('e')
        .endSubProcess()
        .times('=2')
        .end()
        .build(),
    )

    expect(modify(run, { from: 'a', to: 'first' })).toMatchObject({ code: 'modify.cannot_enter' })
  })
})

describe('a token that somebody puts by hand', () => {
  it('stands where tokens go, not at what only its own event begins', () => {
    const run = drive(process('p').start().serviceTask('flight').undoneBy('undo-flight').userTask('a').end().build())

    for (const to of ['undo-flight', 'on-flight']) expect(modify(run, { to })?.code, to).toBe('modify.not_allowed_here')
  })
})
