import { refuse, ok, type Result } from '../../workflows/model/problem.ts'
import type { ProcessInstance } from '../../workflows/engine/instance.ts'
import type { RunDetail, RunSummary } from '../contract/runs.ts'
import { caseProcesses } from './open-case.ts'
import { freeWorkOf } from './free-work.rules.ts'
import { incidentsOf, nameOf, openTasksOf, runningDiagram, stepsOf, waitsOf, type CaseReading } from './read.ts'

const shown = 50

const startedWithACase = () =>
  refuse('process.starts_with_case', {
    zh: '这个流程随售后单发起：客户申请，或在订单上发起。',
    en: 'Expected a process that is started by hand, but this one begins with a case: a customer asks, or staff on the order.',
  })

const summaryOf = (deps: CaseReading, instance: ProcessInstance): RunSummary => ({
  runId: instance.id,
  processId: instance.processId,
  version: instance.definitionVersion,
  state: instance.state,
  startedAt: instance.startedAt,
  startedBy: nameOf(deps, instance.initiator) ?? instance.initiator,
})

/** A run is an instance that belongs to no case and that nobody called. */
export const isRun = (instance: ProcessInstance | null): instance is ProcessInstance =>
  instance !== null && instance.parent === null && !caseProcesses.has(instance.processId)

/** Starts the newest version of a process by hand. The id is that of the command, so that it starts once. */
export async function startRun(
  deps: CaseReading,
  processId: string,
  { runId, by }: { runId: string; by: string },
): Promise<Result<RunSummary>> {
  if (caseProcesses.has(processId)) return startedWithACase()
  const started = await deps.runtime.start({
    processId,
    processInstanceId: runId,
    businessKey: null,
    initiator: by,
    variables: {},
  })
  if (!started.ok) return started
  const instance = await deps.runtime.instance(started.value.processInstanceId)
  if (!instance) throw new Error(`the run ${runId} was started and is not there`)
  return ok(summaryOf(deps, instance))
}

/** The newest runs of a process, those that go on first. */
export async function runsOf(deps: CaseReading, processId: string): Promise<RunSummary[]> {
  const page = await deps.store.find<ProcessInstance>('instances', {
    filter: { processId },
    sort: [
      ['state', 1],
      ['startedAt', -1],
    ],
    limit: shown,
  })
  return page.items.filter(({ data }) => isRun(data)).map(({ data }) => summaryOf(deps, data))
}

/** One run with its way on the diagram; null when there is none. */
export async function runDetail(deps: CaseReading, runId: string, userId: string): Promise<RunDetail | null> {
  const instance = await deps.runtime.instance(runId)
  if (!isRun(instance)) return null
  const [events, diagram, published, incidents, tasks] = await Promise.all([
    deps.runtime.history(runId),
    runningDiagram(deps, {
      processInstanceId: runId,
      processId: instance.processId,
      definitionVersion: instance.definitionVersion,
      isOpen: instance.state === 'active',
    }),
    deps.diagrams(instance.processId, instance.definitionVersion),
    incidentsOf(deps, [runId]),
    openTasksOf(deps, [runId]),
  ])
  return {
    run: summaryOf(deps, instance),
    name: published.name,
    diagram,
    steps: stepsOf(deps, events, published.outline),
    waits: waitsOf(deps, published.process, instance),
    freeWork: instance.state === 'active' ? freeWorkOf(published.process, instance, events) : [],
    myTasks: (tasks.get(runId) ?? [])
      .filter(({ assignee, waitingFor }) => assignee === userId || (assignee === null && waitingFor.includes(userId)))
      .map(({ taskId, name }) => ({ taskId, name })),
    incidents,
    data: instance.variables,
  }
}
