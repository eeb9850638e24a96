import { describe, expect, it } from 'vitest'
import { evaluateDecision, evaluateToFeel } from '../../../workflows/decisions/evaluate.ts'
import {
  aLiteral,
  aModel,
  aTable,
  decide,
  outcome,
  requiresDecision,
  requiresInput,
  requiresKnowledge,
} from '../../support/dmn.ts'
import type { TableOptions } from '../../support/dmn.ts'
import { aScope } from '../../support/feel.ts'

describe('decision tables', () => {
  const cancel: TableOptions = {
    id: 'cancel-policy',
    hitPolicy: 'FIRST',
    inputs: [
      { name: 'stage', type: 'string' },
      { name: 'order.amount', type: 'number' },
      { name: 'tier', type: 'string' },
    ],
    outputs: [
      { name: 'outcome', type: 'string' },
      { name: 'fee', type: 'number' },
    ],
    rules: [
      [['"delivered","completed"', '-', '-'], ['"refuse"', '0'], '已经签收,请走退货。'],
      [
        ['not("packed")', '< 50000', '-'],
        ['"automatic"', '0'],
      ],
      [
        ['-', '[50000..200000)', '"gold"'],
        ['"automatic"', '0'],
      ],
      [
        ['-', '>= 200000', '-'],
        ['"manager"', 'order.amount * 0.05'],
      ],
      [
        ['-', '-', '-'],
        ['"clerk"', '0'],
      ],
    ],
  }

  it.each([
    ['delivered', 100, 'silver', 'refuse'],
    ['paid', 49_999, 'silver', 'automatic'],
    ['packed', 49_999, 'silver', 'clerk'],
    ['paid', 50_000, 'gold', 'automatic'],
    ['paid', 50_000, 'silver', 'clerk'],
    ['paid', 199_999, 'gold', 'automatic'],
    ['paid', 200_000, 'gold', 'manager'],
  ])('classifies %s, %d, %s as %s', async (stage, amount, tier, expected) => {
    expect(await outcome(cancel, { stage, order: { amount }, tier })).toMatchObject({ outcome: expected })
  })

  it('computes outputs from variables', async () => {
    expect(await outcome(cancel, { stage: 'paid', order: { amount: 200_001 }, tier: null })).toEqual({
      outcome: 'manager',
      fee: 10_000.05,
    })
  })

  it('fails for an input that reads an unknown variable (D11)', async () => {
    expect(await decide(cancel, { stage: 'paid', order: { amount: 1 } })).toMatchObject({
      ok: false,
      code: 'feel.unknown_variable',
      message: { en: expect.stringContaining('tier') },
    })
  })

  it.each(['"12"', '1e400', '1 / 0', '[1, 2]', 'true'])(
    'fails for a number output of %s instead of handing on something else (D13)',
    async (cell) => {
      expect(
        await outcome({ outputs: [{ name: 'fee', type: 'number' }], rules: [[['-'], [cell]]] }, { amount: 1 }),
      ).toBe('dmn.type')
    },
  )

  it.each(['', '-', 'null'])('takes the output cell "%s" for no value', async (cell) => {
    expect(
      await outcome({ outputs: [{ name: 'fee', type: 'number' }], rules: [[['-'], [cell]]] }, { amount: 1 }),
    ).toBeNull()
  })

  it('fails for an input of another type than declared', async () => {
    expect(await outcome({ rules: [[['> 1'], ['"x"']]] }, { amount: '12' })).toBe('dmn.type')
  })

  it('takes ISO text of process variables for dates and durations', async () => {
    const dated: TableOptions = {
      inputs: [
        { name: 'orderedOn', type: 'date' },
        { name: 'promise', type: 'dayTimeDuration' },
      ],
      rules: [
        [['< date("2026-11-01")', '-'], ['"old"']],
        [['>= date("2026-11-01")', '<= duration("P2D")'], ['"fast"']],
        [['>= date("2026-11-01")', '> duration("P2D")'], ['"slow"']],
      ],
    }

    expect(await outcome(dated, { orderedOn: '2026-10-31', promise: 'P1D' })).toBe('old')
    expect(await outcome(dated, { orderedOn: '2026-11-01', promise: 'PT48H' })).toBe('fast')
    expect(await outcome(dated, { orderedOn: '2026-11-01', promise: 'P2DT1S' })).toBe('slow')
    expect(await outcome(dated, { orderedOn: 'yesterday', promise: 'P1D' })).toBe('dmn.type')
  })

  it('checks allowed values of inputs and outputs', async () => {
    const limited: TableOptions = {
      inputs: [{ name: 'tier', type: 'string', values: '"gold","silver"' }],
      outputs: [{ name: 'outcome', type: 'string', values: '"yes","no"' }],
      rules: [
        [['"gold"'], ['"yes"']],
        [['"silver"'], ['"maybe"']],
      ],
    }

    expect(await outcome(limited, { tier: 'gold' })).toBe('yes')
    expect(await outcome(limited, { tier: 'bronze' })).toBe('dmn.allowed_values')
    expect(await outcome(limited, { tier: 'silver' })).toBe('dmn.allowed_values')
  })

  it('reads cells that speak of the tested value', async () => {
    const cells: TableOptions = {
      inputs: [{ name: 'code', type: 'string' }],
      rules: [
        [['starts with(?, "RT-") and string length(?) = 8'], ['"ours"']],
        [['matches(?, "^[0-9]+$")'], ['"digits"']],
      ],
    }

    expect(await outcome(cells, { code: 'RT-12345' })).toBe('ours')
    expect(await outcome(cells, { code: '12345' })).toBe('digits')
  })

  it('tests boolean inputs for their value', async () => {
    const flags: TableOptions = {
      inputs: [{ name: 'late', type: 'boolean' }],
      rules: [
        [['true'], ['"late"']],
        [['false'], ['"in time"']],
      ],
    }

    expect(await outcome(flags, { late: true })).toBe('late')
    expect(await outcome(flags, { late: false })).toBe('in time')
    expect(await outcome(flags, { late: null })).toBeNull()
  })
})

describe('decision requirements', () => {
  it('evaluates what a decision requires, once each, and reports all rules that matched', async () => {
    const model = await aModel(
      '<inputData id="in_amount" name="amount"><variable name="amount" typeRef="number"/></inputData>',
      aTable({
        id: 'risk',
        requires: requiresInput('in_amount'),
        rules: [
          [['> 100'], ['"high"'], 'high'],
          [['<= 100'], ['"low"']],
        ],
      }),
      aTable({
        id: 'route',
        requires: requiresDecision('risk'),
        inputs: [{ name: 'risk' }, { name: 'risk = "high" and risk != "low"' }],
        rules: [
          [['"high"', 'true'], ['"manager"']],
          [['"low"', '-'], ['"automatic"']],
        ],
      }),
    )

    expect(evaluateDecision(model, 'route', aScope({ amount: 101 }))).toEqual({
      ok: true,
      output: 'manager',
      matched: [
        { decisionId: 'risk', ruleIndex: 1, ruleId: 'risk_r1', annotation: 'high' },
        { decisionId: 'route', ruleIndex: 1, ruleId: 'route_r1', annotation: null },
      ],
      unmatched: false,
    })
  })

  it('fails as a whole when a required decision fails', async () => {
    const model = await aModel(
      aTable({
        id: 'risk',
        rules: [
          [['-'], ['"a"']],
          [['-'], ['"b"']],
        ],
      }),
      aLiteral('route', 'if risk = "a" then 1 else 2', requiresDecision('risk')),
    )

    expect(evaluateDecision(model, 'route', aScope({ amount: 1 }))).toMatchObject({
      ok: false,
      code: 'dmn.hit_policy',
      elementId: 'risk',
    })
  })

  it('hands null on when a required decision has no matching rule, and does not call itself unmatched', async () => {
    const model = await aModel(
      aTable({ id: 'risk', rules: [[['> 100'], ['"a"']]] }),
      aLiteral('route', 'risk = null', requiresDecision('risk')),
    )

    expect(evaluateDecision(model, 'route', aScope({ amount: 1 }))).toMatchObject({ output: true, unmatched: false })
    expect(evaluateDecision(model, 'risk', aScope({ amount: 1 }))).toMatchObject({ output: null, unmatched: true })
  })

  it('calls business knowledge models, by position and by name, and bounds their recursion', async () => {
    const knowledge = (id: string, parameters: string, text: string) =>
      `<businessKnowledgeModel id="${id}" name="${id}"><variable name="${id}"/><encapsulatedLogic>${parameters}<literalExpression><text>${text}</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>`
    const model = await aModel(
      knowledge(
        'share',
        '<formalParameter name="total" typeRef="number"/><formalParameter name="percent" typeRef="number"/>',
        'round half up(total * percent / 100, 0)',
      ),
      knowledge('endless', '<formalParameter name="n"/>', 'endless(n + 1)'),
      aLiteral('fee', 'share(amount, 5) + share(percent: 10, total: amount)', requiresKnowledge('share')),
      aLiteral('wrong', 'share("x", 5)', requiresKnowledge('share')),
      aLiteral('stuck', 'endless(1)', requiresKnowledge('endless')),
    )

    expect(evaluateDecision(model, 'fee', aScope({ amount: 1010 }))).toMatchObject({ output: 152 })
    expect(evaluateDecision(model, 'wrong', aScope())).toMatchObject({ output: null })
    expect(evaluateDecision(model, 'stuck', aScope())).toMatchObject({ ok: false, code: 'feel.budget' })
  })

  it('takes the time from the scope', async () => {
    const model = await aModel(aLiteral('today', 'today()', '', 'date'))

    expect(evaluateDecision(model, 'today', aScope())).toMatchObject({ output: '2026-11-25' })
  })

  it('says which decision does not exist', async () => {
    const model = await aModel(aLiteral('a', '1'))

    expect(evaluateDecision(model, 'b', aScope())).toMatchObject({ ok: false, code: 'decision.failed' })
    expect(evaluateDecision(model, '__proto__', aScope())).toMatchObject({ ok: false, code: 'decision.failed' })
  })

  it('has names with spaces, and their parts, at hand', async () => {
    const model = await aModel(
      '<itemDefinition name="tOrder"><itemComponent name="line-total"><typeRef>number</typeRef></itemComponent></itemDefinition>',
      '<inputData id="i1" name="Current Order"><variable name="Current Order" typeRef="tOrder"/></inputData>',
      aLiteral('double', 'Current Order.line-total * 2', requiresInput('i1'), 'number'),
    )

    expect(evaluateDecision(model, 'double', aScope({ 'Current Order': { 'line-total': 21 } }))).toMatchObject({
      output: 42,
    })
    expect(evaluateDecision(model, 'double', aScope({ 'Current Order': { 'line-total': 'x' } }))).toMatchObject({
      ok: false,
      code: 'dmn.type',
    })
  })
})

describe('inputs of another type than declared', () => {
  const input = '<inputData id="i" name="amount"><variable name="amount" typeRef="number"/></inputData>'
  const logic = aLiteral('a', 'if amount = null then "unknown" else "known"', requiresInput('i'))

  it('end the evaluation, or are null with a reason where DMN is wanted to the letter (10.3.2.9.4)', async () => {
    const model = await aModel(input, logic)

    expect(evaluateToFeel(model, 'a', aScope({ amount: 'x' }))).toMatchObject({ ok: false, code: 'dmn.type' })
    expect(evaluateToFeel(model, 'a', aScope({ amount: 'x' }), null, false)).toMatchObject({
      value: 'unknown',
      warnings: [{ code: 'dmn.type', elementId: 'i' }],
    })
  })

  it('are checked of the decisions that a service is given, too', async () => {
    const model = await aModel(
      aLiteral('d', '5', '', 'number'),
      aLiteral('out', 'd', requiresDecision('d')),
      '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#out"/><inputDecision href="#d"/></decisionService>',
    )

    expect(evaluateToFeel(model, 's', aScope({ d: [7] }))).toMatchObject({ value: 7 })
    expect(evaluateToFeel(model, 's', aScope({ d: 'x' }))).toMatchObject({ value: null })
    expect(evaluateToFeel(model, 's', aScope())).toMatchObject({ value: 5 })
  })
})

describe('names of several words', () => {
  const types =
    '<itemDefinition name="tTax"><itemComponent name="deep name"><typeRef>number</typeRef></itemComponent></itemDefinition><itemDefinition name="tLine"><itemComponent name="pre-tax amount"><typeRef>number</typeRef></itemComponent><itemComponent name="kind of"><typeRef>string</typeRef></itemComponent><itemComponent name="tax"><typeRef>tTax</typeRef></itemComponent></itemDefinition><itemDefinition name="tLines" isCollection="true"><typeRef>tLine</typeRef></itemDefinition>'
  const lines = [
    { 'pre-tax amount': 10, 'kind of': 'x', tax: { 'deep name': 1 } },
    { 'pre-tax amount': 1, 'kind of': 'y', tax: { 'deep name': 2 } },
  ]

  it.each([
    ['lines[kind of = "x" and pre-tax amount > 5][1].pre-tax amount', 10],
    ['lines[kind of = "y"].pre-tax amount', [1]],
    ['sort(lines, function(a, b) a.tax.deep name > b.tax.deep name)[1].kind of', 'y'],
    ['for line in lines[tax.deep name = 2] return line.kind of', ['y']],
    ['(function(a) a.pre-tax amount * 2)(lines[1])', 20],
    ['flatten([lines, lines])[pre-tax amount > 5].kind of', ['x', 'x']],
    ['{first: lines[1], p: first.pre-tax amount - 1}.p', 9],
    ['context put(lines[1], "kind of", "q").kind of', 'q'],
    ['lines[kind of in ("x", "z")].tax.deep name', [1]],
  ])('are known inside of what is filtered, sorted and looped over: %s', async (source, expected) => {
    const model = await aModel(
      types,
      '<inputData id="i" name="lines"><variable name="lines" typeRef="tLines"/></inputData>',
      aLiteral('a', source, requiresInput('i')),
    )

    expect(evaluateDecision(model, 'a', aScope({ lines }))).toMatchObject({ output: expected })
  })

  it('are known of decisions and entries without a type by what they are made of', async () => {
    const entry = (name: string, text: string) =>
      `<contextEntry><variable name="${name}"/><literalExpression><text>${text}</text></literalExpression></contextEntry>`
    const model = await aModel(
      aTable({
        id: 'fees',
        outputs: [{ name: 'base fee' }, { name: 'late-fee' }],
        rules: [[['-'], ['1', '2']]],
      }),
      aLiteral('sum', 'fees.base fee + fees.late-fee', requiresDecision('fees')),
      `<decision id="inner" name="inner"><context><contextEntry><variable name="a"/><context>${entry('b c', '5')}</context></contextEntry><contextEntry><literalExpression><text>a.b c + 1</text></literalExpression></contextEntry></context></decision>`,
    )

    expect(evaluateDecision(model, 'sum', aScope({ amount: 1 }))).toMatchObject({ output: 3 })
    expect(evaluateDecision(model, 'inner', aScope())).toMatchObject({ output: 6 })
    expect(model.decisions.get('inner')?.reads).toEqual([])
  })
})

describe('boxed expressions (DMN 1.5, 10.2)', () => {
  const literal = (text: string, type = '') =>
    `<literalExpression${type ? ` typeRef="${type}"` : ''}><text>${text}</text></literalExpression>`
  const result = async (body: string) =>
    evaluateDecision(await aModel(`<decision id="a" name="a"><variable name="a"/>${body}</decision>`), 'a', aScope())

  it('goes through ranges of dates, and tells when there is nothing to go through', async () => {
    const loop = (over: string) =>
      `<for iteratorVariable="d"><in>${literal(over)}</in><return>${literal('d.day')}</return></for>`

    expect(await result(loop('[@&quot;2026-01-30&quot;..@&quot;2026-02-01&quot;)'))).toMatchObject({ output: [30, 31] })
    expect(await result(loop('[1.5..3]'))).toMatchObject({ output: null, warnings: [{ code: 'feel.not_iterable' }] })
    expect(await result(`<filter><in>${literal('null')}</in><match>${literal('true')}</match></filter>`)).toMatchObject(
      {
        output: null,
        warnings: [{ code: 'feel.not_iterable' }],
      },
    )
  })

  it('checks the columns of a relation against their types', async () => {
    const relation = `<relation><column id="c" name="x" typeRef="number"/><row>${literal('1')}</row><row>${literal('&quot;a&quot;')}</row></relation>`

    expect(await result(relation)).toMatchObject({
      output: [{ x: 1 }, { x: null }],
      warnings: [{ code: 'dmn.type', elementId: 'c' }],
    })
  })

  it('binds null to parameters that an invocation leaves out', async () => {
    const model = await aModel(
      `<businessKnowledgeModel id="f" name="f"><variable name="f"/><encapsulatedLogic><formalParameter name="x"/><formalParameter name="y"/>${literal('y = null')}</encapsulatedLogic></businessKnowledgeModel>`,
      `<decision id="a" name="a"><variable name="a"/>${requiresKnowledge('f')}<invocation>${literal('f')}<binding><parameter name="x"/>${literal('1')}</binding></invocation></decision>`,
    )

    expect(evaluateDecision(model, 'a', aScope())).toMatchObject({ output: true })
  })
})

describe('decision services and functions (DMN 1.5, 10.4)', () => {
  const service =
    '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#out"/><inputDecision href="#d"/><inputData href="#i"/></decisionService>'
  const model = (expression: string) =>
    aModel(
      '<inputData id="i" name="i"><variable name="i" typeRef="number"/></inputData>',
      aLiteral('d', 'i * 100', requiresInput('i')),
      aLiteral('out', 'd - i', requiresInput('i') + requiresDecision('d')),
      service,
      '<businessKnowledgeModel id="b" name="b"><variable name="b" typeRef="number"/><encapsulatedLogic><formalParameter name="x" typeRef="number"/><literalExpression><text>[x + 1]</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>',
      aLiteral('asked', expression, requiresKnowledge('s', 'b')),
    )

  it.each([
    ['s(7, 500)', 493],
    ['s(d: 500, i: 7)', 493],
    ['s([7], 500)', 493],
    ['s(7)', null],
    ['s("a", 500)', null],
    ['b(1)', 2],
  ])('%s gives %s: input data first, then input decisions', async (expression, output) => {
    expect(evaluateDecision(await model(expression), 'asked', aScope())).toMatchObject({ ok: true, output })
  })

  it('can be asked directly, with variables for what they take', async () => {
    const made = await model('1')

    expect(evaluateDecision(made, 's', aScope({ i: 7, d: 500 }))).toMatchObject({ ok: true, output: 493 })
    expect(evaluateDecision(made, 'b', aScope({ x: 4 }))).toMatchObject({ ok: true, output: 5 })
  })
})
