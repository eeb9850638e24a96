import { describe, expect, it } from 'vitest'
import { drive, startOfTime } from '../../../support/drive.ts'
import { process } from '../../../support/process-builder.ts'

describe('a message', () => {
  it('is waited for by name and key, and brings its variables', () => {
    const run = drive(process('p').start().messageCatch('paid', 'payment-received', '=order').end().build(), {
      order: 'O-1',
    })

    expect([...run.open.subscriptions.values()]).toMatchObject([
      { elementId: 'paid', messageName: 'payment-received', correlationKey: 'O-1' },
    ])

    run.correlate('paid', { amount: 5 })

    expect(run.state).toBe('completed')
    expect(run.variables).toEqual({ order: 'O-1', amount: 5 })
  })

  it('without a key is an incident, until the key is there', () => {
    const run = drive(process('p').start().receiveTask('paid', 'payment', '=order').end().build())
    expect(run.incidents()).toEqual([{ element: 'paid', code: 'message.key_missing' }])

    run.setVariables({ order: 7 }).resolve('paid')

    expect([...run.open.subscriptions.values()][0]?.correlationKey).toBe('7')
  })

  it('on the border that does not interrupt is taken each time it comes', () => {
    const run = drive(
      process('p')
        .start()
        .userTask('work')
        .end()
        .at('work')
        .messageBoundary('note', 'note', '="k"', false)
        .userTask('read')
        .end('noted')
        .build(),
    )

    run.correlate('note').correlate('note')

    expect(run.active()).toEqual(['read', 'read', 'work'])
  })

  it('on the border that interrupts ends the activity, and nobody waits any more', () => {
    const run = drive(
      process('p')
        .start()
        .userTask('work')
        .end()
        .at('work')
        .messageBoundary('stop', 'stop', '="k"')
        .end('stopped')
        .build(),
    )
    const [[subscriptionId] = []] = [...run.open.subscriptions]

    run.correlate('stop')

    expect(run.state).toBe('completed')
    expect(
      run.send({
        type: 'correlateMessage',
        now: startOfTime,
        subscriptionId: subscriptionId ?? '',
        messageId: 'm',
        variables: {},
      })?.code,
    ).toBe('subscription.not_found')
  })

  it('is published by a send task, a throw and an end event, with what the input mapping gives', () => {
    const run = drive(
      process('p')
        .start()
        .sendTask('tell', 'told', '=order', { inputs: { what: '=order' } })
        .messageThrow('throw', 'thrown')
        .messageEnd('end', 'ended')
        .build(),
      { order: 'O-1' },
    )

    expect(run.state).toBe('completed')
    expect(run.published.map(({ name, correlationKey, variables }) => [name, correlationKey, variables])).toEqual([
      ['told', 'O-1', { what: 'O-1' }],
      ['thrown', null, {}],
      ['ended', null, {}],
    ])
    expect(new Set(run.published.map(({ messageId }) => messageId)).size).toBe(3)
  })

  it('is sent by a job where the send task has a task definition', () => {
    const run = drive(process('p').start().sendTaskWithJob('tell', 'mail').end().build()).completeJob('tell')

    expect(run.state).toBe('completed')
    expect(run.published).toEqual([])
  })
})
