import { describe, expect, it } from 'vitest'
import { drive } from '../../../support/drive.ts'
import { process } from '../../../support/process-builder.ts'

describe('a parallel multi-instance activity', () => {
  it('collects its outputs in the order of the input', () => {
    const run = drive(
      process('p')
        .start()
        .serviceTask('check')
        .forEach('=items', { outputCollection: 'results', outputElement: '=result' })
        .end()
        .build(),
      { items: ['a', 'b', 'c'] },
    )
    const items = [...run.open.jobs.values()].map(({ variables }) => [variables['item'], variables['loopCounter']])
    expect(items).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ])

    run
      .completeJob('check', { result: 'B' }, 2)
      .completeJob('check', { result: 'A' })
      .completeJob('check', { result: 'C' })

    expect(run.state).toBe('completed')
    expect(run.variables).toEqual({ items: ['a', 'b', 'c'], results: ['A', 'B', 'C'] })
  })

  it('ends when its completion condition holds, with null where an instance was terminated', () => {
    const run = drive(
      process('p')
        .start()
        .userTask('vote')
        .times('=3', {
          outputCollection: 'votes',
          outputElement: '=vote',
          completionCondition: '=numberOfCompletedInstances >= 2',
        })
        .end()
        .build(),
    )

    run.completeTask('vote', { vote: 'yes' }).completeTask('vote', { vote: 'no' }, 'system', 2)

    expect(run.state).toBe('completed')
    expect(run.variables['votes']).toEqual(['yes', null, 'no'])
    expect(run.count('vote', 'terminated')).toBe(1)
  })

  it.each([
    ['an empty list', { items: [] }],
    ['no instance at all', { items: [] as string[] }],
  ])('passes with %s', (_what, variables) => {
    const run = drive(
      process('p')
        .start()
        .serviceTask('check')
        .forEach('=items', { outputCollection: 'results', outputElement: '=1' })
        .end()
        .build(),
      variables,
    )

    expect(run.state).toBe('completed')
    expect(run.variables['results']).toEqual([])
  })

  it('repeats a sub-process with the script tasks in it', () => {
    const run = drive(
      process('p')
        .start()
        .subProcess('each')
        .start('inner')
        .scriptTask('double', '=item * 2', 'doubled')
        .end('inner-end')
        .endSubProcess()
        .forEach('=items', { outputCollection: 'all', outputElement: '=doubled' })
        .end()
        .build(),
      { items: [1, 2, 3] },
    )

    expect(run.state).toBe('completed')
    expect(run.variables).toEqual({ items: [1, 2, 3], all: [2, 4, 6] })
  })

  it.each([
    ['a text', { n: 'x' }, 'mi.limit'],
    ['a negative number', { n: -1 }, 'mi.limit'],
    ['half an instance', { n: 1.5 }, 'mi.limit'],
    ['too many', { n: 1001 }, 'mi.limit'],
  ])('holds with an incident for %s', (_what, variables, code) => {
    const run = drive(process('p').start().serviceTask('check').times('=n').end().build(), variables)

    expect(run.incidents()).toEqual([{ element: 'check', code }])
  })

  it('takes a thousand instances in one step', () => {
    const run = drive(process('p').start().scriptTask('s', '=loopCounter', 'x').times('=1000').end().build())

    expect(run.state).toBe('completed')
    expect(run.count('s')).toBe(1001)
  })

  it('has its boundary events once, for the whole', () => {
    const run = drive(
      process('p')
        .start()
        .userTask('vote')
        .times('=2')
        .end()
        .at('vote')
        .timerBoundary('late', { duration: 'PT1H' })
        .end('late-end')
        .build(),
    )
    expect(run.open.timers.size).toBe(1)

    run.advanceTo('2026-03-02T02:00:00.000Z')

    expect(run.state).toBe('completed')
    expect(run.count('vote', 'terminated')).toBe(3)
  })

  it('interrupts the whole when one of its instances throws an error', () => {
    const run = drive(
      process('p')
        .start()
        .serviceTask('pay')
        .times('=3')
        .end()
        .at('pay')
        .errorBoundary('failed', 'E')
        .end('failed-end')
        .build(),
    ).throwError('pay', 'E')

    expect(run.state).toBe('completed')
    expect(run.count('failed-end')).toBe(1)
  })
})

describe('a multi-instance activity whose completion condition never holds', () => {
  it.each([true, false])('ends when all are through (sequential: %s)', (sequential) => {
    const run = drive(
      process('p')
        .start()
        .userTask('vote')
        .times('=2', { sequential, completionCondition: '=numberOfCompletedInstances > 5' })
        .end()
        .build(),
    )

    run.completeTask('vote').completeTask('vote')

    expect(run.state).toBe('completed')
  })
})
