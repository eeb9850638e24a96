import { describe, expect, it } from 'vitest'
import { readDmn } from '../../../workflows/decisions/read-dmn.ts'
import {
  aLiteral,
  aModel,
  aTable,
  definitions,
  problemsOf,
  requiresDecision,
  requiresInput,
  requiresKnowledge,
} from '../../support/dmn.ts'

const codes = async (xml: string) => (await problemsOf(xml)).map((problem) => problem.code)

describe('reading DMN (reliability 7.2)', () => {
  it.each([
    ['<!DOCTYPE d [<!ENTITY x "boom">]>', 'xml.doctype'],
    ['<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>', 'xml.doctype'],
    ['<?xml-stylesheet href="http://example.com/x.xsl"?>', 'xml.instruction'],
  ])('refuses %s before parsing (D01)', async (prefix, code) => {
    expect(await codes(prefix + definitions(aLiteral('a', '1')).replace(/^<\?xml[^>]*\?>/, ''))).toEqual([code])
  })

  it('refuses what is no XML, no DMN, or empty', async () => {
    expect(await codes('')).toEqual(['xml.empty'])
    expect(await codes('{"a": 1}')).toEqual(['xml.syntax'])
    expect(await codes(definitions(aLiteral('a', '1')).slice(0, -20))).toEqual(['xml.syntax'])
    expect(await codes(definitions(aLiteral('a', '1')).replace('name="a"', 'name="a\u0001"'))).toEqual([
      'xml.character',
    ])
    expect(await codes('<definitions/>')).toEqual(['dmn.namespace'])
    expect(await codes(definitions())).toEqual(['dmn.empty'])
    expect(await codes(definitions(aLiteral('a', '1')).replace('20191111/MODEL', '2019/NOPE'))).toEqual([
      'dmn.namespace',
    ])
  })

  it('keeps a comment that speaks of a DOCTYPE harmless', async () => {
    expect(await codes(definitions('<!-- no <!DOCTYPE here -->', aLiteral('a', '1')))).toEqual([])
  })

  it.each<[title: string, xml: string, code: string, elementId: string]>([
    [
      'two logics',
      '<decision id="a" name="a"><variable name="a"/><literalExpression><text>1</text></literalExpression><list/></decision>',
      'dmn.logic',
      'a',
    ],
    ['a requirement without an end', aLiteral('a', '1', '<informationRequirement id="r"/>'), 'dmn.dangling_ref', 'r'],
    [
      'a requirement of nothing',
      aLiteral('a', '1', '<informationRequirement><requiredInput href=""/></informationRequirement>'),
      'dmn.dangling_ref',
      'a',
    ],
    [
      'a requirement of the wrong kind',
      aLiteral('a', '1', requiresInput('b')) + aLiteral('b', '1'),
      'dmn.requirement',
      'a',
    ],
    ['a service without an output', '<decisionService id="s" name="s"/>', 'dmn.missing', 's'],
    [
      'a service of what is not there',
      '<decisionService id="s" name="s"><outputDecision href="#x"/></decisionService>',
      'dmn.dangling_ref',
      's',
    ],
    [
      'a service that calls itself',
      `${aLiteral('a', 's()', requiresKnowledge('s'))}<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#a"/></decisionService>`,
      'dmn.cycle',
      's',
    ],
    [
      'two outputs of one name',
      aTable({ outputs: [{ name: 'x' }, { name: 'x' }], rules: [] }),
      'dmn.name',
      'policy_o2',
    ],
    [
      'an output without a name beside another',
      aTable({ outputs: [{ name: 'x' }, { name: '' }], rules: [] }),
      'dmn.name',
      'policy_o2',
    ],
    [
      'an output that leads into JavaScript',
      aTable({ outputs: [{ name: 'x' }, { name: '__proto__' }], rules: [] }),
      'feel.forbidden_name',
      'policy_o2',
    ],
    ['an aggregation of one rule', aTable({ aggregation: 'SUM', rules: [] }), 'dmn.aggregation', 'policy_table'],
    [
      'an input column without an expression',
      '<decision id="a" name="a"><decisionTable><input id="i"><inputExpression><text/></inputExpression></input><output id="o"/></decisionTable></decision>',
      'dmn.missing',
      'i',
    ],
    [
      'values from elsewhere',
      '<decision id="a" name="a"><decisionTable><input id="i"><inputExpression id="e"><text>x</text><importedValues/></inputExpression></input><output id="o"/></decisionTable></decision>',
      'dmn.unknown_element',
      'e',
    ],
    [
      'two entries of one name',
      '<decision id="a" name="a"><context><contextEntry id="e1"><variable name="x"/><list/></contextEntry><contextEntry id="e2"><variable name="x"/><list/></contextEntry></context></decision>',
      'dmn.name',
      'e2',
    ],
    [
      'a result that is not the last entry',
      '<decision id="a" name="a"><context><contextEntry id="e1"><list/></contextEntry><contextEntry id="e2"><variable name="x"/><list/></contextEntry></context></decision>',
      'dmn.name',
      'e1',
    ],
    [
      'a row with too few cells',
      '<decision id="a" name="a"><relation><column name="x"/><column name="y"/><row id="r"><list/></row></relation></decision>',
      'dmn.cells',
      'r',
    ],
    [
      'two columns of one name',
      '<decision id="a" name="a"><relation><column id="c1" name="x"/><column id="c2" name="x"/></relation></decision>',
      'dmn.name',
      'c2',
    ],
    [
      'a loop without a variable',
      '<decision id="a" name="a"><for id="f"><in><list/></in><return><list/></return></for></decision>',
      'dmn.name',
      'f',
    ],
    [
      'a binding without a name',
      '<decision id="a" name="a"><invocation><literalExpression><text>abs</text></literalExpression><binding id="b"><list/></binding></invocation></decision>',
      'dmn.name',
      'b',
    ],
    [
      'two parameters of one name',
      '<businessKnowledgeModel id="k" name="k"><encapsulatedLogic><formalParameter id="p1" name="x"/><formalParameter id="p2" name="x"/><list/></encapsulatedLogic></businessKnowledgeModel>',
      'dmn.name',
      'p2',
    ],
    ['two types of one name', '<itemDefinition id="t1" name="t"/><itemDefinition id="t2" name="t"/>', 'dmn.name', 't2'],
    [
      'two components of one name',
      '<itemDefinition name="t"><itemComponent id="c1" name="x"/><itemComponent id="c2" name="x"/></itemDefinition>',
      'dmn.name',
      'c2',
    ],
    [
      'a type that nobody uses and that leads nowhere',
      '<itemDefinition id="t" name="t"><typeRef>tNothing</typeRef></itemDefinition>',
      'dmn.unknown_type',
      't',
    ],
    [
      'a parameter of an unknown type',
      '<businessKnowledgeModel id="k" name="k"><encapsulatedLogic><formalParameter id="p" name="x" typeRef="tNothing"/><list/></encapsulatedLogic></businessKnowledgeModel>',
      'dmn.unknown_type',
      'p',
    ],
    [
      'an expression of an unknown type',
      '<decision id="a" name="a"><literalExpression id="l" typeRef="tNothing"><text>1</text></literalExpression></decision>',
      'dmn.unknown_type',
      'l',
    ],
    [
      'an entry of an unknown type',
      '<decision id="a" name="a"><context><contextEntry><variable id="v" name="x" typeRef="tNothing"/><list/></contextEntry></context></decision>',
      'dmn.unknown_type',
      'v',
    ],
  ])('refuses %s, where it stands', async (_, xml, code, elementId) => {
    const read = await readDmn(definitions(xml))

    expect(read.ok ? [] : read.problems).toContainEqual(
      expect.objectContaining({
        code,
        elementId,
        severity: 'error',
        message: {
          zh: expect.stringMatching(/[\u4E00-\u9FFF].*。$/),
          en: expect.stringMatching(/^(?:[a-z ]+: )?Expected .*\.$/),
        },
      }),
    )
  })

  it('refuses types that refer to themselves, by name', async () => {
    const item = (name: string, inner: string) =>
      `<itemDefinition id="${name}" name="${name}">${inner}</itemDefinition>`
    const component = '<itemComponent name="next"><typeRef>tNode</typeRef></itemComponent>'

    expect(await codes(definitions(item('tNode', component), aLiteral('a', '1', '', 'tNode')))).toEqual(['dmn.cycle'])
    expect(
      await codes(
        definitions(
          item('tA', '<typeRef>tB</typeRef>'),
          item('tB', '<typeRef>tA</typeRef>'),
          aLiteral('a', '1', '', 'tA'),
        ),
      ),
    ).toEqual(['dmn.cycle'])
  })

  it('refuses circles (D03) and chains that are too deep (D04)', async () => {
    expect(await codes(definitions(aLiteral('a', 'a', requiresDecision('a'))))).toEqual(['dmn.cycle'])
    expect(
      await codes(
        definitions(
          aLiteral('a', 'b', requiresDecision('b')),
          aLiteral('b', 'c', requiresDecision('c')),
          aLiteral('c', 'a', requiresDecision('a')),
        ),
      ),
    ).toEqual(['dmn.cycle'])

    const chain = Array.from({ length: 1000 }, (_, i) =>
      aLiteral(`d${i}`, '1', i < 999 ? requiresDecision(`d${i + 1}`) : ''),
    )
    expect(await codes(definitions(...chain))).toEqual(['dmn.depth'])
  })

  it('refuses requirements that lead nowhere', async () => {
    expect(await codes(definitions(aLiteral('a', '1', requiresDecision('b'))))).toEqual(['dmn.dangling_ref'])
  })

  it('refuses tables that are too large (D08)', async () => {
    const many = aTable({ rules: Array.from({ length: 2001 }, () => [['> 1'], ['"x"']]) })
    const wide = aTable({
      inputs: Array.from({ length: 40 }, (_, i) => ({ name: `a${i}` })),
      rules: [[Array.from({ length: 40 }, () => '-'), ['"x"']]],
    })

    expect(await codes(definitions(many))).toEqual(['dmn.size'])
    expect(await codes(definitions(wide))).toEqual(['dmn.size'])
  })

  it('refuses rules with too few cells, at the rule (D09)', async () => {
    const table = aTable({
      inputs: [{ name: 'a' }, { name: 'b' }],
      rules: [
        [['1', '2'], ['"x"']],
        [['1'], ['"x"']],
      ],
    })

    expect(await problemsOf(definitions(table))).toMatchObject([{ code: 'dmn.cells', elementId: 'policy_r2' }])
  })

  it.each([
    ['expressionLanguage="javascript"', 'dmn.language'],
    ['expressionLanguage="http://www.java.com/java"', 'dmn.language'],
    ['expressionLanguage="feel"', null],
    ['expressionLanguage="https://www.omg.org/spec/DMN/20191111/FEEL/"', null],
  ])('takes FEEL only: %s (D12)', async (attribute, code) => {
    const xml = definitions(aLiteral('a', '1').replace('<literalExpression', `<literalExpression ${attribute}`))

    expect(await codes(xml)).toEqual(code ? [code] : [])
  })

  it('refuses functions of Java (D12)', async () => {
    const model = `<businessKnowledgeModel id="b" name="b"><variable name="b"/><encapsulatedLogic kind="Java"><literalExpression><text>{class: "java.lang.Math"}</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>`

    expect(await codes(definitions(model, aLiteral('a', '1')))).toEqual(['dmn.external'])
  })

  it('names the cell of an expression that is none, in words', async () => {
    const table = aTable({
      rules: [
        [['> 1'], ['"x"']],
        [['> * 2'], ['"y"']],
        [['1'], ['a.constructor']],
      ],
    })

    expect(await problemsOf(definitions(table))).toMatchObject([
      {
        code: 'feel.syntax',
        elementId: 'policy_r2_i1',
        elementName: 'policy',
        message: { en: expect.stringContaining('rule 2, input 1') },
      },
      {
        code: 'feel.forbidden_name',
        elementId: 'policy_r3_o1',
        message: { zh: expect.stringContaining('第 3 条规则') },
      },
    ])
  })

  it('refuses hit policies and aggregations that cannot be', async () => {
    const rules: [string[], string[]][] = [[['1'], ['"x"']]]

    expect(await codes(definitions(aTable({ hitPolicy: 'BEST', rules })))).toEqual(['dmn.hit_policy'])
    expect(await codes(definitions(aTable({ hitPolicy: 'COLLECT', aggregation: 'SUM', rules })))).toEqual([
      'dmn.aggregation',
    ])
    expect(
      await codes(
        definitions(
          aTable({
            hitPolicy: 'COLLECT',
            aggregation: 'MAX',
            outputs: [
              { name: 'a', type: 'number' },
              { name: 'b', type: 'number' },
            ],
            rules: [[['1'], ['1', '2']]],
          }),
        ),
      ),
    ).toEqual(['dmn.aggregation'])
  })

  it('refuses ids that are missing, doubled or strange, and types that do not exist', async () => {
    expect(await codes(definitions(aLiteral('a', '1'), aLiteral('a', '2')))).toEqual(['dmn.duplicate_id'])
    expect(await codes(definitions(aLiteral('a/../b', '1')))).toEqual(['dmn.id_format'])
    expect(await codes(definitions(aLiteral('a', '1', '', 'tNothing')))).toContain('dmn.unknown_type')
    expect(await codes(definitions('<decision id="a" name="a"/>'))).toEqual(['dmn.missing'])
  })

  it('warns of ranges that overlap, with a value, and of gaps (D10)', async () => {
    const overlap = await aModel(
      aTable({
        inputs: [{ name: 'amount', type: 'number', values: '[0..200]' }],
        rules: [
          [['[0..100]'], ['"a"']],
          [['[100..200]'], ['"b"']],
        ],
      }),
    )
    const gap = await aModel(
      aTable({
        inputs: [{ name: 'amount', type: 'number', values: '[0..200]' }],
        rules: [
          [['[0..100)'], ['"a"']],
          [['(100..200]'], ['"b"']],
        ],
      }),
    )
    const fine = await aModel(
      aTable({
        inputs: [{ name: 'amount', type: 'number', values: '[0..200]' }],
        rules: [
          [['[0..100)'], ['"a"']],
          [['[100..200]'], ['"b"']],
        ],
      }),
    )

    expect(overlap.warnings).toMatchObject([
      {
        code: 'dmn.overlap',
        severity: 'warning',
        elementId: 'policy_r2',
        message: { en: expect.stringContaining('at amount = 100.') },
      },
    ])
    expect(gap.warnings).toMatchObject([{ code: 'dmn.gap', message: { en: expect.stringContaining('amount = 100.') } }])
    expect(fine.warnings).toEqual([])
  })

  it('does not call rules overlapping that another column keeps apart', async () => {
    const model = await aModel(
      aTable({
        inputs: [{ name: 'tier' }, { name: 'amount' }],
        rules: [
          [['"gold"', '> 10'], ['"a"']],
          [['"silver"', '> 10'], ['"b"']],
          [['not("gold","silver")', '> 10'], ['"c"']],
        ],
      }),
    )

    expect(model.warnings.filter(({ code }) => code === 'dmn.overlap')).toEqual([])
  })

  it('warns of functions that do not exist', async () => {
    const model = await aModel(aLiteral('a', 'cuont([1])'))

    expect(model.warnings).toMatchObject([{ code: 'feel.unknown_function', elementId: 'a_text' }])
  })

  it('reads all versions of the namespace, prefixed or not', async () => {
    for (const version of ['20180521', '20191111', '20211108', '20230324']) {
      const xml = definitions(aLiteral('a', '1')).replace('20191111', version)
      expect(await codes(xml)).toEqual([])
      expect(await codes(xml.replaceAll(/<(\/?)(?=[a-zA-Z])/g, '<$1dmn:').replace('xmlns=', 'xmlns:dmn='))).toEqual([])
    }
  })

  it('tells the outline of a table and what it reads', async () => {
    const model = await aModel(
      aTable({
        hitPolicy: 'FIRST',
        inputs: [{ name: 'order.amount', type: 'number' }],
        rules: [[['> limit'], ['"x"']]],
      }),
    )

    expect(model.decisions.get('policy')).toMatchObject({
      reads: ['order', 'limit'],
      table: { hitPolicy: 'FIRST', outputs: [{ name: 'outcome', type: 'string' }], ruleIds: ['policy_r1'] },
    })
  })

  it('survives what is large and hostile', async () => {
    const nested = `${'<context><contextEntry>'.repeat(60)}<literalExpression><text>1</text></literalExpression>${'</contextEntry></context>'.repeat(60)}`

    expect(await codes(definitions(`<decision id="a" name="a">${nested}</decision>`))).toEqual(['xml.syntax'])
    expect(await codes(`<a>${' '.repeat(2_000_001)}</a>`)).toEqual(['xml.size'])
    expect((await readDmn(definitions(aLiteral('a', '"&lol;"').replaceAll('&amp;lol;', '&lol;')))).ok).toBe(true)
  })
})

describe('money and misspelled names in decisions', () => {
  const typed = (expression: string) =>
    definitions(
      '<itemDefinition name="money"><typeRef>number</typeRef></itemDefinition>',
      '<itemDefinition name="tOrder"><itemComponent name="total"><typeRef>money</typeRef></itemComponent></itemDefinition>',
      '<inputData id="order" name="order"><variable name="order" typeRef="tOrder"/></inputData>',
      '<inputData id="paid" name="paid"><variable name="paid" typeRef="money"/></inputData>',
      aLiteral('fee', expression, requiresInput('order', 'paid')),
    )

  it('refuses to multiply and divide money by hand (F16)', async () => {
    expect(await codes(typed('paid * 0.19'))).toEqual(['money.raw_arithmetic'])
    expect(await codes(typed('order.total / 3'))).toEqual(['money.raw_arithmetic'])
    expect(await codes(typed('money.percent(order.total, 19) + paid'))).toEqual([])
  })

  it('warns of a name that is nearly one that is given (F15)', async () => {
    const read = await readDmn(typed('piad + 1'))

    expect(read.ok && read.model.warnings).toMatchObject([
      { code: 'feel.unknown_variable', message: { en: expect.stringContaining('Did you mean "paid"?') } },
    ])
  })
})

describe('what is not understood', () => {
  it('is refused by name, wherever it stands', async () => {
    const values = aLiteral('a', '1').replace('<text>', '<importedValues id="other"/><text>')
    expect(await problemsOf(definitions(values))).toMatchObject([
      { elementId: 'other', code: 'dmn.unknown_element', message: { en: expect.stringContaining('importedValues') } },
    ])
    expect(await codes(definitions(aLiteral('a', '1'), '<oracle id="o"/>'))).toEqual(['dmn.unknown_element'])
  })

  it('is left alone in notes of tools', async () => {
    const noted = aLiteral('a', '1').replace(
      '<variable',
      '<extensionElements><t:x xmlns:t="urn:tool"><y/></t:x></extensionElements><t:z xmlns:t="urn:tool"/><variable',
    )
    expect(await codes(definitions(noted))).toEqual([])
  })
})
