import Type, { type Static } from 'typebox'
import { CaseDetail, CaseDiagram, FreeWork, StepLogEntry, Wait } from './cases.ts'
import { Data, Instant } from './shared.ts'

/** One run of a process that is no case: what an admin starts by hand to see how a process of his own goes. */
export const RunSummary = Type.Object({
  runId: Type.String(),
  processId: Type.String(),
  /** Version of the process that it keeps to. */
  version: Type.Integer(),
  state: Type.Enum(['active', 'completed', 'terminated']),
  startedAt: Instant,
  startedBy: Type.String(),
})
export type RunSummary = Static<typeof RunSummary>

export const RunDetail = Type.Object({
  run: RunSummary,
  /** Of the process. */
  name: Type.String(),
  diagram: CaseDiagram,
  steps: Type.Array(StepLogEntry),
  waits: Type.Array(Wait),
  freeWork: Type.Array(FreeWork),
  /** Open tasks that the reader may handle. */
  myTasks: Type.Array(Type.Object({ taskId: Type.String(), name: Type.String() })),
  incidents: CaseDetail.properties.incidents,
  data: Data,
})
export type RunDetail = Static<typeof RunDetail>
