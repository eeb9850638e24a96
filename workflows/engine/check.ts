import { checkDefinition } from '../model/check-definition.ts'
import type { ParsedFile, ParsedProcess } from '../model/definition.ts'
import { kindName } from '../model/element-names.ts'
import { quickProcesses, type QuickProcesses } from '../model/passing.ts'
import type { Problem } from '../model/problem.ts'
import { problem } from '../model/problems.ts'
import { checkExpressions } from './check-expressions.ts'
import { elements } from './elements/table.ts'

/** An event that must wait for something and does not say for what: told as what is missing. */
const undefinedEvent = /^none(?:CatchEvent|BoundaryEvent|StartEventOfEventSubProcess)$/

/** Elements that the table of elements does not have, by name in both languages. */
function notExecutable(process: ParsedProcess): Problem[] {
  return process.nodes
    .filter(({ kind }) => !elements.has(kind) && !undefinedEvent.test(kind))
    .map((node) => {
      const name = kindName(node.kind)
      const made = problem('bpmn.not_executable', node.name === '' ? { id: node.id } : node, name.zh)
      const english = problem('bpmn.not_executable', node.name === '' ? { id: node.id } : node, name.en)
      return { ...made, message: { zh: made.message.zh, en: english.message.en } }
    })
}

/**
 * Everything wrong with a process, all at once: structure, expressions, times, vocabulary, and by name whatever the
 * engine does not run. Without an error it can be compiled and published; warnings are for its author.
 */
export const checkProcess = (process: ParsedProcess, quickCalls?: QuickProcesses): Problem[] => [
  ...notExecutable(process),
  ...checkDefinition(process, quickCalls),
  ...checkExpressions(process),
]

/** Each trouble once, however many checks meet it. */
const distinct = (problems: readonly Problem[]): Problem[] => [
  ...new Map(problems.map((one) => [JSON.stringify([one.elementId, one.code, one.message.en]), one])).values(),
]

/** The same for a whole file. */
export function checkFile(file: ParsedFile): Problem[] {
  const others = file.others.map((other) => {
    const name = kindName(other.bpmnType)
    const made = problem('bpmn.not_executable', other, name.zh)
    return { ...made, message: { zh: made.message.zh, en: problem('bpmn.not_executable', other, name.en).message.en } }
  })
  const beside = file.unsupported.map(({ what, code, at }) =>
    problem(code, at && at.name === '' ? { id: at.id } : (at ?? { id: file.id }), what),
  )
  // Without an expression there is nothing to misread, so the word alone is only worth a warning.
  const language =
    file.foreignLanguage === null
      ? []
      : [problem('bpmn.forbidden_code', { id: file.id }, `expressionLanguage ${file.foreignLanguage}`, 'warning')]
  const quick = quickProcesses(file.processes)
  const nameless = file.processes
    .filter(({ id }) => id === '')
    .map(({ name }) => problem('bpmn.missing', { id: file.id }, `bpmn:process ${name} id`.replace('  ', ' ')))
  const none = file.processes.length === 0 && others.length === 0 ? [problem('bpmn.no_process', null)] : []
  return distinct([
    ...(file.drawn ?? []),
    ...none,
    ...nameless,
    ...others,
    ...beside,
    ...language,
    ...file.processes.flatMap((process) => checkProcess(process, quick)),
  ])
}

/** What a part that is missing may make look wrong elsewhere. */
const following = /^bpmn\.(?:unreachable|unsound|busy_loop|call_circle|no_start|no_process|no_condition)$/

/**
 * Everything wrong with a file that could not be read whole: what its reader found, and beside it what is wrong with
 * the parts that could be read. What may only follow from a missing part is left out.
 */
export function checkReadable(found: readonly Problem[], file: ParsedFile): Problem[] {
  const broken = new Set(found.map(({ elementId }) => elementId))
  const others = checkFile(file).filter(
    ({ code, elementId }) =>
      !following.test(code) && !(/^bpmn\.(?:missing|dangling_ref)$/.test(code) && broken.has(elementId)),
  )
  return distinct([...found, ...others])
}
