import type { Sentence, TableExample } from '../../model/problem.ts'
import type { ReportProblem } from '../problems.ts'
import type { AnalyzedTable, Example, TableAnalysis, WrongCell } from './table.ts'

/** How many findings of one kind become problems of their own; the last one says how many more there are. */
const shown = 10

/** Policies that give one result: no matching rule is a hole in them, not an empty answer. */
const single = new Set(['UNIQUE', 'ANY', 'FIRST', 'PRIORITY'])

const both = (text: string): Sentence => ({ zh: text, en: text })

interface Telling {
  readonly table: AnalyzedTable
  readonly analysis: TableAnalysis
  /** Adds a warning to a place of the table. */
  readonly warn: (at: string | null, code: string, message: Sentence, example?: TableExample) => void
}

const ruleId = ({ table }: Telling, rule: number) => table.rules[rule]?.id ?? table.id

/** An input in words: `amount = 501, tier = "gold"`; only the columns that matter, where some do not. */
function words({ table }: Telling, example: Example, matters: (column: number) => boolean = () => true): string {
  const columns = [...table.inputs.keys()]
  const told = columns.some(matters) ? columns.filter(matters) : columns
  return told.map((column) => `${table.inputs[column]?.label ?? ''} = ${example[column] ?? ''}`).join(', ')
}

/** By the ids of the columns; a column without one by its label. */
const byColumn = ({ table }: Telling, values: readonly string[]): Record<string, string> =>
  Object.fromEntries(table.inputs.map(({ id, label }, column) => [id || label, values[column] ?? '-']))

const exampleOf = (telling: Telling, example: Example, rules: readonly number[]): TableExample => ({
  values: byColumn(telling, example),
  rules: rules.map((rule) => ruleId(telling, rule)),
})

const list = (rules: readonly number[]) => rules.map((rule) => rule + 1)

function more(count: number, listed: number, isComplete: boolean): Sentence {
  const rest = count - listed
  if (rest <= 0) return both('')
  return isComplete
    ? { zh: `另外还有 ${rest} 处。`, en: ` There are ${rest} more.` }
    : { zh: `另外至少还有 ${rest} 处。`, en: ` There are at least ${rest} more.` }
}

const joined = (a: Sentence, b: Sentence): Sentence => ({ zh: a.zh + b.zh, en: a.en + b.en })

function tellGaps(telling: Telling): void {
  const { table, analysis, warn } = telling
  if (!single.has(table.hitPolicy) || table.outputs.some(({ fallback }) => fallback !== null)) return
  const gaps = analysis.gaps.slice(0, shown)
  for (const [index, { tests, example }] of gaps.entries()) {
    const at = words(telling, example, (column) => tests[column] !== '-')
    const message = {
      zh: `没有规则适用,例如:${at}。`,
      en: `Expected a rule for every input, but none matches, for example at ${at}.`,
    }
    const rest =
      index === gaps.length - 1
        ? more(analysis.counts.gaps, gaps.length, !analysis.unfinished.includes('gaps'))
        : both('')
    warn(table.id, 'dmn.gap', joined(message, rest), {
      ...exampleOf(telling, example, []),
      tests: byColumn(telling, tests),
    })
  }
}

function tellOverlaps(telling: Telling): void {
  const { table, analysis, warn } = telling
  const isUnique = table.hitPolicy === 'UNIQUE'
  if (!isUnique && table.hitPolicy !== 'ANY') return
  const found = analysis.overlaps.filter(({ differ }) => isUnique || differ === true)
  const listed = found.slice(0, shown)
  const count = isUnique ? analysis.counts.overlaps : found.length
  for (const [index, { rules, example }] of listed.entries()) {
    const [first, second] = list(rules)
    const at = words(telling, example)
    const message = isUnique
      ? {
          zh: `第 ${first} 条和第 ${second} 条规则会同时匹配,例如:${at}。`,
          en: `Expected one rule to match, but rules ${first} and ${second} both do, for example at ${at}.`,
        }
      : {
          zh: `第 ${first} 条和第 ${second} 条规则会同时匹配,结果却不同,例如:${at}。`,
          en: `Expected rules that match together to agree, but rules ${first} and ${second} differ, for example at ${at}.`,
        }
    const isLast = index === listed.length - 1
    const rest = isLast ? more(count, listed.length, !analysis.unfinished.includes('overlaps')) : both('')
    warn(
      ruleId(telling, rules[1]),
      isUnique ? 'dmn.overlap' : 'dmn.contradiction',
      joined(message, rest),
      exampleOf(telling, example, rules),
    )
  }
}

const because: Record<`${WrongCell['side']} ${WrongCell['kind']}`, (value: string, type: string) => Sentence> = {
  'input type': (value, type) => ({
    zh: `这一列是 ${type} 类型,永远不会等于 ${value}。`,
    en: `Expected to compare with the type ${type}, but ${value} is of another.`,
  }),
  'input value': (value) => ({
    zh: `这一列允许的取值里没有 ${value}。`,
    en: `Expected an allowed value of the column, but ${value} is none.`,
  }),
  'output type': (value, type) => ({
    zh: `结果应为 ${type} 类型,但写的是 ${value}。`,
    en: `Expected a result of the type ${type}, but it is ${value}.`,
  }),
  'output value': (value) => ({
    zh: `这一列允许的结果里没有 ${value}。`,
    en: `Expected an allowed result, but ${value} is none.`,
  }),
}

function tellWrongCells(telling: Telling): void {
  const { table, analysis, warn } = telling
  for (const { rule, side, column, kind, value } of analysis.wrongCells) {
    const columns = side === 'input' ? table.inputs : table.outputs
    const { label = '', type } = columns[column] ?? {}
    const cells = side === 'input' ? table.rules[rule]?.inputs : table.rules[rule]?.outputs
    const reason = because[`${side} ${kind}`](value, type?.name ?? '')
    const idle = side === 'input' && analysis.empty.some((each) => each.rule === rule && each.columns.includes(column))
    warn(
      cells?.[column]?.id ?? ruleId(telling, rule),
      kind === 'type' ? 'dmn.cell_type' : 'dmn.cell_value',
      joined(
        {
          zh: `第 ${rule + 1} 条规则的「${label}」:${reason.zh}`,
          en: `Rule ${rule + 1}, ${label}: ${reason.en}`,
        },
        idle ? { zh: '这条规则因此用不上。', en: ' So the rule never matches.' } : both(''),
      ),
    )
  }
}

/** Hit policies that choose by the order of the output values (DMN 1.5, 8.2.10). */
const byPriority = new Set(['PRIORITY', 'OUTPUT ORDER'])

function tellDefaultsAndOrder({ table, analysis, warn }: Telling): void {
  for (const { output, kind, value } of analysis.wrongDefaults) {
    const { id, label = '', type } = table.outputs[output] ?? {}
    const reason = because[`output ${kind}`](value, type?.name ?? '')
    warn(id || table.id, kind === 'type' ? 'dmn.cell_type' : 'dmn.cell_value', {
      zh: `「${label}」的默认结果:${reason.zh}`,
      en: `Default of ${label}: ${reason.en}`,
    })
  }
  if (
    byPriority.has(table.hitPolicy) &&
    table.rules.length > 1 &&
    table.outputs.every(({ allowed }) => allowed.length === 0)
  )
    warn(table.id, 'dmn.no_order', {
      zh: `${table.hitPolicy} 按结果的先后选择,但没有列出结果的取值,所以按规则的先后。`,
      en: `Expected the results in their order for ${table.hitPolicy}, but none are listed, so the order of the rules counts.`,
    })
}

function tellIdleRules(telling: Telling): void {
  const { table, analysis, warn } = telling
  for (const { rule, columns } of analysis.empty) {
    // A wrong cell says so itself.
    if (
      analysis.wrongCells.some((cell) => cell.rule === rule && cell.side === 'input' && columns.includes(cell.column))
    )
      continue
    const labels = columns.map((column) => table.inputs[column]?.label ?? '')
    warn(ruleId(telling, rule), 'dmn.never_matches', {
      zh: `第 ${rule + 1} 条规则用不上:没有满足「${labels.join('、')}」的取值。`,
      en: `Expected rule ${rule + 1} to match something, but no value fits its ${labels.join(', ')}.`,
    })
  }
  for (const { rule, by, example } of analysis.masked) {
    const at = words(telling, example)
    warn(
      ruleId(telling, rule),
      'dmn.masked',
      {
        zh: `第 ${rule + 1} 条规则用不上:第 ${list(by).join('、')} 条总是先匹配,例如:${at}。`,
        en: `Expected rule ${rule + 1} to be used, but rule ${list(by).join(', ')} always comes first, for example at ${at}.`,
      },
      exampleOf(telling, example, [...by, rule]),
    )
  }
}

function tellOutputs(telling: Telling): void {
  const { table, analysis, warn } = telling
  for (const { output, values } of analysis.unreachable) {
    const { id, label } = table.outputs[output] ?? {}
    warn(id || table.id, 'dmn.unreachable_output', {
      zh: `没有规则会给出「${label}」的 ${values.join('、')}。`,
      en: `Expected a rule for every allowed result of ${label}, but none gives ${values.join(', ')}.`,
    })
  }
  if (analysis.needlessDefault)
    warn(table.id, 'dmn.needless_default', {
      zh: '默认结果用不上:每种情况都有规则匹配。',
      en: 'Expected the default result to be needed, but there is a rule for every input.',
    })
}

const searched: Record<TableAnalysis['unfinished'][number], Sentence> = {
  gaps: { zh: '漏掉的情况', en: 'gaps' },
  overlaps: { zh: '同时匹配的规则', en: 'rules that match together' },
  masked: { zh: '用不上的规则', en: 'rules without use' },
}

function tellUndecided(telling: Telling): void {
  const { table, analysis, warn } = telling
  if (analysis.undecided.length > 0) {
    const cells = analysis.undecided
      .slice(0, shown)
      .map(({ rule, input }) => ({ rule, label: table.inputs[input]?.label }))
    const rest = analysis.undecided.length - cells.length
    warn(table.id, 'dmn.undecided', {
      zh: `没有检查漏洞和重叠的单元格(写的是算式):${cells.map(({ rule, label }) => `第 ${rule + 1} 条「${label}」`).join('、')}${rest > 0 ? ` 等 ${analysis.undecided.length} 处` : ''}。`,
      en: `Expected cells that compare with fixed values, but these were left out of the check for gaps and overlaps: ${cells.map(({ rule, label }) => `rule ${rule + 1} ${label}`).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`,
    })
  }
  if (analysis.unfinished.length > 0)
    warn(table.id, 'dmn.unfinished', {
      zh: `决策表太大,没有查完:${analysis.unfinished.map((each) => searched[each].zh).join('、')}。`,
      en: `Expected a smaller table: the search for ${analysis.unfinished.map((each) => searched[each].en).join(', ')} was not finished.`,
    })
}

/** Tells what an analysis found, as warnings at the table, its rules and cells: such a table can run. */
export function reportAnalysis(
  table: AnalyzedTable,
  analysis: TableAnalysis,
  ownerName: string,
  report: ReportProblem,
): void {
  const telling: Telling = {
    table,
    analysis,
    warn: (at, code, message, example) =>
      report(at, code, message, { severity: 'warning', elementName: ownerName, ...(example ? { example } : {}) }),
  }
  tellGaps(telling)
  tellOverlaps(telling)
  tellWrongCells(telling)
  tellDefaultsAndOrder(telling)
  tellIdleRules(telling)
  tellOutputs(telling)
  tellUndecided(telling)
}
