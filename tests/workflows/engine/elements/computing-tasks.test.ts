import { describe, expect, it } from 'vitest'
import { aHost, drive } from '../../../support/drive.ts'
import { process } from '../../../support/process-builder.ts'

describe('a script task', () => {
  it('computes inside the step, exactly, and keeps its result in the named variable', () => {
    const run = drive(process('p').start().scriptTask('s', '=0.1 + 0.2', 'sum').end().build())

    expect(run.state).toBe('completed')
    expect(run.variables).toEqual({ sum: 0.3 })
  })

  it('keeps a value of its own, whatever later becomes of a part of the variable that it came from', () => {
    const parsed = process('p').start().scriptTask('s', '=order', 'copy')
    parsed.scriptTask('change', '="moved"', 'said', { outputs: { 'copy.address.city': '="Shanghai"' } }).end()
    const run = drive(parsed.build(), { order: { address: { city: 'Beijing' } } })

    expect(run.variables).toMatchObject({
      order: { address: { city: 'Beijing' } },
      copy: { address: { city: 'Shanghai' } },
    })
  })

  it('that counts too long in a loop is held with an incident, not with the server', () => {
    const run = drive(
      process('p')
        .start()
        .exclusiveGateway('x')
        .scriptTask('s', '=n + 1', 'n')
        .exclusiveGateway('y')
        .when('true')
        .to('x')
        .at('y')
        .otherwise()
        .end()
        .build(),
      { n: 0 },
    )

    expect(run.incidents()).toMatchObject([{ code: 'loop.budget' }])
    expect(run.state).toBe('active')
  })
})

describe('a business rule task', () => {
  const level = () => process('p').start().businessRuleTask('decide', 'level', 'level').end().build()

  it('evaluates its decision and tells which rules matched', () => {
    const host = aHost({
      decide: (_id, scope) => ({
        ok: true,
        output: Number(scope.get('amount')) > 500 ? 'manager' : 'clerk',
        matched: [{ decisionId: 'level', ruleIndex: 2, ruleId: 'r2', annotation: '超过限额' }],
      }),
    })
    const run = drive(level(), { amount: 620 }, { host })

    expect(run.variables['level']).toBe('manager')
    expect(run.events.find(({ type }) => type === 'decisionEvaluated')).toMatchObject({
      decisionId: 'level',
      rules: [{ index: 2, id: 'r2', annotation: '超过限额' }],
    })
  })

  it('holds with an incident when the decision cannot be made', () => {
    expect(drive(level()).incidents()).toEqual([{ element: 'decide', code: 'decision.failed' }])
  })
})

describe('manual and abstract tasks and plain throw events', () => {
  it('pass at once', () => {
    expect(drive(process('p').start().manualTask('m').task('t').throwEvent('e').end().build()).state).toBe('completed')
  })
})
