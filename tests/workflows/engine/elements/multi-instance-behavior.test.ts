import { describe, expect, it } from 'vitest'
import type { LoopEvent } from '../../../../workflows/model/definition.ts'
import { drive } from '../../../support/drive.ts'
import { process } from '../../../support/process-builder.ts'

const escalation = { kind: 'escalation' as const, code: { text: 'DONE' } }

/** Three instances, and what they throw; nobody needs to catch it. */
function voting(events: LoopEvent[]) {
  return drive(process('p').start().userTask('vote').times('=3', { events }).userTask('after').end().build())
}

const thrown = (run: ReturnType<typeof voting>) => run.events.filter(({ type }) => type === 'escalationThrown').length

describe('what a multi-instance activity throws', () => {
  it('comes at each instance that is done for behavior None, and at the first for One', () => {
    const none = voting([{ when: 'each', condition: null, triggers: [escalation] }])
    const one = voting([{ when: 'first', condition: null, triggers: [escalation] }])

    for (const run of [none, one]) run.completeTask('vote').completeTask('vote').completeTask('vote')

    expect([thrown(none), thrown(one)]).toEqual([3, 1])
    expect([none.active(), one.active()]).toEqual([['after'], ['after']])
  })

  it('is asked of each definition for behavior Complex, with the counts of the moment', () => {
    const run = voting([
      { when: 'each', condition: 'numberOfCompletedInstances = 2', triggers: [escalation] },
      { when: 'each', condition: 'numberOfActiveInstances = 0', triggers: [escalation] },
    ]).completeTask('vote')
    expect(thrown(run)).toBe(0)

    run.completeTask('vote')
    expect(thrown(run)).toBe(1)

    run.completeTask('vote')
    expect(thrown(run)).toBe(2)
  })
})
