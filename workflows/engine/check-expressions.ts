import { compileExpression } from '../expressions/compile.ts'
import type { CompileOptions, ExpressionProblem } from '../expressions/compile.ts'
import type { ParsedNode, ParsedProcess, TaskDefinition, Text, Trigger } from '../model/definition.ts'
import type { Problem } from '../model/problem.ts'
import { problem } from '../model/problems.ts'
import { readingOf } from './known-names.ts'
import { misspelled } from './misspelled.ts'
import type { Named, Placed } from './misspelled.ts'
import { isForward, isTimerValue, parseDuration } from './timers.ts'

/** Functions of Camunda 8 whose value nobody could tell again: a step repeated must give the same (reliability R2). */
const random = /^(?:uuid|random number)\s*\(/

function told(named: Named, { code, message }: ExpressionProblem, severity: Problem['severity']): Problem {
  const made = problem('feel.syntax', named, '', severity)
  return { ...made, code, message: { zh: `「${named.name ?? named.id}」:${message.zh}`, en: message.en } }
}

/** How the expressions of a process are read, and those that could be. */
interface Reader {
  options: CompileOptions | undefined
  read: Placed[]
}

/** What is wrong with an expression; a function that does not exist gives null for ever, which is worth a warning. */
function feelProblems(named: Named, text: string | null | undefined, { options, read }: Reader): Problem[] {
  if (text === null || text === undefined) return []
  const result = compileExpression(text, options)
  if (!result.ok) return [told(named, result.problem, 'error')]
  const { expression } = result
  read.push({ named, expression })
  return expression.notes.map((note) =>
    told(named, note, random.test(text.slice(note.position ?? 0)) ? 'error' : 'warning'),
  )
}

const feelIn = (value: Text | null | undefined) => (value && 'expression' in value ? [value.expression] : [])

function expressionsIn(trigger: Trigger): string[] {
  switch (trigger.kind) {
    case 'message': {
      const { message } = trigger
      const properties = (message?.properties ?? []).flatMap(({ path, binding }) =>
        binding ? [path, binding] : [path],
      )
      return [...feelIn(message?.name), ...(message?.correlationKey ? [message.correlationKey] : []), ...properties]
    }
    case 'timer':
      return feelIn(trigger.timer?.value)
    case 'signal':
      return feelIn(trigger.name)
    case 'error':
    case 'escalation':
      return feelIn(trigger.code)
    case 'conditional':
      return trigger.condition === null ? [] : [trigger.condition]
    default:
      return []
  }
}

const listenerFeel = ({ type, retries }: TaskDefinition) => [...feelIn(type), ...feelIn(retries)]

/** Every FEEL expression that stands on a node. */
function expressionsOf(node: ParsedNode): string[] {
  const { job, multiInstance: loop, policy, assignment } = node
  const due = policy?.deadline?.due
  return [
    ...[...node.inputs, ...node.outputs].flatMap(({ source }) => feelIn(source)),
    ...[...(node.listeners ?? []), ...(node.taskListeners ?? [])].flatMap(listenerFeel),
    ...feelIn(job?.type),
    ...feelIn(job?.retries),
    ...node.triggers.flatMap(expressionsIn),
    ...(node.script?.expression ? [node.script.expression] : []),
    ...feelIn(node.decision?.decisionId),
    ...feelIn(assignment?.assignee),
    ...feelIn(assignment?.candidateGroups),
    ...feelIn(assignment?.candidateUsers),
    ...feelIn(node.call?.processId),
    ...feelIn(node.call?.businessKey),
    ...feelIn(node.priority),
    ...feelIn(node.dueDate),
    ...feelIn(node.followUpDate),
    ...feelIn(node.externalForm),
    ...feelIn(node.jobPriority),
    ...[
      loop?.collection,
      loop?.cardinality,
      loop?.outputElement,
      loop?.completionCondition,
      ...(loop?.events ?? []).map(({ condition }) => condition),
      node.standardLoop?.condition,
      node.activationCondition,
      node.adHoc?.elements,
      node.adHoc?.condition,
      node.adHoc?.outputElement,
      ...[...(node.data?.inputs ?? []), ...(node.data?.outputs ?? [])].flatMap(({ transformation, assignments }) => [
        transformation,
        ...assignments.map(({ from }) => from),
      ]),
    ].filter((text): text is string => typeof text === 'string'),
    ...(policy?.participants?.list ?? []).flatMap(({ kind, value }) => (kind === 'expression' && value ? [value] : [])),
    ...(due && 'expression' in due ? [due.expression] : []),
  ]
}

/** A time that passes between two: longer than nothing. */
function isPause(text: string): boolean {
  const duration = parseDuration(text)
  return duration !== null && isForward(duration)
}

function timerProblems(node: ParsedNode, named: Named): Problem[] {
  const problems: Problem[] = []
  const { triggers, policy } = node
  for (const trigger of triggers) {
    const timer = trigger.kind === 'timer' ? trigger.timer : null
    if (timer && 'text' in timer.value && !isTimerValue(timer.kind, timer.value.text))
      problems.push(problem('timer.syntax', named, timer.value.text))
  }
  for (const date of [node.dueDate, node.followUpDate])
    if (date && 'text' in date && !isTimerValue('date', date.text))
      problems.push(problem('timer.syntax', named, date.text))
  const { deadline } = policy ?? {}
  if (!deadline) return problems
  const durations = deadline.reminders.flatMap(({ offset, every }) =>
    every === undefined ? [offset] : [offset, every],
  )
  if ('duration' in deadline.due) durations.push(deadline.due.duration)
  const pauses = deadline.reminders.flatMap(({ every }) => (every === undefined ? [] : [every]))
  const wrong = [
    ...durations.filter((duration) => !parseDuration(duration)),
    ...pauses.filter((every) => !isPause(every)),
  ]
  return [...problems, ...new Set(wrong)].map((one) =>
    typeof one === 'string' ? problem('timer.syntax', named, one) : one,
  )
}

const nameOf = ({ id, name }: { id: string; name: string }): Named => (name === '' ? { id } : { id, name })

const published = { get: () => undefined, now: '2026-01-31T00:00:00.000Z', timeZone: 'UTC' }

/** What a trigger is named or timed by as FEEL; null where it is fixed or none. */
function startValueOf(trigger: Trigger): string | null {
  const value =
    trigger.kind === 'message'
      ? trigger.message?.name
      : trigger.kind === 'signal'
        ? trigger.name
        : trigger.kind === 'timer'
          ? trigger.timer?.value
          : null
  return value && 'expression' in value ? value.expression : null
}

/** What starts an instance is read when the process is published: what needs variables then would never start one. */
const startProblems = (node: ParsedNode, { options }: Reader): Problem[] =>
  node.parentId !== null || (node.bpmnType !== 'startEvent' && node.instantiate !== true)
    ? []
    : node.triggers.flatMap((trigger) => {
        const text = startValueOf(trigger)
        const compiled = text === null ? null : compileExpression(text, options)
        if (text === null || !compiled?.ok) return []
        const result = compiled.expression.evaluate(published)
        const value = result.ok && typeof result.value === 'string' ? result.value : null
        const starts =
          value !== null && (trigger.kind !== 'timer' || !trigger.timer || isTimerValue(trigger.timer.kind, value))
        return starts ? [] : [problem('bpmn.start_value', nameOf(node), text)]
      })

/** What is wrong with each expression of a process; those that could be read are kept by the reader. */
function read(process: ParsedProcess, reader: Reader): Problem[] {
  const foreign = new Set(
    process.unsupported.flatMap(({ code, at }) => (code === 'bpmn.forbidden_code' ? [at?.id] : [])),
  )
  return [
    ...process.nodes.flatMap((node) => [
      ...expressionsOf(node).flatMap((expression) => feelProblems(nameOf(node), expression, reader)),
      ...timerProblems(node, nameOf(node)),
      ...startProblems(node, reader),
    ]),
    // Text in another language is told as such, not as bad FEEL.
    ...process.flows
      .filter((flow) => !foreign.has(flow.id))
      .flatMap((flow) => feelProblems(nameOf(flow), flow.condition, reader)),
    ...feelProblems(nameOf(process), process.case?.title, reader),
    ...[...feelIn(process.jobPriority), ...(process.listeners ?? []).flatMap(listenerFeel)].flatMap((text) =>
      feelProblems(nameOf(process), text, reader),
    ),
    ...[process.case?.urgeEvery ?? 'PT1H']
      .filter((every) => !isPause(every))
      .map((every) => problem('timer.syntax', nameOf(process), every)),
  ]
}

const readerOf = (process: ParsedProcess): Reader => ({ options: readingOf(process), read: [] })

const warnings = (process: ParsedProcess, reader: Reader, fields: readonly string[]): Problem[] =>
  misspelled(process, reader.read, fields).map(({ named, note }) => told(named, note, 'warning'))

/** Expressions and fixed times of a process: what cannot be read, each at its element, and names that are nearly right. */
export function checkExpressions(process: ParsedProcess): Problem[] {
  const reader = readerOf(process)
  return [...read(process, reader), ...warnings(process, reader, [])]
}

/** Names in expressions that are nearly one that the diagram, or a field of the forms that it uses, has (F15). */
export function misspelledNames(process: ParsedProcess, fields: readonly string[]): Problem[] {
  const reader = readerOf(process)
  read(process, reader)
  return warnings(process, reader, fields)
}
