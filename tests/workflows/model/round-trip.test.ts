import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkFile } from '../../../workflows/engine/check.ts'
import { readBpmn } from '../../../workflows/model/read-bpmn.ts'
import { rewriteBpmn } from '../../../workflows/model/write-bpmn.ts'
import { xmlPicture, type XmlPicture } from '../../support/xml-picture.ts'

/** What the metamodel says when a file says nothing; leaving it out means the same (BPMN 2.0.2, the XML schemas). */
const defaults: Readonly<Record<string, string>> = {
  completionQuantity: '1',
  startQuantity: '1',
  isForCompensation: 'false',
  triggeredByEvent: 'false',
  isInterrupting: 'true',
  cancelActivity: 'true',
  parallelMultiple: 'false',
  gatewayDirection: 'Unspecified',
  textFormat: 'text/plain',
  expressionLanguage: 'http://www.w3.org/1999/XPath',
  typeLanguage: 'http://www.w3.org/2001/XMLSchema',
  isSequential: 'false',
  isCollection: 'false',
  testBefore: 'false',
  instantiate: 'false',
  eventGatewayType: 'Exclusive',
  isImmediate: 'true',
  isClosed: 'false',
  processType: 'None',
  itemKind: 'Information',
  isUnlimited: 'true',
  behavior: 'All',
  waitForCompletion: 'true',
  cancelRemainingInstances: 'true',
  ordering: 'Parallel',
  structureRef: '',
}

/** Types that the schema has anyway (waypoints are points, expressions formal); the prefix is only a name. */
const xsiType = '{http://www.w3.org/2001/XMLSchema-instance}type'
const valueOf = (name: string, value: string) => {
  if (name === xsiType) return value.replace(/^.*:/, '')
  return /^-?\d+(?:\.\d+)?$/.test(value) ? String(Number(value)) : value.replaceAll(/\s+/g, ' ').trim()
}

/** Every fact of a file in a line of its own: its place, an attribute, a text. The order of waypoints is one, too. */
function facts(element: XmlPicture, around = ''): string[] {
  const id = element.attributes['id']
  // An element of its own for a formal expression, or the type said at a plain one: the schema takes both.
  const name = element.name.replace('formalExpression', 'expression')
  const place = `${around}/${name}${id === undefined ? '' : `#${id}`}`
  const lines = [place]
  for (const [name, value] of Object.entries(element.attributes)) {
    const isSchemas = name === xsiType && /(?:waypoint|[eE]xpression)$/.test(element.name)
    if (defaults[name] !== value && !isSchemas && !name.endsWith('schemaLocation'))
      lines.push(`${place} ${name}=${valueOf(name, value)}`)
  }
  const text = element.text.replaceAll(/\s+/g, ' ').trim()
  if (text !== '') lines.push(`${place} "${text}"`)
  let points = 0
  for (const child of element.children)
    lines.push(...facts(child, child.name.endsWith('waypoint') ? `${place}[${points++}]` : place))
  return lines
}

const factsOf = (xml: string) => facts(xmlPicture(xml)).toSorted()

/** What each model of the suite needs before it can run: the codes of its errors; none means that it runs as it is. */
async function verdict(xml: string) {
  const result = await readBpmn(xml)
  const problems = result.ok ? checkFile(result.definitions) : result.problems
  return { ok: result.ok, definitions: result.ok ? result.definitions : null, problems }
}

const models = process.env['MIWG_DIR'] ?? join(import.meta.dirname, '../../../../shared/miwg')

// The reference models of the BPMN Model Interchange Working Group are kept beside the project, not in it.
describe.skipIf(!existsSync(models))('the interchange models of other tools', () => {
  const names = existsSync(models) ? readdirSync(models).filter((name) => name.endsWith('.bpmn')) : []
  const contentOf = (name: string) => readFileSync(join(models, name), 'utf8')

  it.each(names)('%s is written again with every fact of its meaning and its drawing', async (name) => {
    const before = contentOf(name)
    const after = await rewriteBpmn(before)

    expect(factsOf(after)).toEqual(factsOf(before))
  })

  it.each(names)('%s means the same after it was written again, and gets the same verdict', async (name) => {
    const before = await verdict(contentOf(name))
    const after = await verdict(await rewriteBpmn(contentOf(name)))

    expect(after).toEqual(before)
  })

  it.each(names)('%s runs, or is refused with its elements named in both languages', async (name) => {
    const { ok, definitions, problems } = await verdict(contentOf(name))

    expect(ok).toBe(true)
    expect(definitions?.processes.length).toBeGreaterThan(0)
    for (const { elementId, message } of problems) {
      expect(elementId).toBeTruthy()
      expect(message.zh).toBeTruthy()
      expect(message.en).toMatch(/^(?:Expected|Once)/)
    }
  })
})

describe('writing a diagram again', () => {
  const file = `<?xml version="1.0" encoding="UTF-8"?>
    <bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
      xmlns:retour="urn:retour:1.0" xmlns:acme="urn:acme" id="d" targetNamespace="t"><bpmn:process id="p" isExecutable="true">
      <bpmn:userTask id="u" name="审批 &lt;1&gt;" acme:note="kept"><bpmn:documentation>Text &amp; more</bpmn:documentation><bpmn:extensionElements>
      <zeebe:assignmentDefinition assignee="=who" /><retour:approval mode="all" /><acme:thing deep="1"><acme:inner>text</acme:inner></acme:thing>
      </bpmn:extensionElements></bpmn:userTask></bpmn:process></bpmn:definitions>`

  it('keeps the words of Camunda 8, of ours, and of everybody else', async () => {
    expect(factsOf(await rewriteBpmn(file))).toEqual(factsOf(file))
  })

  it('changes what it was asked to change, and nothing else', async () => {
    const changed = await rewriteBpmn(file, (definitions) => {
      const [process] = definitions['rootElements'] as { name?: string }[]
      if (process) process.name = '取消订单'
    })

    const before = new Set(factsOf(file))
    expect(factsOf(changed).filter((fact) => !before.has(fact))).toEqual([expect.stringContaining('name=取消订单')])
  })
})
