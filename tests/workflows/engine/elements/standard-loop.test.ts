import { describe, expect, it } from 'vitest'
import { checkProcess } from '../../../../workflows/engine/check.ts'
import { drive } from '../../../support/drive.ts'
import { process } from '../../../support/process-builder.ts'

describe('a standard loop', () => {
  it('repeats while its condition holds', () => {
    const run = drive(process('p').start().userTask('work').loopWhile('=more').userTask('after').end().build())

    run.completeTask('work', { more: true })
    expect(run.active()).toEqual(['work'])

    run.completeTask('work', { more: false })
    expect(run.active()).toEqual(['after'])
    expect(run.count('work')).toBe(3) // two rounds, and the whole
  })

  it('does not run at all when it looks first and the condition does not hold', () => {
    const run = drive(
      process('p').start().userTask('work').loopWhile('=more', { testBefore: true }).userTask('after').end().build(),
      { more: false },
    )

    expect(run.active()).toEqual(['after'])
  })

  it('ends at its maximum', () => {
    const run = drive(
      process('p').start().scriptTask('work', '=loopCounter', 'last').loopWhile('=true', { maximum: 4 }).end().build(),
    )

    expect(run.variables['last']).toBe(4)
    expect(run.state).toBe('completed')
  })

  it('is stopped by the budget of a step when it never comes to rest, and goes on from there', () => {
    const run = drive(process('p').start().scriptTask('work', '=1', 'x').loopWhile('=more').end().build(), {
      more: true,
    })
    expect(run.incidents()).toEqual([{ element: 'work', code: 'loop.budget' }])

    run.setVariables({ more: false }).resolve('work')

    expect(run.state).toBe('completed')
  })

  it('is refused when nothing ends it, or its maximum is no number of rounds', () => {
    const codes = (maximum: number | null) =>
      checkProcess(process('p').start().userTask('work').loopWhile(null, { maximum }).end().build()).map(
        ({ elementId, code }) => [elementId, code],
      )

    expect(codes(null)).toEqual([['work', 'bpmn.missing']])
    expect(codes(-1)).toEqual([['work', 'loop.maximum']])
    expect(codes(3)).toEqual([])
  })
})

describe('a sequential multi-instance activity', () => {
  it('keeps to the list as it was at entry, one item at a time', () => {
    const run = drive(
      process('p')
        .start()
        .serviceTask('check')
        .forEach('=items', { sequential: true, outputCollection: 'results', outputElement: '=result' })
        .end()
        .build(),
      { items: ['a', 'b'] },
    )
    expect([...run.open.jobs.values()].map(({ variables }) => variables['item'])).toEqual(['a'])

    run.setVariables({ items: [] }).completeJob('check', { result: 'A' })
    expect([...run.open.jobs.values()].map(({ variables }) => variables['item'])).toEqual(['b'])

    run.completeJob('check', { result: 'B' })
    expect(run.state).toBe('completed')
    expect(run.variables['results']).toEqual(['A', 'B'])
  })

  it('takes a thousand instances in one step', () => {
    const run = drive(
      process('p')
        .start()
        .scriptTask('s', '=loopCounter', 'x')
        .times('=1000', { sequential: true })
        .userTask('after')
        .end()
        .build(),
    )

    expect(run.active()).toEqual(['after'])
    expect(run.variables['x']).toBe(1000)
  })
})
