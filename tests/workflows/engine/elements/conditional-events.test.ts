import { describe, expect, it } from 'vitest'
import { drive } from '../../../support/drive.ts'
import { process } from '../../../support/process-builder.ts'

describe('conditional events', () => {
  it('happen when the condition becomes true, not while it stays true', () => {
    const parsed = process('p').start().userTask('a').conditionalBoundary('b', 'n > 2', false).task('t').end('e1')
    const run = drive(parsed.at('a').end('e2').build(), { n: 1 })

    for (const n of [3, 4, 1, 5]) run.setVariables({ n })

    expect(run.count('t')).toBe(2)
    expect(run.active()).toEqual(['a'])
  })

  it('happen at once when the condition holds on entry, and no task or job is left of what they interrupt', () => {
    const parsed = process('p').start().serviceTask('a').conditionalBoundary('b', 'n > 2').userTask('h').end('e1')
    const run = drive(parsed.at('a').end('e2').build(), { n: 3 })

    expect(run.active()).toEqual(['h'])
    expect(run.open.jobs.size).toBe(0)
  })

  it('are looked at between two elements: what one script sets the next one cannot hide', () => {
    const parsed = process('p')
      .start()
      .userTask('a')
      .scriptTask('raise', '5', 'n')
      .scriptTask('lower', '0', 'n')
      .end()
      .eventSubProcess('h')
      .conditionalHandler('hs', 'n > 2')
      .userTask('seen')
      .end('he')
      .endSubProcess()
      .build()
    const run = drive(parsed, { n: 0 })

    run.completeTask('a')

    expect(run.active()).toEqual(['seen'])
    expect(run.count('lower')).toBe(0)
  })

  it('that give no boolean are an incident, and are looked at again when it is resolved', () => {
    const parsed = process('p').start().serviceTask('a').conditionalBoundary('b', 'n > 2').userTask('h').end('e1')
    const run = drive(parsed.at('a').end('e2').build(), { n: 1 })

    run.setVariables({ n: 'many' })
    expect(run.incidents()).toEqual([{ element: 'a', code: 'condition.not_boolean' }])
    run.setVariables({ n: 2 }).resolve('a')

    expect(run.incidents()).toEqual([])
    expect(run.open.jobs.size).toBe(1)
    run.setVariables({ n: 3 })
    expect(run.active()).toEqual(['h'])
  })

  it('cost a process without any nothing', () => {
    const run = drive(process('p').start().userTask('a').end().build())

    expect(run.definition.conditional).toBe(false)
    expect(run.at('a').conditions).toBeUndefined()
  })
})
