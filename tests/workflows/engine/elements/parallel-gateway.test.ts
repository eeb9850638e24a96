import { describe, expect, it } from 'vitest'
import { drive } from '../../../support/drive.ts'
import { process } from '../../../support/process-builder.ts'

describe('a parallel gateway', () => {
  it('splits into all flows and joins when each branch has arrived', () => {
    const run = drive(
      process('p')
        .start()
        .parallelGateway('fork')
        .userTask('a')
        .parallelGateway('join')
        .end()
        .at('fork')
        .userTask('b')
        .to('join')
        .build(),
    )

    run.completeTask('a')
    expect(run.active()).toEqual(['b', 'join'])

    run.completeTask('b')
    expect(run.state).toBe('completed')
    expect(run.count('join')).toBe(1)
  })

  it('is not opened by two tokens down one branch, and keeps the one that is over', () => {
    const run = drive(
      process('p')
        .start()
        .parallelGateway('fork')
        .userTask('a')
        .exclusiveGateway('merge')
        .parallelGateway('join')
        .end()
        .at('fork')
        .userTask('b')
        .to('merge')
        .at('fork')
        .userTask('c')
        .to('join')
        .build(),
    )

    run.completeTask('a').completeTask('b')
    expect(run.active()).toEqual(['c', 'join'])

    run.completeTask('c')

    expect(run.count('end')).toBe(1)
    expect(run.active()).toEqual(['join'])
    expect(run.incidents()).toEqual([{ element: 'join', code: 'join.stuck' }])
  })

  it('counts each token for one pass only, when two came down each branch', () => {
    const run = drive(
      process('p')
        .start()
        .parallelGateway('fork')
        .userTask('a')
        .exclusiveGateway('left')
        .parallelGateway('join')
        .end()
        .at('fork')
        .userTask('b')
        .to('left')
        .at('fork')
        .userTask('c')
        .exclusiveGateway('right')
        .to('join')
        .at('fork')
        .userTask('d')
        .to('right')
        .build(),
    )

    run.completeTask('a').completeTask('b').completeTask('c')
    expect(run.count('end')).toBe(1)
    expect(run.state).toBe('active')

    run.completeTask('d')

    expect(run.count('end')).toBe(2)
    expect(run.state).toBe('completed')
  })

  it('joins afresh at each pass of a loop', () => {
    const run = drive(
      process('p')
        .start()
        .exclusiveGateway('again')
        .parallelGateway('fork')
        .userTask('a')
        .parallelGateway('join')
        .exclusiveGateway('more')
        .when('repeat')
        .to('again')
        .at('more')
        .otherwise()
        .end()
        .at('fork')
        .userTask('b')
        .to('join')
        .build(),
    )

    run.completeTask('a').completeTask('b', { repeat: true })
    expect(run.active()).toEqual(['a', 'b'])

    run.completeTask('b').completeTask('a', { repeat: false })
    expect(run.state).toBe('completed')
    expect(run.count('join')).toBe(2)
  })

  it('loses its tokens when its scope is terminated', () => {
    const run = drive(
      process('p')
        .start()
        .parallelGateway('fork')
        .userTask('a')
        .parallelGateway('join')
        .end()
        .at('fork')
        .userTask('b')
        .to('join')
        .at('fork')
        .userTask('stop')
        .terminateEnd('all')
        .build(),
    ).completeTask('a')
    expect(run.active()).toEqual(['b', 'join', 'stop'])

    run.completeTask('stop')

    expect(run.state).toBe('completed')
    expect([run.count('join', 'terminated'), run.count('b', 'terminated')]).toEqual([1, 1])
  })
})
