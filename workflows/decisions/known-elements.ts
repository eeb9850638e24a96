import { idOf } from './cells.ts'
import type { ReportProblem } from './problems.ts'
import type { XmlElement } from './xml.ts'

const about = ['description', 'extensionElements']

const boxed = [
  'literalExpression',
  'decisionTable',
  'context',
  'invocation',
  'list',
  'relation',
  'functionDefinition',
  'conditional',
  'filter',
  'for',
  'some',
  'every',
]

/** Elements that are boxed expressions. */
export const boxedNames: ReadonlySet<string> = new Set(boxed)

const requirements = ['informationRequirement', 'knowledgeRequirement', 'authorityRequirement']

const item = ['typeRef', 'allowedValues', 'typeConstraint', 'itemComponent', 'functionItem']

/** What may stand in each element (the schema of DMN 1.5 with what earlier versions had). An element without a row may hold anything. */
const known: Record<string, readonly string[]> = {
  definitions: [
    'import',
    'itemDefinition',
    'decision',
    'inputData',
    'businessKnowledgeModel',
    'decisionService',
    'knowledgeSource',
    'elementCollection',
    'performanceIndicator',
    'organizationUnit',
    'businessContextElement',
    'textAnnotation',
    'association',
    'group',
    'DMNDI',
  ],
  decision: [
    'question',
    'allowedAnswers',
    'variable',
    ...requirements,
    'supportedObjective',
    'impactedPerformanceIndicator',
    'decisionMaker',
    'decisionOwner',
    'usingProcess',
    'usingTask',
    ...boxed,
  ],
  inputData: ['variable'],
  businessKnowledgeModel: ['variable', 'encapsulatedLogic', ...requirements],
  decisionService: ['variable', 'outputDecision', 'encapsulatedDecision', 'inputDecision', 'inputData'],
  itemDefinition: item,
  itemComponent: item,
  functionItem: ['parameters'],
  encapsulatedLogic: ['formalParameter', ...boxed],
  functionDefinition: ['formalParameter', ...boxed],
  literalExpression: ['text'],
  decisionTable: ['input', 'output', 'annotation', 'rule'],
  input: ['inputExpression', 'inputValues'],
  inputExpression: ['text'],
  inputValues: ['text'],
  outputValues: ['text'],
  allowedValues: ['text'],
  typeConstraint: ['text'],
  defaultOutputEntry: ['text'],
  inputEntry: ['text'],
  outputEntry: ['text'],
  output: ['outputValues', 'defaultOutputEntry'],
  rule: ['inputEntry', 'outputEntry', 'annotationEntry'],
  context: ['contextEntry'],
  contextEntry: ['variable', ...boxed],
  invocation: ['binding', ...boxed],
  binding: ['parameter', ...boxed],
  list: boxed,
  relation: ['column', 'row'],
  row: boxed,
  conditional: ['if', 'then', 'else'],
  filter: ['in', 'match'],
  for: ['in', 'return'],
  some: ['in', 'satisfies'],
  every: ['in', 'satisfies'],
}

/**
 * Reports elements of DMN that nothing here understands, such as values that are imported into an expression: what is not
 * understood is refused by name. Elements of other namespaces are notes of tools.
 */
export function reportUnknownElements(root: XmlElement, report: ReportProblem): void {
  const look = (element: XmlElement, owner: string | null): void => {
    const id = idOf(element) ?? owner
    const children = known[element.name]
    for (const child of element.children) {
      if (child.name === 'extensionElements' || child.namespace !== root.namespace) continue
      if (children && !children.includes(child.name) && !about.includes(child.name))
        report(idOf(child) ?? id, 'dmn.unknown_element', {
          zh: `不认识「${element.name}」中的元素「${child.name.slice(0, 60)}」。`,
          en: `Expected elements of DMN in "${element.name}", but "${child.name.slice(0, 60)}" is not understood.`,
        })
      else look(child, id)
    }
  }
  look(root, null)
}
