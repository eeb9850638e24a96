import { describe, expect, it } from 'vitest'
import type { AdHoc } from '../../../../workflows/model/definition.ts'
import type { Driver } from '../../../support/drive.ts'
import { drive } from '../../../support/drive.ts'
import { process } from '../../../support/process-builder.ts'

const choosing = (more: Partial<AdHoc> = {}) =>
  process('p')
    .start()
    .adHoc('free', more)
    .userTask('a')
    .beside()
    .userTask('b')
    .userTask('then')
    .endSubProcess()
    .userTask('after')
    .end()
    .build()

const refusedWith = (run: Driver, ...inner: string[]) =>
  run.send({ type: 'activateAdHoc', now: run.now, elementId: 'free', inner, variables: {}, by: 'li' })?.code

describe('an ad-hoc sub-process', () => {
  it('waits until people choose, and completes when what they chose is done', () => {
    const run = drive(choosing())
    expect(run.active()).toEqual([])

    run.activate('free', 'a', 'b').completeTask('a').completeTask('b')
    expect(run.active()).toEqual(['then'])

    run.completeTask('then')
    expect(run.active()).toEqual(['after'])
  })

  it.each([
    ['something that is not there', ['x'], 'adhoc.not_offered'],
    ['what a flow leads to', ['then'], 'adhoc.not_offered'],
    ['nothing', [], 'adhoc.not_offered'],
  ])('refuses to activate %s', (_what, inner, code) => {
    const run = drive(choosing())

    expect(refusedWith(run, ...inner)).toBe(code)
  })

  it('allows one at a time where it is sequential', () => {
    const run = drive(choosing({ ordering: 'Sequential', condition: 'false' }))
    expect(refusedWith(run, 'a', 'b')).toBe('adhoc.one_at_a_time')

    run.activate('free', 'a')
    expect(refusedWith(run, 'b')).toBe('adhoc.one_at_a_time')

    run.completeTask('a').activate('free', 'b')
    expect(run.active()).toEqual(['b'])
  })

  it('takes no request once its completion condition held', () => {
    const run = drive(choosing({ condition: 'ok', cancelRemaining: false }), { ok: true }).activate('free', 'a', 'b')

    run.completeTask('a')
    expect(refusedWith(run, 'a')).toBe('adhoc.completed')

    run.completeTask('b')
    expect(run.active()).toEqual(['after'])
    expect(refusedWith(run, 'a')).toBe('adhoc.not_found')
  })

  it('ends what still runs when its completion condition holds', () => {
    const run = drive(choosing({ condition: 'ok' }), { ok: true }).activate('free', 'a', 'b')

    run.completeTask('a')

    expect(run.count('b', 'terminated')).toBe(1)
    expect(run.active()).toEqual(['after'])
  })

  it('collects what comes out at the end of a way, not on it', () => {
    const run = drive(choosing({ outputCollection: 'results', outputElement: 'result' }))

    run.activate('free', 'b').completeTask('b', { result: 1 }).completeTask('then', { result: 2 })

    expect(run.variables).toMatchObject({ results: [2] })
  })
})
