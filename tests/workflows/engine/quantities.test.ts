import { describe, expect, it } from 'vitest'
import { drive } from '../../support/drive.ts'
import { process } from '../../support/process-builder.ts'

/** Two branches into one activity that takes several tokens. */
function taking(startQuantity: number) {
  const parsed = process('p')
    .start()
    .parallelGateway('fork')
    .userTask('a')
    .serviceTask('work', 'work', { inputs: { need: '=given + 1' } })
    .end()
    .at('fork')
    .userTask('b')
    .to('work')
    .build()
  parsed.nodes.find(({ id }) => id === 'work')!.startQuantity = startQuantity
  return parsed
}

describe('an activity that takes several tokens to begin', () => {
  it('begins once, when they have come', () => {
    const run = drive(taking(2), { given: 1 }).completeTask('a')
    expect(run.open.jobs.size).toBe(0)
    expect(run.active()).toEqual(['b', 'work'])

    run.completeTask('b')
    expect([...run.open.jobs.values()].map(({ variables }) => variables)).toEqual([{ need: 2 }])

    run.completeJob('work')
    expect(run.state).toBe('completed')
    expect(run.count('work')).toBe(1)
  })

  it('says with an incident that they cannot come any more, and does not begin when it is resolved', () => {
    const run = drive(taking(3), { given: 1 }).completeTask('a').completeTask('b')
    expect(run.incidents()).toEqual([{ element: 'work', code: 'join.stuck' }])

    run.resolve('work')

    expect(run.open.jobs.size).toBe(0)
    expect(run.incidents()).toEqual([{ element: 'work', code: 'join.stuck' }])
  })
})

describe('an activity that sends several tokens on', () => {
  it('sends as many over each flow as it says', () => {
    const parsed = process('p').start().userTask('a').userTask('b').end().build()
    parsed.nodes.find(({ id }) => id === 'a')!.completionQuantity = 3

    const run = drive(parsed).completeTask('a')

    expect(run.active()).toEqual(['b', 'b', 'b'])
    expect(run.flows('a-b')).toBe(3)
  })
})
