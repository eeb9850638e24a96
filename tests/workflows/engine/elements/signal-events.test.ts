import { describe, expect, it } from 'vitest'
import { drive } from '../../../support/drive.ts'
import { process } from '../../../support/process-builder.ts'

describe('signal events', () => {
  it('reach everything in the instance that waits for the signal, in the order of the file', () => {
    const parsed = process('p')
      .start()
      .userTask('a')
      .signalBoundary('note', 'x', false)
      .task('noted')
      .end('e1')
      .at('a')
      .signalBoundary('stop', 'x')
      .userTask('undo')
      .end('e2')
      .at('a')
      .signalBoundary('late', 'x', false)
      .task('tooLate')
      .end('e3')
      .at('a')
      .end('e4')
      .build()
    const run = drive(parsed)

    run.signal('x', { why: 'weather' })

    expect(run.active()).toEqual(['undo'])
    expect([run.count('noted'), run.count('tooLate')]).toEqual([1, 0])
    expect(run.variables).toEqual({ why: 'weather' })
  })

  it('reach a branch that begins to wait in the same step, but nobody who comes to wait after the throw', () => {
    const beside = process('p').start().parallelGateway('g').signalThrow('t', 'go').end('e1').at('g')
    const run = drive(beside.signalCatch('c', 'go').userTask('after').end('e2').build())
    const behind = drive(process('q').start().signalThrow('t', 'go').signalCatch('c', 'go').end().build())

    expect(run.active()).toEqual(['after'])
    expect(behind.active()).toEqual(['c'])
  })

  it('tell the world once what was thrown, with what the input mapping gives', () => {
    const parsed = process('p')
      .start()
      .signalThrow('t', '="order-" + kind', { inputs: { n: '=1 + 1' } })
      .end()
      .build()

    const run = drive(parsed, { kind: 'new' })

    expect(run.broadcast.map(({ name, variables }) => ({ name, variables }))).toEqual([
      { name: 'order-new', variables: { n: 2 } },
    ])
    expect(run.state).toBe('completed')
  })

  it('are refused where nobody waits for them', () => {
    const run = drive(process('p').start().signalCatch('c', 'go').end().build())

    const refusal = run.send({ type: 'catchSignal', signalId: 's', name: 'other', variables: {}, now: run.now })

    expect(refusal).toMatchObject({ code: 'subscription.not_found' })
  })
})
