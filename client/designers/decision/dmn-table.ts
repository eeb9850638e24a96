import {
  childNamed,
  childrenNamed,
  decode,
  encode,
  encodeAttribute,
  placesOf,
  withEdits,
  type Edit,
  type Placed,
} from './xml-places.ts'

/** A column of conditions (`当`) or of results (`就`). */
export interface Column {
  readonly id: string
  readonly label: string
  /** The expression of an input, the name of an output. */
  readonly name: string
  readonly type: string
  /** Values that are allowed, as FEEL; empty when there is no list. */
  readonly values: string
}

/** One rule: a cell for each column, as FEEL, and the sentence for the customer. */
export interface Rule {
  readonly id: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly annotation: string
}

export interface DecisionTable {
  readonly decisionId: string
  readonly name: string
  readonly hitPolicy: string
  /** SUM, COUNT, MIN or MAX for COLLECT, else empty. */
  readonly aggregation: string
  readonly inputs: readonly Column[]
  readonly outputs: readonly Column[]
  readonly rules: readonly Rule[]
}

const contentOf = (xml: string, element: Placed | undefined): string =>
  element ? decode(xml.slice(element.tagEnd, element.contentEnd).replaceAll(/<!--[\s\S]*?-->/g, '')) : ''
const textOf = (xml: string, element: Placed | undefined): string => contentOf(xml, childNamed(element, 'text')).trim()

function find(xml: string) {
  const root = placesOf(xml)
  const decisions = childrenNamed(root, 'decision')
  const decision = decisions.find((one) => childNamed(one, 'decisionTable'))
  const table = childNamed(decision, 'decisionTable')
  if (!decision || !table) throw new Error('Expected a decision table, but there is none')
  return { decision, table, rules: childrenNamed(table, 'rule') }
}

/** The sentence of a rule stands in its description, or in its first annotation where the file has such. */
const annotationElement = (rule: Placed): Placed | undefined =>
  childNamed(rule, 'description') ?? childNamed(rule, 'annotationEntry')
function annotationOf(xml: string, rule: Placed): string {
  const element = annotationElement(rule)
  return element?.name === 'annotationEntry' ? textOf(xml, element) : contentOf(xml, element).trim()
}

/** Reads the first decision table of a DMN document. Throws when it is no XML or has no table. */
export function readTable(xml: string): DecisionTable {
  const { decision, table, rules } = find(xml)
  const attribute = (element: Placed | undefined, name: string) => element?.attributes[name] ?? ''
  return {
    decisionId: attribute(decision, 'id'),
    name: attribute(decision, 'name'),
    hitPolicy: attribute(table, 'hitPolicy') || 'UNIQUE',
    aggregation: attribute(table, 'aggregation'),
    inputs: childrenNamed(table, 'input').map((input) => {
      const expression = childNamed(input, 'inputExpression')
      return {
        id: attribute(input, 'id'),
        label: attribute(input, 'label') || textOf(xml, expression),
        name: textOf(xml, expression),
        type: attribute(expression, 'typeRef'),
        values: textOf(xml, childNamed(input, 'inputValues')),
      }
    }),
    outputs: childrenNamed(table, 'output').map((output) => ({
      id: attribute(output, 'id'),
      label: attribute(output, 'label') || attribute(output, 'name') || attribute(decision, 'name'),
      name: attribute(output, 'name'),
      type: attribute(output, 'typeRef'),
      values: textOf(xml, childNamed(output, 'outputValues')),
    })),
    rules: rules.map((rule) => ({
      id: attribute(rule, 'id'),
      inputs: childrenNamed(rule, 'inputEntry').map((entry) => textOf(xml, entry)),
      outputs: childrenNamed(rule, 'outputEntry').map((entry) => textOf(xml, entry)),
      annotation: annotationOf(xml, rule),
    })),
  }
}

/** Where an element of the table stands: a rule, or one of its cells. */
export interface TablePlace {
  readonly rule: string
  readonly side?: 'inputs' | 'outputs'
  readonly column?: number
}

/** The places of rules and cells by the ids that problems name. */
export function placesById(xml: string): Map<string, TablePlace> {
  const places = new Map<string, TablePlace>()
  for (const rule of find(xml).rules) {
    const id = rule.attributes['id'] ?? ''
    places.set(id, { rule: id })
    for (const [name, side] of [['inputEntry', 'inputs'] as const, ['outputEntry', 'outputs'] as const])
      childrenNamed(rule, name).forEach((cell, column) => {
        const cellId = cell.attributes['id']
        if (cellId) places.set(cellId, { rule: id, side, column })
      })
  }
  return places
}

function attributeEdit(xml: string, element: Placed, name: string, value: string): Edit[] {
  if ((element.attributes[name] ?? '') === value) return []
  const tag = xml.slice(element.start, element.tagEnd)
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"[^"]*"|'[^']*')`).exec(tag)
  const text = value === '' ? '' : ` ${name}="${encodeAttribute(value)}"`
  if (found) {
    const start = element.start + found.index
    return [{ start, end: start + found[0].length, text }]
  }
  const at = element.start + /^<[\w.:-]+/.exec(tag)![0].length
  return [{ start: at, end: at, text }]
}

/** Edits of one rule: only cells and the sentence that differ. */
function ruleEdits(xml: string, rule: Placed, before: Rule, after: Rule, prefix: string): Edit[] {
  const edits: Edit[] = []
  const cells = (name: string, old: readonly string[], next: readonly string[]) =>
    childrenNamed(rule, name).forEach((entry, index) => {
      const value = next[index]
      const text = childNamed(entry, 'text')
      if (value === undefined || value === old[index] || !text) return
      edits.push(
        text.tagEnd === text.end
          ? { start: text.start, end: text.end, text: `<${prefix}text>${encode(value)}</${prefix}text>` }
          : { start: text.tagEnd, end: text.contentEnd, text: encode(value) },
      )
    })
  cells('inputEntry', before.inputs, after.inputs)
  cells('outputEntry', before.outputs, after.outputs)
  if (before.annotation === after.annotation) return edits
  const element = annotationElement(rule)
  const place = element?.name === 'annotationEntry' ? childNamed(element, 'text') : element
  if (place && place.tagEnd !== place.end)
    edits.push({ start: place.tagEnd, end: place.contentEnd, text: encode(after.annotation) })
  else if (!element)
    edits.push({
      start: rule.tagEnd,
      end: rule.tagEnd,
      text: `${indentBefore(xml, rule.children[0]?.start ?? rule.tagEnd)}<${prefix}description>${encode(after.annotation)}</${prefix}description>`,
    })
  else if (place)
    edits.push({
      start: place.start,
      end: place.end,
      text: `<${prefix}${place.name}>${encode(after.annotation)}</${prefix}${place.name}>`,
    })
  return edits
}

/** The line break and indentation that stand before a place. */
const indentBefore = (xml: string, at: number): string => /\n[ \t]*$/.exec(xml.slice(0, at))?.[0] ?? ''

function newRule(rule: Rule, table: DecisionTable, prefix: string, indent: string): string {
  const inner = `${indent}  `
  const entry = (name: string, column: Column, value: string) =>
    `${inner}<${prefix}${name} id="${encodeAttribute(`${rule.id}-${column.id}`)}">${inner}  <${prefix}text>${encode(value)}</${prefix}text>${inner}</${prefix}${name}>`
  return [
    `<${prefix}rule id="${encodeAttribute(rule.id)}">`,
    rule.annotation ? `${inner}<${prefix}description>${encode(rule.annotation)}</${prefix}description>` : '',
    ...table.inputs.map((column, index) => entry('inputEntry', column, rule.inputs[index] ?? '-')),
    ...table.outputs.map((column, index) => entry('outputEntry', column, rule.outputs[index] ?? 'null')),
    `${indent}</${prefix}rule>`,
  ].join('')
}

/**
 * The document with the table as it is now. Only what differs is written: cells, sentences, the hit policy, names of
 * columns; rules move as they stand, new ones are written like their neighbors. Ids and everything else stay.
 */
export function writeTable(xml: string, next: DecisionTable): string {
  const before = readTable(xml)
  const { decision, table, rules } = find(xml)
  const prefix = /^<([\w.-]+:)?/.exec(xml.slice(table.start))?.[1] ?? ''
  const edits: Edit[] = [
    ...attributeEdit(xml, decision, 'name', next.name),
    ...attributeEdit(
      xml,
      table,
      'hitPolicy',
      next.hitPolicy === before.hitPolicy ? (table.attributes['hitPolicy'] ?? '') : next.hitPolicy,
    ),
    ...attributeEdit(xml, table, 'aggregation', next.aggregation),
  ]

  const kept = new Map(before.rules.map((rule, index) => [rule.id, { rule, place: rules[index]! }]))
  const isSameOrder =
    before.rules.length === next.rules.length && before.rules.every((rule, index) => rule.id === next.rules[index]!.id)
  if (isSameOrder) {
    for (const rule of next.rules) {
      const old = kept.get(rule.id)!
      edits.push(...ruleEdits(xml, old.place, old.rule, rule, prefix))
    }
    return withEdits(xml, edits)
  }

  const first = rules[0]
  const last = rules.at(-1)
  const indent = first
    ? indentBefore(xml, first.start)
    : `${indentBefore(xml, table.children.at(-1)?.start ?? table.contentEnd) || '\n      '}`
  const texts = next.rules.map((rule) => {
    const old = kept.get(rule.id)
    if (!old) return newRule(rule, next, prefix, indent)
    const { start, end } = old.place
    const own = ruleEdits(xml, old.place, old.rule, rule, prefix)
    return withEdits(
      xml.slice(start, end),
      own.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start })),
    )
  })
  const at = table.children.at(-1)?.end ?? table.tagEnd
  edits.push(
    first && last
      ? { start: first.start, end: last.end, text: texts.join(indent) }
      : { start: at, end: at, text: texts.map((text) => indent + text).join('') },
  )
  return withEdits(xml, edits)
}

/** An id for a rule that no other one has. */
export function freeRuleId(table: DecisionTable): string {
  const taken = new Set(table.rules.map((rule) => rule.id))
  for (let number = table.rules.length + 1; ; number++) if (!taken.has(`rule-${number}`)) return `rule-${number}`
}
