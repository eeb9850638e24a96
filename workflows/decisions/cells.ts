import { compileExpression, compileUnaryTests } from '../expressions/compile.ts'
import type { CompileOptions, ExpressionProblem } from '../expressions/compile.ts'
import { placeWarnings } from '../expressions/diagnostics.ts'
import type { TestShape } from '../expressions/nodes/test-shape.ts'
import type { FeelValue, Frame } from '../expressions/values.ts'
import type { Sentence } from '../model/problem.ts'
import { anyType } from './data-types.ts'
import type { TypeNamed } from './data-types.ts'
import type { DataType } from './model.ts'
import { inCell } from './problems.ts'
import type { ReportProblem } from './problems.ts'
import type { XmlElement } from './xml.ts'

/** What the compiler of a decision knows at one place of the file. */
export interface Surroundings {
  /** Names that can be read here, with samples of what they hold. */
  readonly names: Readonly<Record<string, unknown>>
  /** Which of them hold money. */
  readonly money: readonly string[]
  readonly typeNamed: TypeNamed
  readonly report: ReportProblem
  /** Postpones what is only done when somebody asks for the warnings of the file: it takes longer than to read it. */
  readonly later: (work: () => void) => void
  /** Names that the cells read. */
  readonly reads: Set<string>
  /** The decision or business knowledge model around, for problems of parts that have no id. */
  readonly ownerId: string | null
  readonly ownerName: string
}

export const withNames = (surroundings: Surroundings, names: Record<string, unknown>): Surroundings => ({
  ...surroundings,
  names: Object.assign(Object.create(null), surroundings.names, names),
})

const optionsOf = ({ names, money, typeNamed }: Surroundings): CompileOptions => ({
  money,
  shape: { ...names },
  unknownVariables: 'fail',
  typeOf: (name) => typeNamed(name)?.feel,
})

function reportAt(surroundings: Surroundings, id: string | null, problem: ExpressionProblem, where: Sentence): void {
  surroundings.report(id ?? surroundings.ownerId, problem.code, inCell(problem.message, where), {
    elementName: surroundings.ownerName,
  })
}

/** Functions that do not exist give null for ever; that is worth a warning, not a refusal. */
function reportNotes(
  surroundings: Surroundings,
  id: string | null,
  notes: readonly ExpressionProblem[],
  where: Sentence,
) {
  for (const note of notes)
    surroundings.report(id ?? surroundings.ownerId, note.code, inCell(note.message, where), {
      severity: 'warning',
      elementName: surroundings.ownerName,
    })
}

export const idOf = (element: XmlElement) => element.attributes.get('id') ?? null

/** The type that an element declares; any type, and a problem, when there is none of that name. */
export function typeOf(
  element: XmlElement | undefined,
  { typeNamed, report, ownerId }: Surroundings,
  id: string | null = null,
): DataType {
  const name = element?.attributes.get('typeRef')
  const type = typeNamed(name)
  if (type) return type
  report((element && idOf(element)) ?? id ?? ownerId, 'dmn.unknown_type', {
    zh: `类型「${name ?? ''}」不存在。`,
    en: `Expected a type that exists, but there is none called "${name ?? ''}".`,
  })
  return anyType
}

const feelLanguage = /^(?:feel|https?:\/\/www\.omg\.org\/spec\/(?:DMN|FEEL)\/\d+(?:\/FEEL\/?)?)$/i

/** Whether an element says that it is written in FEEL, or says nothing; reports any other language (reliability D12). */
export function isFeel(element: XmlElement, surroundings: Surroundings): boolean {
  const language = element.attributes.get('expressionLanguage')
  if (language === undefined || feelLanguage.test(language)) return true
  surroundings.report(idOf(element) ?? surroundings.ownerId, 'dmn.language', {
    zh: `不支持语言「${language.slice(0, 60)}」,请用 FEEL。`,
    en: `Expected FEEL, but the expression is written in "${language.slice(0, 60)}".`,
  })
  return false
}

/** Tells of the diagnostics of a cell where it stands; those of cells that it calls know that already. */
function placed<Rest extends unknown[], Result>(
  cell: (frame: Frame, ...rest: Rest) => Result,
  elementId: string | null,
  source: string,
): (frame: Frame, ...rest: Rest) => Result {
  return (frame, ...rest) => {
    const before = frame.warnings?.length ?? 0
    const result = cell(frame, ...rest)
    if (frame.warnings && frame.warnings.length > before) placeWarnings(frame, before, elementId, source)
    return result
  }
}

/** Names that are given inside of the logic are nothing that it reads. */
function readBy({ names, reads }: Surroundings, variables: readonly string[]): void {
  for (const name of variables) if (!(name in names)) reads.add(name)
}

export type Cell = (frame: Frame) => FeelValue
/** A cell of unary tests. */
export interface TestCell {
  readonly source: string
  readonly shape: TestShape
  holds(frame: Frame, input: FeelValue): boolean | null
}

/** Compiles a FEEL expression of the file; an empty one is null. Problems are reported with the id of the cell. */
export function expressionCell(text: string, id: string | null, surroundings: Surroundings, where: Sentence): Cell {
  if (text === '' || text === '-') return () => null
  const compiled = compileExpression(text, optionsOf(surroundings))
  if (!compiled.ok) {
    reportAt(surroundings, id, compiled.problem, where)
    return () => null
  }
  const { expression } = compiled
  reportNotes(surroundings, id, expression.notes, where)
  readBy(surroundings, expression.variables)
  return placed((frame) => expression.within(frame), id ?? surroundings.ownerId, text)
}

/** Compiles the unary tests of an input cell; an empty cell accepts everything, as `-` does. */
export function testCell(
  text: string,
  id: string | null,
  surroundings: Surroundings,
  where: Sentence,
): TestCell | null {
  if (text === '' || text === '-') return null
  const compiled = compileUnaryTests(text, optionsOf(surroundings))
  if (!compiled.ok) {
    reportAt(surroundings, id, compiled.problem, where)
    return null
  }
  const { tests } = compiled
  reportNotes(surroundings, id, tests.notes, where)
  readBy(surroundings, tests.variables)
  const holds = (frame: Frame, input: FeelValue) => tests.within(frame, input) as boolean | null
  return { source: text, shape: tests.shape, holds: placed(holds, id ?? surroundings.ownerId, text) }
}
