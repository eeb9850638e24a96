import { describe, expect, it } from 'vitest'
import { drive } from '../../../support/drive.ts'
import { process } from '../../../support/process-builder.ts'

describe('an error', () => {
  it('thrown by a worker is caught by the boundary event with its code before one that takes all', () => {
    const run = drive(
      process('p')
        .start()
        .serviceTask('pay')
        .end()
        .at('pay')
        .errorBoundary('any')
        .end('other')
        .at('pay')
        .errorBoundary('declined', 'DECLINED')
        .userTask('call')
        .end('called')
        .build(),
    )

    run.throwError('pay', 'DECLINED', { reason: 'limit' })

    expect(run.active()).toEqual(['call'])
    expect(run.variables).toEqual({ reason: 'limit' })
    expect(run.count('pay', 'terminated')).toBe(1)
  })

  it('that nobody catches is an incident at the thrower, and the job is tried again once it is resolved', () => {
    const run = drive(process('p').start().serviceTask('pay').end().build())

    run.throwError('pay', 'X')
    expect(run.incidents()).toEqual([{ element: 'pay', code: 'error.uncaught' }])

    run.resolve('pay').completeJob('pay')
    expect(run.state).toBe('completed')
  })

  it('end event in a sub-process after a user task interrupts everything inside', () => {
    const run = drive(
      process('p')
        .start()
        .subProcess('sub')
        .start('inner')
        .parallelGateway('fork')
        .userTask('a')
        .errorEnd('failed', 'E1')
        .at('fork')
        .userTask('b')
        .end('fine')
        .endSubProcess()
        .end('normal')
        .at('sub')
        .errorBoundary('caught', 'E1')
        .end('handled')
        .build(),
    )

    run.completeTask('a')

    expect(run.state).toBe('completed')
    expect([run.count('failed'), run.count('b', 'terminated'), run.count('sub', 'terminated')]).toEqual([1, 1, 1])
    expect([run.count('handled'), run.count('normal')]).toEqual([1, 0])
  })

  it('end event without a catcher is an incident there', () => {
    expect(drive(process('p').start().errorEnd('failed', 'E1').build()).incidents()).toEqual([
      { element: 'failed', code: 'error.uncaught' },
    ])
  })
})

describe('a terminate end event', () => {
  it('ends its own scope only', () => {
    const run = drive(
      process('p')
        .start()
        .subProcess('sub')
        .start('inner')
        .parallelGateway('fork')
        .userTask('a')
        .at('fork')
        .userTask('b')
        .terminateEnd('stop')
        .endSubProcess()
        .userTask('after')
        .end()
        .build(),
    )

    run.completeTask('b')

    expect(run.active()).toEqual(['after'])
    expect(run.count('a', 'terminated')).toBe(1)
    expect(run.count('sub')).toBe(1)
  })

  it('completes the process when it stands there', () => {
    const run = drive(
      process('p').start().parallelGateway('fork').userTask('a').at('fork').terminateEnd('stop').build(),
    )

    expect(run.state).toBe('completed')
  })
})
