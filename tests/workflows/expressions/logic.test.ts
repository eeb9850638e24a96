import { describe, expect, it } from 'vitest'
import { evaluation, feel, feelValue } from '../../support/feel.ts'

describe('logic', () => {
  it.each([
    ['true and true', true],
    ['true and false', false],
    ['true and null', null],
    ['false and null', false],
    ['null and false', false],
    ['null and null', null],
    ['true or null', true],
    ['null or true', true],
    ['false or null', null],
    ['false or false', false],
    ['not(true)', false],
    ['not(null)', null],
    ['not(1)', null],
    ['true and 1', null],
    ['false and "x"', false],
  ])('knows three values: %s is %s', (source, expected) => {
    expect(feelValue(source)).toBe(expected)
  })

  it.each([
    ['null = null', true],
    ['null != null', false],
    ['1 = null', false],
    ['null > 1', null],
    ['1 = "1"', null],
    ['"a" < "b"', true],
    ['"a" < 1', null],
    ['[1, 2] = [1, 2]', true],
    ['[1, 2] = [2, 1]', false],
    ['{a: 1} = {a: 1.0}', true],
    ['{a: 1} = {b: 1}', false],
    ['true = false', false],
    ['5 between 1 and 5', true],
    ['null between 1 and 5', null],
    ['5 in [1..5)', false],
    ['5 in (1..5]', true],
    ['5 in ]1..5[', false],
    ['5 in (1, 2, 5)', true],
    ['5 in (> 10, < 6)', true],
    ['"b" in ["a", "b"]', true],
    ['5 in > 3', true],
  ] as [string, unknown][])('compares: %s is %s', (source, expected) => {
    expect(feelValue(source)).toBe(expected)
  })

  it('takes the second branch of an if unless the condition is true', () => {
    expect(feel('if amount > 500 then "manager" else "clerk"', { amount: 501 })).toBe('manager')
    expect(feel('if amount > 500 then "manager" else "clerk"', { amount: null })).toBe('clerk')
    expect(feel('if "true" then 1 else 2')).toBe(2)
  })

  it('gives null for a variable that is not there, and says which', () => {
    expect(evaluation('amout > 500')).toMatchObject({
      ok: true,
      value: null,
      warnings: [{ code: 'feel.unknown_variable', name: 'amout', position: 0 }],
    })
  })

  it('fails for a variable that is not there where that is asked', () => {
    const result = evaluation('amout > 500', {}, { unknownVariables: 'fail' })

    expect(result).toMatchObject({ ok: false, code: 'feel.unknown_variable' })
    expect(result.ok ? '' : result.message.en).toContain('amout')
  })

  it('takes a variable that is null for null, not for missing', () => {
    expect(evaluation('amount = null', { amount: null }, { unknownVariables: 'fail' })).toMatchObject({ value: true })
  })
})
