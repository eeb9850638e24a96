/**
 * The public face of the runner: everything that a program needs to run processes without the rest of the product
 * (docs/runner.md). What is not exported here may change without notice.
 */

export { createRuntime, type RuntimeDependencies } from './runtime/runtime.ts'
export { createMemoryStore } from './runtime/memory-store.ts'
export { runtimeCollections, jobFollowUp } from './runtime/documents.ts'
export { createCalendars, type CalendarSpec } from './runtime/calendars.ts'
export { readScenario } from './runtime/scenario/read-scenario.ts'
export { runScenario, type ScenarioFile, type ScenarioResult } from './runtime/scenario/run-scenario.ts'
export type * from './runtime/face.ts'
export type * from './runtime/ports.ts'

export { readBpmn, type ReadResult } from './model/read-bpmn.ts'
export type { ParsedFile, ParsedProcess } from './model/definition.ts'
export type { Problem, Refusal, Result, Sentence } from './model/problem.ts'
export type { JsonObject, JsonValue } from './model/json.ts'

export { checkFile, checkProcess } from './engine/check.ts'
export { compileProcess } from './engine/compile.ts'
export type { CompiledProcess } from './engine/compiled.ts'
export { step, type StepResult } from './engine/step.ts'
export { apply, replay } from './engine/apply.ts'
export type { Command } from './engine/commands.ts'
export type { EngineEvent } from './engine/events.ts'
export type { Request } from './engine/requests.ts'
export type { Calendars, DecisionAnswer, Directory, Host, Person } from './engine/host.ts'
export type { ElementInstance, ProcessInstance, WorkItem } from './engine/instance.ts'

export { compileExpression, type Expression } from './expressions/compile.ts'
export { readDmn } from './decisions/read-dmn.ts'
export { evaluateDecision } from './decisions/evaluate.ts'
