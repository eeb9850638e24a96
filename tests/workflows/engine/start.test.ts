import { describe, expect, it } from 'vitest'
import { replay } from '../../../workflows/engine/apply.ts'
import { drive, startOfTime } from '../../support/drive.ts'
import { process } from '../../support/process-builder.ts'

describe('starting an instance', () => {
  it('asks for the start event where there are several, and begins at the one that is named', () => {
    const two = () => process('p').start('a').userTask('one').end('end-a').build()
    const parsed = two()
    const other = process('q').start('b').userTask('two').end('end-b').build()
    parsed.nodes.push(...other.nodes)
    parsed.flows.push(...other.flows)

    expect(drive(parsed).refusedStart?.code).toBe('start.ambiguous')
    expect(drive(parsed, {}, { start: { startElementId: 'nowhere' } }).refusedStart?.code).toBe('start.not_found')
    expect(drive(parsed, {}, { start: { startElementId: 'b' } }).active()).toEqual(['two'])
  })

  it('begins at everything that nothing leads to when there is no start event', () => {
    const parsed = process('p').userTask('a').end('end-a').build()
    parsed.nodes.push(...process('q').userTask('b').build().nodes)

    expect(drive(parsed).active()).toEqual(['a', 'b'])
  })

  it('begins at a message start only when it is named', () => {
    const parsed = process('p').messageStart('asked', 'cancel-asked').userTask('a').end().build()

    expect(drive(parsed).refusedStart?.code).toBe('start.not_plain')
    expect(drive(parsed, { order: 1 }, { start: { startElementId: 'asked' } }).active()).toEqual(['a'])
  })

  it('refuses variables that no process may have', () => {
    const variables = JSON.parse('{"__proto__": 1}') as Record<string, never>

    expect(drive(process('p').start().end().build(), variables).refusedStart?.code).toBe('variables.reserved_name')
  })
})

describe('an instance that has ended', () => {
  it('refuses everything', () => {
    const run = drive(process('p').start().end().build())

    expect(run.send({ type: 'cancel', now: startOfTime, by: 'admin', reason: null })?.code).toBe('instance.ended')
    expect(run.send({ type: 'setVariables', now: startOfTime, by: 'admin', scope: null, variables: {} })?.code).toBe(
      'instance.ended',
    )
  })
})

describe('the history of an instance', () => {
  const ended = () => drive(process('p').start().userTask('a').end().build(), {}, { now: '2026-03-02T01:00:00.000Z' })

  it('gives the times of the commands, whenever it is replayed', () => {
    const run = ended().advanceTo('2026-03-04T05:06:07.008Z').completeTask('a')

    expect(replay(run.events)).toMatchObject({
      state: 'completed',
      startedAt: '2026-03-02T01:00:00.000Z',
      endedAt: '2026-03-04T05:06:07.008Z',
    })
  })

  it('is no history when an event is missing in it', () => {
    const { events } = ended().completeTask('a')

    expect(() => replay(events.filter(({ seq }) => seq !== 3))).toThrow(/does not follow/)
  })
})
