import { describe, expect, it } from 'vitest'
import { drive } from '../../../support/drive.ts'
import { process } from '../../../support/process-builder.ts'

const three = (condition: string) =>
  process('p')
    .start()
    .parallelGateway('fork')
    .userTask('a')
    .complexGateway('gate', condition)
    .when('waitingForStart')
    .userTask('early')
    .end()
    .at('gate')
    .when('not(waitingForStart)')
    .userTask('late')
    .end('late-end')
    .at('fork')
    .userTask('b')
    .to('gate')
    .at('fork')
    .userTask('c')
    .to('gate')
    .build()

describe('a complex gateway', () => {
  it('fires when its condition holds, and once more when the rest has come', () => {
    const run = drive(three('=activationCount >= 2')).completeTask('a')
    expect(run.active()).toEqual(['b', 'c', 'gate'])

    run.completeTask('b')
    expect(run.active()).toContain('early')
    expect(run.active()).not.toContain('late')

    run.completeTask('c')
    expect(run.active()).toEqual(['early', 'late'])
    expect(run.count('gate')).toBe(1)
  })

  it('says in the history which phase a flow was taken in', () => {
    const run = drive(three('=activationCount >= 3')).completeTask('a').completeTask('b').completeTask('c')

    const taken = run.events.flatMap((event) => (event.type === 'flowTaken' && event.because ? [event.because] : []))
    expect(taken).toEqual([
      { expression: 'waitingForStart', values: { waitingForStart: true } },
      { expression: 'not(waitingForStart)', values: { waitingForStart: false } },
    ])
  })

  it('holds its tokens with an incident when the condition cannot be read, and goes on when it can', () => {
    const run = drive(three('=enough')).completeTask('a')
    expect(run.incidents()).toEqual([{ element: 'gate', code: 'condition.not_boolean' }])

    run.setVariables({ enough: true }).resolve('gate')

    expect(run.active()).toEqual(['b', 'c', 'early', 'gate'])
  })

  it('activates when the data change so that its condition holds', () => {
    const run = drive(three('=enough'), { enough: false }).completeTask('a')
    expect(run.active()).not.toContain('early')

    run.setVariables({ enough: true })

    expect(run.active()).toContain('early')
  })

  it('takes one token of each flow, and keeps what is over for its next round', () => {
    const run = drive(
      process('p')
        .start()
        .parallelGateway('fork')
        .userTask('a')
        .exclusiveGateway('merge')
        .complexGateway('gate', '=activationCount >= 3')
        .userTask('after')
        .end()
        .at('fork')
        .userTask('b')
        .to('merge')
        .at('fork')
        .userTask('c')
        .to('gate')
        .build(),
    )

    run.completeTask('a').completeTask('b').completeTask('c')

    expect(run.active()).toEqual(['after', 'gate'])
    expect(run.instance.elements.find(({ at }) => at === 'gate')?.arrived).toEqual({ 'merge-gate': 1 })
  })

  it('does not hold its reset for a flow whose token it has taken', () => {
    const run = drive(
      process('p')
        .start()
        .parallelGateway('fork')
        .exclusiveGateway('merge')
        .complexGateway('gate', '=activationCount >= 1')
        .when('not(waitingForStart)')
        .userTask('late')
        .end()
        .at('gate')
        .when('waitingForStart')
        .userTask('early')
        .end('early-end')
        .at('fork')
        .userTask('second')
        .to('merge')
        .at('fork')
        .userTask('other')
        .to('gate')
        .build(),
    )
    expect(run.active()).toEqual(['early', 'gate', 'other', 'second'])

    run.completeTask('other')

    expect(run.active()).toEqual(['early', 'late', 'second'])
  })
})
