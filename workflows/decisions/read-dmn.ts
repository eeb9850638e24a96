import type { Problem } from '../model/problem.ts'
import { expressionIn, functionDefinition, readBoxed } from './boxed.ts'
import { idOf } from './cells.ts'
import type { Surroundings } from './cells.ts'
import { anyType, readDataTypes } from './data-types.ts'
import type { TypeNamed } from './data-types.ts'
import { readDecisionTable } from './decision-table.ts'
import type { DataType, Decision, DecisionModel, DecisionService, InputData, Knowledge } from './model.ts'
import type { ReportProblem } from './problems.ts'
import { reportRequirements } from './requirements.ts'
import { childNamed, childrenNamed, readXml } from './xml.ts'
import type { XmlElement, XmlRefusal } from './xml.ts'

export type ReadDmn = { ok: true; model: DecisionModel } | { ok: false; problems: Problem[] }

const namespaces = /^https?:\/\/www\.omg\.org\/spec\/DMN\/(?:20151101|20180521|20191111|20211108|20230324)\//

const xmlSentences: Record<XmlRefusal['code'], (detail: string) => Problem['message']> = {
  'xml.empty': () => ({ zh: '文件是空的。', en: 'Expected a DMN file, but it is empty.' }),
  'xml.size': (detail) => ({ zh: `文件太大(${detail})。`, en: `Expected a smaller file (${detail}).` }),
  'xml.doctype': () => ({
    zh: '文件含有 DOCTYPE 或实体声明,出于安全不予接受。',
    en: 'Expected plain XML, but it declares a document type or entities.',
  }),
  'xml.instruction': () => ({
    zh: '文件含有处理指令,出于安全不予接受。',
    en: 'Expected plain XML, but it has a processing instruction.',
  }),
  'xml.character': () => ({ zh: '文件含有控制字符。', en: 'Expected plain text, but there is a control character.' }),
  'xml.syntax': (detail) => ({
    zh: `不是正确的 XML:${detail.slice(0, 100)}`,
    en: `Expected well-formed XML: ${detail.slice(0, 100)}`,
  }),
}

const refused = (code: string, message: Problem['message']): ReadDmn => ({
  ok: false,
  problems: [{ elementId: null, severity: 'error', code, message }],
})

/** The id at the end of a reference such as `#decision-1`. */
const target = (reference: XmlElement | undefined) => (reference?.attributes.get('href') ?? '').replace(/^[^#]*#/, '')

const required = (element: XmlElement, requirement: string, what: string) =>
  childrenNamed(element, requirement)
    .map((each) => target(childNamed(each, what)))
    .filter((id) => id !== '')

const hrefs = (element: XmlElement, name: string) => childrenNamed(element, name).map(target)

const nameOf = (element: XmlElement) =>
  childNamed(element, 'variable')?.attributes.get('name') ?? element.attributes.get('name') ?? idOf(element) ?? ''

interface Reading {
  root: XmlElement
  typeNamed: TypeNamed
  report: ReportProblem
  byId: ReadonlyMap<string, XmlElement>
}

function typeOf(element: XmlElement, { typeNamed, report }: Reading): DataType {
  const reference = childNamed(element, 'variable')?.attributes.get('typeRef')
  const type = typeNamed(reference)
  if (!type)
    report(idOf(element), 'dmn.unknown_type', {
      zh: `类型「${reference ?? ''}」不存在。`,
      en: `Expected a type that exists, but there is none called "${reference ?? ''}".`,
    })
  return type ?? anyType
}

/** The names that the logic of an element may read: those of what it requires. */
function surroundingsOf(element: XmlElement, reading: Reading): Surroundings {
  const names = Object.create(null) as Record<string, unknown>
  const requirements = [
    ...required(element, 'informationRequirement', 'requiredDecision'),
    ...required(element, 'informationRequirement', 'requiredInput'),
    ...required(element, 'knowledgeRequirement', 'requiredKnowledge'),
  ]
  for (const id of requirements) {
    const found = reading.byId.get(id)
    if (found)
      names[nameOf(found)] = (
        reading.typeNamed(childNamed(found, 'variable')?.attributes.get('typeRef')) ?? anyType
      ).shape
  }
  return {
    names,
    typeNamed: reading.typeNamed,
    report: reading.report,
    reads: new Set(),
    ownerId: idOf(element),
    ownerName: element.attributes.get('name') ?? idOf(element) ?? '',
  }
}

function readDecision(element: XmlElement, reading: Reading): Decision {
  const surroundings = surroundingsOf(element, reading)
  const type = typeOf(element, reading)
  const expression = expressionIn(element)
  const table = expression?.name === 'decisionTable' ? readDecisionTable(expression, surroundings, type) : null
  const logic = table?.logic ?? readBoxed(expression, surroundings, type)
  return {
    id: idOf(element) ?? '',
    name: element.attributes.get('name') ?? '',
    variable: nameOf(element),
    type,
    requiredDecisions: required(element, 'informationRequirement', 'requiredDecision'),
    requiredInputs: required(element, 'informationRequirement', 'requiredInput'),
    requiredKnowledge: required(element, 'knowledgeRequirement', 'requiredKnowledge'),
    logic,
    reads: [...surroundings.reads].filter((name) => !(name in surroundings.names)),
    table: table?.outline ?? null,
  }
}

function readKnowledge(element: XmlElement, reading: Reading): Knowledge {
  const logic = childNamed(element, 'encapsulatedLogic')
  const surroundings = surroundingsOf(element, reading)
  // Its own name, so that it can call itself.
  const own = { ...surroundings, names: { ...surroundings.names, [nameOf(element)]: 1 } }
  const result = reading.typeNamed(logic?.attributes.get('typeRef') ?? undefined) ?? anyType
  return {
    id: idOf(element) ?? '',
    name: nameOf(element),
    requiredKnowledge: required(element, 'knowledgeRequirement', 'requiredKnowledge'),
    logic: logic ? functionDefinition(logic, own, result) : readBoxed(undefined, own, result),
  }
}

const readInput = (element: XmlElement, reading: Reading): InputData => ({
  id: idOf(element) ?? '',
  name: nameOf(element),
  type: typeOf(element, reading),
})

const readService = (element: XmlElement, reading: Reading): DecisionService => ({
  id: idOf(element) ?? '',
  name: nameOf(element),
  outputs: hrefs(element, 'outputDecision'),
  inputDecisions: hrefs(element, 'inputDecision'),
  inputData: hrefs(element, 'inputData'),
  type: typeOf(element, reading),
})

const keyed = <T extends { id: string }>(items: T[]): Map<string, T> => new Map(items.map((item) => [item.id, item]))

/** Ids that every element of the graph must have, once, and not one that JavaScript gives a meaning. */
function reportIds(elements: readonly XmlElement[], report: ReportProblem): void {
  const seen = new Set<string>()
  for (const element of elements) {
    const id = idOf(element)
    const name = element.attributes.get('name') ?? element.name
    if (id === null || !/^[\p{L}_][\p{L}\p{N}_.-]{0,254}$/u.test(id))
      report(id?.slice(0, 100) ?? null, 'dmn.id_format', {
        zh: `「${name.slice(0, 60)}」的 id 缺失或格式不正确。`,
        en: `Expected "${name.slice(0, 60)}" to have an id of letters, digits, "_", "-" and ".".`,
      })
    else if (seen.has(id))
      report(id, 'dmn.duplicate_id', {
        zh: `id「${id}」出现了不止一次。`,
        en: `Expected every id once, but "${id}" occurs more than once.`,
      })
    if (id !== null) seen.add(id)
  }
}

const graphElements = ['decision', 'inputData', 'businessKnowledgeModel', 'decisionService']

/** Reads what is known to be a DMN document into a model, reporting what is wrong with it. */
function readModel(root: XmlElement, problems: Problem[]): DecisionModel {
  const report: ReportProblem = (elementId, code, message, more = {}) => {
    const problem: Problem = { elementId, severity: more.severity ?? 'error', code, message }
    if (more.elementName) problem.elementName = more.elementName
    problems.push(problem)
  }
  const elements = root.children.filter((child) => graphElements.includes(child.name))
  reportIds(elements, report)
  const byId = new Map(elements.map((element) => [idOf(element) ?? '', element]))
  const reading: Reading = {
    root,
    report,
    byId,
    typeNamed: readDataTypes(childrenNamed(root, 'itemDefinition'), report),
  }
  const all = <T>(name: string, read: (element: XmlElement, reading: Reading) => T) =>
    elements.filter((element) => element.name === name).map((element) => read(element, reading))

  const model = {
    id: idOf(root) ?? '',
    name: root.attributes.get('name') ?? '',
    inputs: keyed(all('inputData', readInput)),
    knowledge: keyed(all('businessKnowledgeModel', readKnowledge)),
    decisions: keyed(all('decision', readDecision)),
    services: keyed(all('decisionService', readService)),
  }
  if (model.decisions.size === 0)
    report(null, 'dmn.empty', { zh: '文件中没有决策。', en: 'Expected at least one decision, but there is none.' })
  reportRequirements(model, report)
  return { ...model, warnings: problems.filter((problem) => problem.severity === 'warning') }
}

/**
 * Reads and compiles a DMN file of version 1.1 to 1.5.
 *
 * Refuses, with the id of the decision, rule or cell: what is no safe XML (`xml.*`), no DMN (`dmn.namespace`, `dmn.empty`),
 * too large (`dmn.size`, `dmn.depth`), cyclic (`dmn.cycle`), incomplete (`dmn.cells`, `dmn.missing`, `dmn.dangling_ref`),
 * not FEEL (`dmn.language`, `dmn.external`, `feel.*`). What can run but looks wrong is in `model.warnings`.
 * Sources: DMN 1.5, reliability 7.2 D01-D13.
 *
 * @param options.despiteProblems Gives the model although parts of it are refused; those are null when evaluated. For the
 *   conformance suite, whose files have wrong expressions on purpose.
 */
export async function readDmn(xml: string, options: { despiteProblems?: boolean } = {}): Promise<ReadDmn> {
  const read = readXml(xml)
  if (!read.ok) return refused(read.refusal.code, xmlSentences[read.refusal.code](read.refusal.detail))
  const { root } = read
  if (root.name !== 'definitions' || !namespaces.test(root.namespace))
    return refused('dmn.namespace', {
      zh: '这不是 DMN 文件(根元素或命名空间不符)。',
      en: 'Expected a DMN file, but the root element or its namespace is another.',
    })
  const problems: Problem[] = []
  const model = readModel(root, problems)
  const errors = problems.some((problem) => problem.severity === 'error')
  return errors && !options.despiteProblems ? { ok: false, problems } : { ok: true, model }
}
