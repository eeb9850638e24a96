import { describe, expect, it } from 'vitest'
import { drive } from '../../../support/drive.ts'
import { process } from '../../../support/process-builder.ts'

const at = (time: string) => `2026-03-02T${time}.000Z`

describe('a timer', () => {
  it('catch event waits until its time has come, and never fires early', () => {
    const run = drive(process('p').start().timerCatch('wait', { duration: 'PT1H' }).end().build())
    const [[timerId] = []] = [...run.open.timers]

    expect(run.send({ type: 'fireTimer', now: at('01:59:59'), timerId: timerId ?? '' })?.code).toBe('timer.not_due')

    run.advanceTo(at('02:00:00'))
    expect(run.state).toBe('completed')
    expect(run.send({ type: 'fireTimer', now: at('02:00:00'), timerId: timerId ?? '' })?.code).toBe('timer.not_found')
  })

  it('on the border interrupts its activity', () => {
    const run = drive(
      process('p')
        .start()
        .userTask('ask')
        .end()
        .at('ask')
        .timerBoundary('late', { duration: '=limit' })
        .userTask('escalate')
        .end('late-end')
        .build(),
      { limit: 'P1D' },
    )

    run.advanceTo('2026-03-03T01:00:00.000Z')

    expect(run.active()).toEqual(['escalate'])
    expect(run.count('ask', 'terminated')).toBe(1)
  })

  it('on the border that does not interrupt fires for each turn of its cycle, then no more', () => {
    const run = drive(
      process('p')
        .start()
        .userTask('ask')
        .end()
        .at('ask')
        .timerBoundary('remind', { cycle: 'R3/PT10M' }, false)
        .end('reminded')
        .build(),
    )

    run.advanceTo(at('05:00:00'))

    expect(run.count('remind')).toBe(3)
    expect(run.active()).toEqual(['ask'])
    expect(run.open.timers.size).toBe(0)
  })

  it('is disarmed when its activity completes', () => {
    const run = drive(
      process('p')
        .start()
        .userTask('ask')
        .end()
        .at('ask')
        .timerBoundary('late', { duration: 'PT1H' })
        .end('late-end')
        .build(),
    )

    run.completeTask('ask')

    expect(run.state).toBe('completed')
    expect(run.open.timers.size).toBe(0)
  })

  it.each([['soon'], [null], [5]])('that reads %j is an incident', (value) => {
    const run = drive(process('p').start().timerCatch('wait', { duration: '=value' }).end().build(), { value })

    expect(run.incidents()).toEqual([{ element: 'wait', code: 'timer.invalid' }])
  })

  it('on the border that does not interrupt fires once, however often it is asked to', () => {
    const parsed = process('p').start().userTask('ask').end().at('ask')
    const run = drive(parsed.timerBoundary('remind', { duration: 'PT1H' }, false).end('reminded').build())
    const [[timerId = ''] = []] = [...run.open.timers]

    run.advanceTo(at('02:00:00'))

    expect(run.send({ type: 'fireTimer', now: at('02:00:00'), timerId })?.code).toBe('timer.not_found')
    expect(run.count('reminded')).toBe(1)
  })
})
