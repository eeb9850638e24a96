import { forbiddenNames } from '../expressions/contexts.ts'
import type { Sentence } from '../model/problem.ts'
import { idOf } from './cells.ts'
import { boxedNames } from './known-elements.ts'
import type { ReportProblem } from './problems.ts'
import { childNamed, childrenNamed, textIn } from './xml.ts'
import type { XmlElement } from './xml.ts'

type Fail = (code: string, message: Sentence, at?: XmlElement) => void
type Check = (element: XmlElement, fail: Fail) => void

const nameIn = (element: XmlElement | undefined) => element?.attributes.get('name')?.trim() ?? ''

/** Names that have to be there, once each, and none that leads into JavaScript. */
function names(named: readonly { name: string; at: XmlElement }[], what: Sentence, fail: Fail): void {
  const seen = new Set<string>()
  for (const { name, at } of named) {
    if (name === '')
      fail(
        'dmn.name',
        { zh: `${what.zh}缺少名称。`, en: `Expected every ${what.en} to have a name, but one has none.` },
        at,
      )
    else if (forbiddenNames.has(name))
      fail(
        'feel.forbidden_name',
        { zh: `不允许使用名称「${name}」。`, en: `Expected another name: "${name}" may not be used.` },
        at,
      )
    else if (seen.has(name))
      fail(
        'dmn.name',
        {
          zh: `${what.zh}的名称「${name.slice(0, 60)}」出现了不止一次。`,
          en: `Expected every ${what.en} to have a name of its own, but "${name.slice(0, 60)}" occurs more than once.`,
        },
        at,
      )
    seen.add(name)
  }
}

const missing = (what: Sentence): Sentence => ({
  zh: `缺少${what.zh}。`,
  en: `Expected ${what.en}, but there is none.`,
})

const named = (elements: readonly XmlElement[]) => elements.map((at) => ({ name: nameIn(at), at }))

const components: Check = (element, fail) =>
  names(named(childrenNamed(element, 'itemComponent')), { zh: '类型的各项', en: 'component of a type' }, fail)

const parameters: Check = (element, fail) =>
  names(named(childrenNamed(element, 'formalParameter')), { zh: '参数', en: 'parameter' }, fail)

const iterator: Check = (element, fail) => {
  if ((element.attributes.get('iteratorVariable') ?? '').trim() === '')
    fail('dmn.name', missing({ zh: '循环变量的名称', en: 'a name for the iterator variable' }))
}

function requirement(...kinds: string[]): Check {
  return (element, fail) => {
    const href = kinds
      .map((kind) => childNamed(element, kind)?.attributes.get('href'))
      .find((each) => each !== undefined)
    if (!href) fail('dmn.dangling_ref', missing({ zh: '依赖所指的元素', en: 'a requirement to refer to something' }))
  }
}

const decisionTable: Check = (element, fail) => {
  const outputs = childrenNamed(element, 'output')
  const hitPolicy = (element.attributes.get('hitPolicy') ?? 'UNIQUE').trim()
  if (outputs.length > 1) names(named(outputs), { zh: '输出列', en: 'output column' }, fail)
  if (element.attributes.has('aggregation') && hitPolicy !== 'COLLECT')
    fail('dmn.aggregation', {
      zh: `汇总只能与 COLLECT 一起使用,但命中策略是 ${hitPolicy}。`,
      en: `Expected the hit policy COLLECT beside an aggregation, but it is ${hitPolicy}.`,
    })
}

const context: Check = (element, fail) => {
  const entries = childrenNamed(element, 'contextEntry')
  const all = entries.map((at) => ({ name: nameIn(childNamed(at, 'variable')), at }))
  names(
    all.filter(({ name }, index) => name !== '' || index < all.length - 1),
    { zh: '上下文中最后一项之前的各项', en: 'entry of a context before the last' },
    fail,
  )
}

const relation: Check = (element, fail) => {
  const columns = childrenNamed(element, 'column')
  names(named(columns), { zh: '关系表的列', en: 'column of a relation' }, fail)
  for (const [index, row] of childrenNamed(element, 'row').entries()) {
    const cells = row.children.filter(({ name }) => boxedNames.has(name)).length
    if (cells !== columns.length)
      fail(
        'dmn.cells',
        {
          zh: `第 ${index + 1} 行应有 ${columns.length} 个单元格,实际为 ${cells} 个。`,
          en: `Expected row ${index + 1} to have ${columns.length} cells, but it has ${cells}.`,
        },
        row,
      )
  }
}

/** What the schema of DMN asks of each element and its names cannot show: one row for each. */
const checks: Record<string, Check> = {
  definitions: (element, fail) =>
    names(named(childrenNamed(element, 'itemDefinition')), { zh: '类型', en: 'type' }, fail),
  decision: (element, fail) => {
    const logics = element.children.filter(({ name }) => boxedNames.has(name)).length
    if (logics > 1)
      fail('dmn.logic', {
        zh: `一个决策只能有一种决策逻辑,实际有 ${logics} 种。`,
        en: `Expected a decision to have its logic once, but there are ${logics}.`,
      })
  },
  decisionService: (element, fail) => {
    if (childrenNamed(element, 'outputDecision').length === 0)
      fail('dmn.missing', missing({ zh: '决策服务的输出决策', en: 'a decision service to have an output decision' }))
  },
  informationRequirement: requirement('requiredDecision', 'requiredInput'),
  knowledgeRequirement: requirement('requiredKnowledge'),
  itemDefinition: components,
  itemComponent: components,
  encapsulatedLogic: parameters,
  functionDefinition: parameters,
  decisionTable,
  input: (element, fail) => {
    if (textIn(childNamed(element, 'inputExpression'), 'text') === undefined && !element.attributes.get('label'))
      fail('dmn.missing', missing({ zh: '输入列的表达式', en: 'an input column to have an expression' }))
  },
  context,
  relation,
  invocation: (element, fail) =>
    names(
      childrenNamed(element, 'binding').map((at) => ({ name: nameIn(childNamed(at, 'parameter')), at })),
      { zh: '调用的参数', en: 'binding of an invocation' },
      fail,
    ),
  for: iterator,
  some: iterator,
  every: iterator,
}

/** Reports elements that are known and cannot mean anything as they stand: what is broken is refused by name. */
export function reportBrokenElements(root: XmlElement, report: ReportProblem): void {
  const look = (element: XmlElement, owner: string | null): void => {
    const id = idOf(element) ?? owner
    if (Object.hasOwn(checks, element.name))
      checks[element.name]?.(element, (code, message, at) => report((at && idOf(at)) ?? id, code, message))
    for (const child of element.children)
      if (child.name !== 'extensionElements' && child.namespace === root.namespace) look(child, id)
  }
  look(root, null)
}
