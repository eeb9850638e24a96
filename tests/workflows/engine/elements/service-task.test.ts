import { describe, expect, it } from 'vitest'
import { drive, startOfTime } from '../../../support/drive.ts'
import { process } from '../../../support/process-builder.ts'

const refund = () => process('p').start().serviceTask('refund', 'refund-payment').end()

describe('a service task', () => {
  it('creates a job with the variables that it sees, and goes on with what the worker brings', () => {
    const run = drive(refund().build(), { amount: 12 })

    expect([...run.open.jobs.values()]).toMatchObject([
      { jobType: 'refund-payment', retries: 3, variables: { amount: 12 } },
    ])

    run.completeJob('refund', { refundId: 'R-1' })

    expect(run.state).toBe('completed')
    expect(run.variables).toEqual({ amount: 12, refundId: 'R-1' })
  })

  it('keeps the same effect key when an incident is resolved and a further job follows', () => {
    const run = drive(refund().build())
    const [first] = [...run.open.jobs.values()]

    run.exhaustJob('refund')
    expect(run.incidents()).toEqual([{ element: 'refund', code: 'job.no_retries' }])
    expect(run.active()).toEqual(['refund'])

    run.resolve('refund')
    const [second] = [...run.open.jobs.values()]
    expect(second?.jobId).not.toBe(first?.jobId)
    expect(second?.effectKey).toBe(first?.effectKey)

    run.exhaustJob('refund').resolve('refund').completeJob('refund')
    expect(run.state).toBe('completed')
  })

  it('refuses the answer to a job that is no more', () => {
    const run = drive(refund().build())
    const [job] = [...run.open.jobs.keys()]
    run.completeJob('refund')

    for (const type of ['completeJob', 'exhaustJob'] as const)
      expect(run.send({ type, now: startOfTime, jobId: job ?? '', variables: {}, message: '' } as never)?.code).toBe(
        'job.not_found',
      )
  })

  it('maps inputs into variables of its own and only the outputs out again', () => {
    const run = drive(
      process('p')
        .start()
        .serviceTask('refund', 'pay', { inputs: { sum: '=order.total * 2' }, outputs: { 'order.refund': '=id' } })
        .end()
        .build(),
      { order: { total: 5 } },
    )

    expect([...run.open.jobs.values()][0]?.variables).toEqual({ sum: 10 })

    run.completeJob('refund', { id: 'R-1', noise: 1 })

    expect(run.variables).toEqual({ order: { total: 5, refund: 'R-1' } })
  })

  it('lets each output mapping see what the ones before gave', () => {
    const run = drive(
      process('p')
        .start()
        .serviceTask('refund', 'pay', { outputs: { fee: '=cost', total: '=fee + 1', 'bill.twice': '=total * 2' } })
        .end()
        .build(),
      { fee: 100 },
    ).completeJob('refund', { cost: 5 })

    expect(run.variables).toEqual({ fee: 5, total: 6, bill: { twice: 12 } })
  })

  it('does not let a local variable leak, and updates it where it is', () => {
    const run = drive(
      process('p')
        .start()
        .serviceTask('refund', 'pay', { inputs: { sum: '=1' } })
        .end()
        .build(),
    ).completeJob('refund', { sum: 2, other: 3 })

    expect(run.variables).toEqual({ other: 3 })
  })

  it('holds at its entry when an input cannot be computed, and retries from there', () => {
    const run = drive(process('p').start().serviceTask('refund', '=kind', {}).end().build())
    expect(run.incidents()).toEqual([{ element: 'refund', code: 'expression.failed' }])

    run.setVariables({ kind: 'pay' }).resolve('refund')

    expect([...run.open.jobs.values()][0]?.jobType).toBe('pay')
  })

  it('takes every flow whose condition holds, and the default only when none does', () => {
    const split = () =>
      process('p')
        .start()
        .task('t')
        .when('a')
        .end('one')
        .at('t')
        .when('b')
        .end('two')
        .at('t')
        .otherwise()
        .end('none')
        .build()

    expect(['one', 'two', 'none'].map((id) => drive(split(), { a: true, b: true }).count(id))).toEqual([1, 1, 0])
    expect(['one', 'two', 'none'].map((id) => drive(split(), { a: false, b: false }).count(id))).toEqual([0, 0, 1])
  })

  it.each(['completeJob', 'throwError'] as const)(
    'keeps its place with an incident when a worker brings more than fits (%s), and asks once more after it',
    (how) => {
      const run = drive(refund().build(), { kept: 'x'.repeat(700_000) })
      const [first] = [...run.open.jobs.values()]
      const tooMuch = { big: 'x'.repeat(400_000) }

      if (how === 'completeJob') run.completeJob('refund', tooMuch)
      else run.throwError('refund', 'E', tooMuch)
      expect(run.incidents()).toEqual([{ element: 'refund', code: 'variables.too_large' }])
      expect(run.variables['big']).toBeUndefined()
      run.setVariables({ kept: null }).resolve('refund')

      expect([...run.open.jobs.values()].at(-1)?.effectKey).toBe(first?.effectKey)
      run.completeJob('refund', tooMuch)
      expect(run.count('refund')).toBe(1)
    },
  )
})
