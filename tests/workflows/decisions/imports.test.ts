import { describe, expect, it } from 'vitest'
import { evaluateDecision } from '../../../workflows/decisions/evaluate.ts'
import { importedBy, readDmn } from '../../../workflows/decisions/read-dmn.ts'
import { runScenario } from '../../../workflows/runtime/scenario/run-scenario.ts'
import { aLiteral, definitions, requiresInput, requiresKnowledge } from '../../support/dmn.ts'
import { aScope } from '../../support/feel.ts'

const dmnType = 'https://www.omg.org/spec/DMN/20191111/MODEL/'

const file = (namespace: string, ...content: string[]) =>
  definitions(...content).replace('https://retour.example/dmn', namespace)

const anImport = (namespace: string, name: string, importType = dmnType) =>
  `<import id="import_${name}" namespace="${namespace}" name="${name}" importType="${importType}"/>`

const imported = (namespace: string, requirement: string) => requirement.replace('href="#', `href="${namespace}#`)

const fees = file(
  'urn:fees',
  '<itemDefinition name="tOrder"><itemComponent name="total"><typeRef>number</typeRef></itemComponent></itemDefinition>',
  '<inputData id="order" name="order"><variable name="order" typeRef="tOrder"/></inputData>',
  '<businessKnowledgeModel id="share" name="Fee Share"><variable name="Fee Share"/><encapsulatedLogic><formalParameter name="of" typeRef="tOrder"/><literalExpression><text>of.total / 10</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>',
  aLiteral('base', 'order.total', requiresInput('order')),
)

const policy = (name: string, expression: string, type = '') =>
  file(
    'urn:policy',
    anImport('urn:fees', name),
    `<inputData id="mine" name="mine"><variable name="mine" typeRef="${name ? `${name}.` : ''}tOrder"/></inputData>`,
    aLiteral(
      'fee',
      expression,
      requiresInput('mine') +
        imported('urn:fees', requiresKnowledge('share')) +
        '<informationRequirement><requiredDecision href="urn:fees#base"/></informationRequirement>',
      type,
    ),
  )

async function fee(main: string, variables: Record<string, unknown>, others = [fees]) {
  const read = await readDmn(main, { others })
  if (!read.ok) return read.problems.map(({ elementId, code }) => [elementId, code])
  const answer = evaluateDecision(read.model, 'fee', aScope(variables))
  return answer.ok ? answer.output : answer.code
}

describe('imports of decision files (DMN 1.5, 6.3.3)', () => {
  it('reads decisions, functions and types of another file behind the name of the import', async () => {
    const main = policy('fees', 'fees.Fee Share(mine) + fees.base')

    expect(await fee(main, { mine: { total: 200 }, order: { total: 5 } })).toBe(25)
    expect(await fee(main, { mine: { total: 200 }, fees: { order: { total: 7 } } })).toBe(27)
    expect(await fee(main, { mine: { total: 'many' }, order: { total: 5 } })).toBe('dmn.type')
  })

  it('reads them by their own names when the import has none', async () => {
    expect(await fee(policy('', 'Fee Share(mine) + base'), { mine: { total: 30 }, order: { total: 1 } })).toBe(4)
  })

  it('tells what is an instance of an imported type', async () => {
    const main = policy('fees', 'if mine instance of fees.tOrder then 1 else 2')

    expect(await fee(main, { mine: { total: 1 }, order: { total: 1 } })).toBe(1)
  })

  it('refuses an import whose file is missing, that is no DMN, or that shares its name', async () => {
    expect(await fee(policy('fees', '1'), {}, [])).toContainEqual(['import_fees', 'dmn.import_missing'])
    const pmml = policy('fees', '1').replace(`importType="${dmnType}"`, 'importType="http://www.dmg.org/PMML-4_3"')
    expect(await fee(pmml, {})).toContainEqual(['import_fees', 'dmn.import_kind'])
    const twice = file('urn:p', anImport('urn:fees', 'a'), anImport('urn:more', 'a'), aLiteral('fee', '1'))
    expect(await fee(twice, {}, [fees, file('urn:more', aLiteral('x', '1'))])).toEqual([
      ['import_a', 'dmn.import_name'],
    ])
  })

  it('says in which file something is wrong', async () => {
    const wrong = file('urn:fees', aLiteral('base', '1 +* 2'))
    const read = await readDmn(file('urn:p', anImport('urn:fees', 'fees'), aLiteral('fee', '1')), { others: [wrong] })

    expect(read).toMatchObject({ ok: false, problems: [{ code: 'feel.syntax' }] })
    expect(JSON.stringify(read)).toContain('the imported \\"Policies\\"')
  })

  it('reads files that import one another', async () => {
    const left = file('urn:left', anImport('urn:right', 'right'), aLiteral('fee', '1'))
    const right = file('urn:right', anImport('urn:left', 'left'), aLiteral('x', '2'))

    expect(await fee(left, {}, [right, left])).toBe(1)
    expect(importedBy(left, [right, left, fees])).toEqual([right, left])
  })
})

describe('publishing decision files that import others', () => {
  const files = (...contents: string[]) => contents.map((content, index) => ({ name: `f${index}.dmn`, content }))
  const main = policy('fees', 'fees.Fee Share(mine)')
  const step = { evaluate: { decision: 'fee', input: { mine: { total: 90 }, order: { total: 1 } }, output: 9 } }

  it('finds the import among the files that are deployed together, in any order', async () => {
    const scenario = { title: '', files: [], steps: [step] }

    expect(await runScenario(scenario, files(main, fees))).toMatchObject({ ok: true })
    expect(await runScenario(scenario, files(fees, main))).toMatchObject({ ok: true })
  })

  it('refuses the deployment without the imported file and names the import', async () => {
    expect(await runScenario({ title: '', files: [], refused: ['import_fees'] }, files(main))).toMatchObject({
      ok: true,
    })
  })
})
