import { describe, expect, it } from 'vitest'
import { drive } from '../../../support/drive.ts'
import { process } from '../../../support/process-builder.ts'
import type { Trigger } from '../../../../workflows/model/definition.ts'

const message: Trigger = { kind: 'message', message: { id: 'm', name: { text: 'm' }, correlationKey: null } }
const signal: Trigger = { kind: 'signal', name: { text: 's' } }
const timer: Trigger = { kind: 'timer', timer: { kind: 'duration', value: { text: 'PT1H' } } }

describe('multiple events', () => {
  it('happen by the first of their triggers and wait for none of the others then', () => {
    const parsed = process('p').start().multipleCatch('c', [message, signal, timer]).userTask('a').end().build()
    const run = drive(parsed)
    expect([run.open.subscriptions.size, run.open.timers.size]).toEqual([2, 1])

    run.signal('s')

    expect(run.active()).toEqual(['a'])
    expect([run.open.subscriptions.size, run.open.timers.size]).toEqual([0, 0])
  })

  it('that need all of their triggers happen with the last, with what each has brought', () => {
    const parsed = process('p').start().parallelMultipleCatch('c', [message, signal, timer]).userTask('a').end().build()
    const run = drive(parsed)

    run.signal('s', { a: 1 }).advanceTo('2026-03-02T02:00:00.000Z')
    expect(run.active()).toEqual(['c'])
    run.correlate('c', { b: 2 })

    expect(run.active()).toEqual(['a'])
    expect(run.variables).toEqual({ a: 1, b: 2 })
  })

  it('throw each of their triggers, and what ends the scope last', () => {
    const error: Trigger = { kind: 'error', code: { text: 'bad' } }
    const parsed = process('p').start().subProcess('s').start('ss').multipleEnd('t', [error, signal, message])
    const run = drive(
      parsed.endSubProcess().errorBoundary('b', 'bad').userTask('h').end('e1').at('s').end('e2').build(),
    )

    expect(run.active()).toEqual(['h'])
    expect([run.broadcast.length, run.published.length, run.count('t')]).toEqual([1, 1, 1])
  })
})
