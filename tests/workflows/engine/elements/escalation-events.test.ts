import { describe, expect, it } from 'vitest'
import { drive } from '../../../support/drive.ts'
import { process } from '../../../support/process-builder.ts'

const thrower = (interrupting: boolean, code: string | null) =>
  process('p')
    .start()
    .subProcess('s')
    .start('ss')
    .escalationThrow('t', 'late')
    .userTask('going')
    .end('se')
    .endSubProcess()
    .escalationBoundary('b', code, interrupting)
    .userTask('told')
    .end('e1')
    .at('s')
    .end('e2')
    .build()

describe('escalation events', () => {
  it('are taken beside, or interrupt; the throwing event is completed either way', () => {
    const beside = drive(thrower(false, 'late'))
    const ended = drive(thrower(true, null))

    expect(beside.active()).toEqual(['going', 'told'])
    expect(ended.active()).toEqual(['told'])
    expect([beside.count('t'), ended.count('t'), ended.count('going')]).toEqual([1, 1, 0])
  })

  it('pass when nobody takes their code, and the history says so', () => {
    const run = drive(thrower(true, 'other'))

    expect(run.active()).toEqual(['going'])
    expect(run.events.find(({ type }) => type === 'escalationThrown')).toMatchObject({ code: 'late', caughtBy: null })
  })
})
