import { literalWords, nearestName, withNearest } from '../expressions/nearest.ts'
import { sentence } from '../expressions/problems.ts'
import type { Problem } from '../model/problem.ts'
import { expressionIn, functionDefinition, readBoxed } from './boxed.ts'
import { idOf } from './cells.ts'
import type { Surroundings } from './cells.ts'
import { anyType } from './data-types.ts'
import type { TypeNamed } from './data-types.ts'
import { readDecisionTable } from './decision-table.ts'
import { filesOf } from './imports.ts'
import type { DmnFile } from './imports.ts'
import { reportBrokenElements } from './broken-elements.ts'
import { reportUnknownElements } from './known-elements.ts'
import type { DataType, Decision, DecisionModel, DecisionService, InputData, Knowledge } from './model.ts'
import type { ReportProblem } from './problems.ts'
import { reportRequirements } from './requirements.ts'
import { shapeOf } from './shapes.ts'
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

interface Reading {
  file: DmnFile
  typeNamed: TypeNamed
  report: ReportProblem
  later: Surroundings['later']
}

const referred = (element: XmlElement | undefined, { file }: Reading) =>
  file.idOf(element?.attributes.get('href') ?? '')

const required = (element: XmlElement, requirement: string, what: string, reading: Reading) =>
  childrenNamed(element, requirement)
    .map((each) => referred(childNamed(each, what), reading))
    .filter((id) => id !== '')

const hrefs = (element: XmlElement, name: string, reading: Reading) =>
  childrenNamed(element, name).map((each) => referred(each, reading))

const nameOf = (element: XmlElement) =>
  childNamed(element, 'variable')?.attributes.get('name') ?? element.attributes.get('name') ?? idOf(element) ?? ''

/** The id under which the model keeps an element of a file. */
const keyOf = (element: XmlElement, { file }: Reading) => file.prefix + (idOf(element) ?? '')

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

/** Names that nothing gives may be process variables; one that is nearly a name that is given probably is that (F15). */
function reportMisspelled(reads: readonly string[], { names, report, ownerId, ownerName }: Surroundings): void {
  const candidates = [...Object.keys(names), ...literalWords]
  for (const name of reads) {
    if (nearestName(name, candidates) === null) continue
    const message = withNearest(sentence('feel.unknown_variable', name), name, candidates)
    report(ownerId, 'feel.unknown_variable', message, { severity: 'warning', elementName: ownerName })
  }
}

const emptyNames = () => Object.create(null) as Record<string, unknown>

/** The names that the logic of an element may read: those of what it requires; of an import inside of its name. */
function surroundingsOf(element: XmlElement, reading: Reading): Surroundings {
  const names = emptyNames()
  const money: string[] = []
  const { own, knowledge } = requirementsOf(element, reading)
  for (const id of [...own.decisions, ...own.inputs, ...knowledge]) {
    const found = reading.file.find(id)
    if (!found) continue
    const inside = found.importName === '' ? names : ((names[found.importName] ??= emptyNames()) as typeof names)
    const { element: target, file } = found
    const type = file.typeNamed(childNamed(target, 'variable')?.attributes.get('typeRef')) ?? anyType
    const isUntyped = type === anyType && target.name === 'decision'
    inside[nameOf(target)] = isUntyped
      ? shapeOf(expressionIn(target), { names: emptyNames(), typeNamed: file.typeNamed })
      : type.shape
    const path = [found.importName, nameOf(target)].filter((part) => part !== '')
    money.push(...type.money.map((each) => [...path, each].filter((part) => part !== '').join('.')))
  }
  return {
    names,
    money,
    typeNamed: reading.typeNamed,
    report: reading.report,
    later: reading.later,
    reads: new Set(),
    ownerId: idOf(element),
    ownerName: element.attributes.get('name') ?? idOf(element) ?? '',
  }
}

function requirementsOf(element: XmlElement, reading: Reading) {
  return {
    own: {
      decisions: required(element, 'informationRequirement', 'requiredDecision', reading),
      inputs: required(element, 'informationRequirement', 'requiredInput', reading),
    },
    knowledge: required(element, 'knowledgeRequirement', 'requiredKnowledge', reading),
  }
}

const zeebe = 'http://camunda.org/schema/zeebe/1.0'

/** Camunda 8's name for a version of a decision. */
function versionTagOf(element: XmlElement): string | undefined {
  const found = childNamed(element, 'extensionElements')?.children.find(
    ({ name, namespace }) => name === 'versionTag' && namespace === zeebe,
  )
  return found?.attributes.get('value') || undefined
}

function readDecision(element: XmlElement, reading: Reading): Decision {
  const surroundings = surroundingsOf(element, reading)
  const { own, knowledge } = requirementsOf(element, reading)
  const type = typeOf(element, reading)
  const expression = expressionIn(element)
  const table = expression?.name === 'decisionTable' ? readDecisionTable(expression, surroundings, type) : null
  const logic = table?.logic ?? readBoxed(expression, surroundings, type)
  const reads = [...surroundings.reads].filter((name) => !(name in surroundings.names))
  reportMisspelled(reads, surroundings)
  const versionTag = versionTagOf(element)
  return {
    id: keyOf(element, reading),
    ...(versionTag !== undefined && { versionTag }),
    name: element.attributes.get('name') ?? '',
    variable: nameOf(element),
    type,
    requiredDecisions: own.decisions,
    requiredInputs: own.inputs,
    requiredKnowledge: knowledge,
    importNames: reading.file.importNames,
    logic,
    reads,
    table: table?.outline ?? null,
  }
}

/** What a function gives: the type of its logic, or of its variable when that is not the type of the function itself. */
function resultType(element: XmlElement, logic: XmlElement | undefined, { typeNamed }: Reading): DataType {
  const own = logic?.attributes.get('typeRef')
  const type = typeNamed(own ?? childNamed(element, 'variable')?.attributes.get('typeRef')) ?? anyType
  return type.feel.type === 'function' ? anyType : type
}

function readKnowledge(element: XmlElement, reading: Reading): Knowledge {
  const logic = childNamed(element, 'encapsulatedLogic')
  const surroundings = surroundingsOf(element, reading)
  // Its own name, so that it can call itself.
  const own = { ...surroundings, names: { ...surroundings.names, [nameOf(element)]: 1 } }
  const result = resultType(element, logic, reading)
  return {
    id: keyOf(element, reading),
    name: nameOf(element),
    requiredKnowledge: requirementsOf(element, reading).knowledge,
    importNames: reading.file.importNames,
    logic: logic ? functionDefinition(logic, own, result) : readBoxed(undefined, own, result),
  }
}

const readInput = (element: XmlElement, reading: Reading): InputData => ({
  id: keyOf(element, reading),
  name: nameOf(element),
  type: typeOf(element, reading),
})

const readService = (element: XmlElement, reading: Reading): DecisionService => ({
  id: keyOf(element, reading),
  name: nameOf(element),
  outputs: hrefs(element, 'outputDecision', reading),
  inputDecisions: hrefs(element, 'inputDecision', reading),
  inputData: hrefs(element, 'inputData', reading),
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

/** Reads what is known to be DMN documents, the first with those that it imports, into one model; reports what is wrong. */
function readModel(files: readonly DmnFile[], problems: Problem[]): DecisionModel {
  const postponed: (() => void)[] = []
  const inputs: InputData[] = []
  const knowledge: Knowledge[] = []
  const decisions: Decision[] = []
  const services: DecisionService[] = []
  for (const file of files) {
    const { elements, report, typeNamed } = file
    const reading: Reading = { file, report, typeNamed, later: (work) => void postponed.push(work) }
    const all = <T>(name: string, read: (element: XmlElement, reading: Reading) => T) =>
      elements.filter((element) => element.name === name).map((element) => read(element, reading))
    reportIds(elements, report)
    reportUnknownElements(file.root, report)
    reportBrokenElements(file.root, report)
    for (const each of childrenNamed(file.root, 'itemDefinition')) typeNamed(each.attributes.get('name'))
    inputs.push(...all('inputData', readInput))
    knowledge.push(...all('businessKnowledgeModel', readKnowledge))
    decisions.push(...all('decision', readDecision))
    services.push(...all('decisionService', readService))
  }
  const [main] = files as [DmnFile]
  const model = {
    id: idOf(main.root) ?? '',
    name: main.root.attributes.get('name') ?? '',
    inputs: keyed(inputs),
    knowledge: keyed(knowledge),
    decisions: keyed(decisions),
    services: keyed(services),
    importNames: main.importNames,
  }
  if (
    !main.elements.some(({ name }) => name !== 'inputData') &&
    childrenNamed(main.root, 'itemDefinition').length === 0
  )
    main.report(null, 'dmn.empty', {
      zh: '文件中没有决策。',
      en: 'Expected at least one decision, but there is none.',
    })
  reportRequirements(model, main.report)
  return {
    ...model,
    get warnings() {
      for (const work of postponed.splice(0)) work()
      return problems.filter((problem) => problem.severity === 'warning')
    },
  }
}

export interface ReadDmnOptions {
  /** Gives the model although parts of it are refused; those are null when evaluated. For the conformance suite, whose
   * files have wrong expressions on purpose. */
  despiteProblems?: boolean
  /** The texts of other DMN files, in which imports are looked up by their namespace. */
  others?: readonly string[]
}

/** The root of a DMN document, or why it is none. */
function rootOf(xml: string): { root: XmlElement } | { refusal: ReadDmn } {
  const read = readXml(xml)
  if (!read.ok) return { refusal: refused(read.refusal.code, xmlSentences[read.refusal.code](read.refusal.detail)) }
  const { root } = read
  if (root.name === 'definitions' && namespaces.test(root.namespace)) return { root }
  return {
    refusal: refused('dmn.namespace', {
      zh: '这不是 DMN 文件(根元素或命名空间不符)。',
      en: 'Expected a DMN file, but the root element or its namespace is another.',
    }),
  }
}

/** Whether a DMN file imports others. */
export const mentionsImport = (xml: string): boolean => /<(?:[\w.-]+:)?import[\s/>]/.test(xml)

/** Those of other DMN files that a file imports, directly or through others. */
export function importedBy(xml: string, others: readonly string[]): string[] {
  if (!mentionsImport(xml)) return []
  const namespaced = others.flatMap((text) => {
    const read = rootOf(text)
    return 'root' in read ? [{ text, namespace: read.root.attributes.get('namespace') ?? '', root: read.root }] : []
  })
  const needed = new Set<string>()
  const follow = (root: XmlElement) => {
    for (const { attributes } of childrenNamed(root, 'import')) {
      const found = namespaced.find(({ namespace }) => namespace === attributes.get('namespace'))
      if (!found || needed.has(found.text)) continue
      needed.add(found.text)
      follow(found.root)
    }
  }
  const read = rootOf(xml)
  if ('root' in read) follow(read.root)
  return [...needed]
}

/**
 * Reads and compiles a DMN file of version 1.1 to 1.5, with the files that it imports.
 *
 * Refuses, with the id of the decision, rule or cell: what is no safe XML (`xml.*`), no DMN (`dmn.namespace`, `dmn.empty`),
 * too large (`dmn.size`, `dmn.depth`), cyclic (`dmn.cycle`), incomplete or contradictory (`dmn.cells`, `dmn.missing`, `dmn.name`,
 * `dmn.logic`, `dmn.requirement`, `dmn.dangling_ref`, `dmn.unknown_type`, `dmn.unknown_element`, `dmn.import_missing`, `dmn.import_kind`,
 * `dmn.import_name`), not FEEL (`dmn.language`, `dmn.external`, `feel.*`). What can run but looks wrong is in `model.warnings`.
 * Sources: DMN 1.5, reliability 7.2 D01-D13.
 */
export async function readDmn(xml: string, options: ReadDmnOptions = {}): Promise<ReadDmn> {
  const main = rootOf(xml)
  if ('refusal' in main) return main.refusal
  const hasImports = childrenNamed(main.root, 'import').length > 0
  const others = hasImports
    ? (options.others ?? []).flatMap((other) => {
        const read = rootOf(other)
        return 'root' in read ? [read.root] : []
      })
    : []
  const problems: Problem[] = []
  const model = readModel(filesOf(main.root, others, problems), problems)
  const errors = problems.some((problem) => problem.severity === 'error')
  return errors && !options.despiteProblems ? { ok: false, problems } : { ok: true, model }
}
