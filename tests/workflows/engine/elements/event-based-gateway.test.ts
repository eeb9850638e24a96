import { describe, expect, it } from 'vitest'
import { checkProcess } from '../../../../workflows/engine/check.ts'
import { drive } from '../../../support/drive.ts'
import { process } from '../../../support/process-builder.ts'

const choice = () =>
  process('p')
    .start()
    .eventBasedGateway('g')
    .messageCatch('paid', 'paid')
    .userTask('ship')
    .end('e1')
    .at('g')
    .timerCatch('late', { duration: 'P1D' })
    .userTask('remind')
    .end('e2')

describe('event-based gateway', () => {
  it('waits itself for what follows it; the first event takes its way and the others are dropped', () => {
    const run = drive(choice().build())
    expect(run.active()).toEqual(['g'])

    run.correlate('paid', { sum: 5 })

    expect(run.active()).toEqual(['ship'])
    expect([run.count('g'), run.count('paid'), run.count('late')]).toEqual([1, 1, 0])
    expect(run.open.timers.size).toBe(0)
    expect(run.variables).toEqual({ sum: 5 })
  })

  it('that a message starts is over when exclusive, and waits for the rest when parallel', () => {
    const gateway = (parallelEvents: boolean) =>
      process('p')
        .eventBasedGateway('g', { instantiate: true, parallelEvents })
        .messageCatch('m1', 'one', '=no')
        .end('e1')
        .at('g')
        .messageCatch('m2', 'two', '=no')
        .end('e2')
        .build()
    const start = { startElementId: 'm1', correlationKey: 'A' }

    const exclusive = drive(gateway(false), {}, { start })
    const parallel = drive(gateway(true), {}, { start })

    expect(exclusive.state).toBe('completed')
    expect(parallel.active()).toEqual(['g'])
    expect([...parallel.open.subscriptions.values()]).toMatchObject([{ elementId: 'm2', correlationKey: 'A' }])
    expect(parallel.correlate('m2').state).toBe('completed')
    expect(parallel.count('g')).toBe(1)
  })

  it('is refused with what cannot be waited for behind it, by its own name', () => {
    const wrong = process('p').start().eventBasedGateway('g').userTask('a').end('e1').at('g')
    const parsed = wrong.timerCatch('t', { duration: 'PT1H' }).end('e2').build()

    const errors = checkProcess(parsed).filter(({ severity }) => severity === 'error')

    expect(errors.map(({ code, elementId }) => `${code} ${elementId}`)).toEqual(['bpmn.gateway_follower g'])
  })
})
