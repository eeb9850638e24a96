import { describe, expect, it } from 'vitest'
import { drive } from '../../../support/drive.ts'
import { process } from '../../../support/process-builder.ts'

const choice = () =>
  process('p')
    .start()
    .exclusiveGateway('x')
    .when('amount > 10')
    .end('big')
    .at('x')
    .when('amount > 5')
    .end('medium')
    .at('x')
    .otherwise()
    .end('small')

describe('an exclusive gateway', () => {
  it('takes the first flow whose condition holds, and tells why', () => {
    const run = drive(choice().build(), { amount: 12 })

    expect(run.state).toBe('completed')
    expect(run.count('big')).toBe(1)
    expect(run.count('medium')).toBe(0)
    expect(run.events.find((event) => event.type === 'flowTaken' && event.flowId === 'x-big')).toMatchObject({
      because: { expression: 'amount > 10', values: { amount: 12 } },
    })
  })

  it('takes the default flow when no condition holds', () => {
    const run = drive(choice().build(), { amount: 1 })

    expect(run.count('small')).toBe(1)
    expect(run.events.find((event) => event.type === 'flowTaken' && event.flowId === 'x-small')).toMatchObject({
      because: 'default',
    })
  })

  it('raises an incident when no condition holds and there is no default flow, and goes on once it is resolved', () => {
    const definition = process('p').start().exclusiveGateway('x').when('amount > 10').end('big').build()
    const run = drive(definition, { amount: 3 })

    expect(run.incidents()).toEqual([{ element: 'x', code: 'gateway.no_flow' }])
    expect(run.active()).toEqual(['x'])

    run.setVariables({ amount: 11 }).resolve('x')

    expect(run.state).toBe('completed')
    expect(run.incidents()).toEqual([])
  })

  it.each([[null], ['true'], [1], [[]]])('never takes a condition that gives %j for false', (answer) => {
    const run = drive(
      process('p').start().exclusiveGateway('x').when('answer').end('yes').at('x').otherwise().end('no').build(),
      { answer },
    )

    expect(run.incidents()).toEqual([{ element: 'x', code: 'condition.not_boolean' }])
    expect(run.count('no')).toBe(0)
  })

  it('lets every token pass when it merges, and never touches a sibling branch', () => {
    const run = drive(
      process('p')
        .start()
        .parallelGateway('fork')
        .userTask('a')
        .exclusiveGateway('merge')
        .userTask('after')
        .end()
        .at('fork')
        .userTask('b')
        .to('merge')
        .build(),
    )

    run.completeTask('a')

    expect(run.active()).toEqual(['after', 'b'])

    run.completeTask('b').completeTask('after').completeTask('after')

    expect(run.state).toBe('completed')
    expect(run.count('after')).toBe(2)
  })
})

describe('the ways out of an activity', () => {
  it('take what has no condition, and the default where no condition holds', () => {
    const run = drive(
      process('p')
        .start()
        .userTask('work')
        .userTask('always')
        .end()
        .at('work')
        .when('amount > 10')
        .userTask('big')
        .end('big-end')
        .at('work')
        .otherwise()
        .userTask('small')
        .end('small-end')
        .build(),
      { amount: 1 },
    )

    expect(run.completeTask('work').active()).toEqual(['always', 'small'])
  })
})
