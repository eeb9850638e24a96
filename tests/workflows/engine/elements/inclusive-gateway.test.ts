import { describe, expect, it } from 'vitest'
import { drive } from '../../../support/drive.ts'
import { process } from '../../../support/process-builder.ts'

const splitAndJoin = () =>
  process('p')
    .start()
    .inclusiveGateway('split')
    .when('a')
    .userTask('left')
    .inclusiveGateway('join')
    .userTask('after')
    .end()
    .at('split')
    .when('b')
    .userTask('right')
    .to('join')
    .at('split')
    .otherwise()
    .userTask('neither')
    .to('join')
    .build()

describe('an inclusive gateway', () => {
  it('takes every flow whose condition holds, and joins those that were taken', () => {
    const run = drive(splitAndJoin(), { a: true, b: true })
    expect(run.active()).toEqual(['left', 'right'])

    run.completeTask('left')
    expect(run.active()).toEqual(['join', 'right'])

    run.completeTask('right')
    expect(run.active()).toEqual(['after'])
    expect(run.count('join')).toBe(1)
  })

  it('takes the default flow when no condition holds, and passes the join alone', () => {
    const run = drive(splitAndJoin(), { a: false, b: false }).completeTask('neither')

    expect(run.active()).toEqual(['after'])
  })

  it('says in the history why each flow was taken', () => {
    const run = drive(splitAndJoin(), { a: true, b: false })

    const taken = run.events.flatMap((event) => (event.type === 'flowTaken' ? [event.because] : []))
    expect(taken).toContainEqual({ expression: 'a', values: { a: true } })
  })

  it('opens when the activity that it waited for is interrupted and its exception goes elsewhere', () => {
    const run = drive(
      process('p')
        .start()
        .parallelGateway('fork')
        .userTask('left')
        .inclusiveGateway('join')
        .userTask('after')
        .end()
        .at('fork')
        .serviceTask('right')
        .to('join')
        .at('right')
        .errorBoundary('failed', 'E')
        .end('given-up')
        .build(),
    ).completeTask('left')
    expect(run.active()).toEqual(['join', 'right'])

    run.throwError('right', 'E')

    expect(run.active()).toEqual(['after'])
  })

  it('tells with an incident when two joins wait for each other', () => {
    const run = drive(
      process('p')
        .start()
        .parallelGateway('fork')
        .inclusiveGateway('one')
        .inclusiveGateway('cross')
        .userTask('after')
        .end()
        .at('fork')
        .inclusiveGateway('other')
        .inclusiveGateway('cross-other')
        .to('one')
        .at('cross')
        .to('other')
        .at('cross-other')
        .end('other-end')
        .build(),
    )

    expect(run.incidents()).toEqual([
      { element: 'one', code: 'join.stuck' },
      { element: 'other', code: 'join.stuck' },
    ])
  })

  it('waits for a token that would have to come through the join itself to reach where one is', () => {
    const run = drive(
      process('p')
        .start()
        .parallelGateway('fork')
        .exclusiveGateway('merge')
        .inclusiveGateway('join')
        .exclusiveGateway('more')
        .when('again')
        .to('merge')
        .at('more')
        .otherwise()
        .end()
        .at('fork')
        .userTask('late')
        .to('join')
        .build(),
      { again: false },
    )
    expect(run.active()).toEqual(['join', 'late'])

    run.completeTask('late')

    expect(run.count('join')).toBe(1)
    expect(run.state).toBe('completed')
  })

  it('sees a token that comes over a link', () => {
    const run = drive(
      process('p')
        .start()
        .parallelGateway('fork')
        .inclusiveGateway('join')
        .end()
        .at('fork')
        .userTask('far')
        .linkThrow('away', 'L')
        .apart()
        .linkCatch('back', 'L')
        .to('join')
        .build(),
    )
    expect(run.active()).toEqual(['far', 'join'])

    run.completeTask('far')

    expect(run.count('join')).toBe(1)
    expect(run.state).toBe('completed')
  })

  it('waits for nothing that stands in another instance of its scope', () => {
    const run = drive(
      process('p')
        .start()
        .subProcess('each')
        .start('inner')
        .inclusiveGateway('fork')
        .userTask('a')
        .inclusiveGateway('join')
        .userTask('after')
        .end('inner-end')
        .at('fork')
        .when('loopCounter = 2')
        .userTask('b')
        .to('join')
        .endSubProcess()
        .times('=2')
        .end()
        .build(),
    )
    expect(run.active()).toEqual(['a', 'a', 'b'])

    run.completeTask('a')

    expect(run.active()).toEqual(['a', 'after', 'b'])
  })
})
