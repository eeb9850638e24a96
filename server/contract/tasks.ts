import Type, { type Static } from 'typebox'
import { CaseSummary, Communication, StepLogEntry } from './cases.ts'
import { Data, Instant, Localized, Nullable } from './shared.ts'

export const TaskView = Type.Enum(['mine', 'claimable', 'started', 'handled'])

/** Why a task cannot be agreed to together with others: it wants something that only its own page can give. */
export const NotInBatch = Type.Enum(['noVerdict', 'notOffered', 'asked', 'signature', 'fields', 'choices'])

export const TaskSummary = Type.Object({
  taskId: Type.String(),
  caseNo: Nullable(Type.String()),
  title: Type.String(),
  step: Type.String(),
  customerName: Type.String(),
  tier: Type.String(),
  amount: Type.Integer(),
  currency: Type.String(),
  dueAt: Nullable(Instant),
  /** Nobody needs to look at it before. */
  followUpAt: Type.Optional(Instant),
  /** The form of another application that it is done in. */
  externalForm: Type.Optional(Type.String()),
  openedAt: Instant,
  assignee: Nullable(Type.String()),
  claimable: Type.Boolean(),
  approval: Type.Boolean(),
  mark: Nullable(Type.Union([Type.Literal('returned'), Type.Literal('asked')])),
  outcome: Nullable(Type.String()),
  /** Whether the reader can agree to it together with others, and whether words have to go with that. */
  batch: Type.Object({ blocked: Nullable(NotInBatch), needsComment: Type.Boolean() }),
})
export type TaskSummary = Static<typeof TaskSummary>

export const TaskActionOffer = Type.Object({
  name: Type.String(),
  value: Type.Optional(Type.String()),
  label: Localized,
  comment: Type.Union([Type.Literal('optional'), Type.Literal('required'), Type.Literal('none')]),
  signature: Type.Boolean(),
})

/** One person's share of a step, as colleagues see it. */
export const Signer = Type.Object({
  id: Type.String(),
  userId: Type.String(),
  name: Type.String(),
  state: Type.Enum(['waiting', 'open', 'approved', 'rejected', 'skipped', 'canceled']),
  comment: Nullable(Type.String()),
  at: Nullable(Instant),
  /** Who gave it away and how: transfer, delegate, substitute, escalate, reassign, manager. */
  from: Nullable(Type.Object({ name: Type.String(), how: Type.String() })),
  /** Who added this signer, and when he is asked: before, after, parallel. */
  added: Nullable(Type.Object({ by: Type.String(), position: Type.String() })),
  opinions: Type.Array(Type.Object({ who: Type.String(), at: Instant, comment: Nullable(Type.String()) })),
  /** The reader may take this signer out again. */
  removable: Type.Boolean(),
})
export type Signer = Static<typeof Signer>

/** A step by the name that people know it by. */
const NamedStep = Type.Object({ elementId: Type.String(), name: Type.String() })

export const TaskDetail = Type.Object({
  task: TaskSummary,
  case: Nullable(CaseSummary),
  /** The generated form: definition, data, and per field hidden / readonly / editable / required. */
  form: Nullable(
    Type.Object({ id: Type.String(), version: Type.Integer(), name: Type.String(), schema: Data, uiSchema: Data }),
  ),
  data: Data,
  draft: Nullable(Data),
  fields: Type.Object({
    default: Type.String(),
    fields: Type.Array(Type.Object({ path: Type.String(), access: Type.String() })),
  }),
  actions: Type.Array(TaskActionOffer),
  /** What the reader may do without holding the task: urge, take his decision back, reassign, answer. */
  standing: Type.Array(TaskActionOffer),
  /** Who must agree, in the order of asking, and how many; null for work without a verdict. */
  decision: Nullable(Type.Object({ mode: Type.String(), threshold: Nullable(Type.Number()) })),
  signers: Type.Array(Signer),
  /** Where the reader may send the case back to, and what happens then; null: he may choose. */
  returns: Type.Object({
    targets: Type.Array(Type.Object({ ...NamedStep.properties, who: Nullable(Type.String()) })),
    afterwards: Nullable(Type.Enum(['rerun', 'back', 'affected'])),
  }),
  /** Later steps whose people the reader chooses when he agrees; `roles` empty: anybody. */
  choices: Type.Array(Type.Object({ ...NamedStep.properties, roles: Type.Array(Type.String()) })),
  guidance: Nullable(Type.String()),
  /** The clause that applies, with its source. */
  clauses: Type.Array(Type.Object({ sentence: Type.String(), decisionId: Type.String(), rule: Type.Integer() })),
  breakdown: Type.Array(Type.Object({ label: Localized, amount: Type.Integer(), note: Nullable(Localized) })),
  refund: Nullable(Type.Integer()),
  orderNo: Nullable(Type.String()),
  order: Nullable(Data),
  steps: Type.Array(StepLogEntry),
  communications: Type.Array(Communication),
  /** What would open next if the reader agreed now; empty when that depends on what is still to be filled in. */
  next: Type.Array(Type.Object({ name: Type.String(), who: Nullable(Type.String()) })),
  question: Nullable(Type.Object({ text: Type.String(), to: Type.String(), at: Instant })),
  /** Why the reader cannot act (four eyes, someone else's), null when he can. */
  blocked: Nullable(Localized),
  version: Type.Integer(),
})
export type TaskDetail = Static<typeof TaskDetail>

export const ActRequest = Type.Object({
  action: Type.String({ maxLength: 30 }),
  value: Type.Optional(Type.String({ maxLength: 60 })),
  comment: Type.Optional(Type.String({ maxLength: 2000 })),
  signature: Type.Optional(Type.String({ maxLength: 200000 })),
  to: Type.Optional(
    Type.Union([Type.String({ maxLength: 60 }), Type.Array(Type.String({ maxLength: 60 }), { maxItems: 20 })]),
  ),
  /** Whose item an admin takes. */
  from: Type.Optional(Type.String({ maxLength: 60 })),
  position: Type.Optional(Type.Enum(['before', 'after', 'parallel'])),
  afterwards: Type.Optional(Type.Enum(['rerun', 'back', 'affected'])),
  /** People for later steps, by element id. */
  choose: Type.Optional(
    Type.Record(Type.String({ maxLength: 200 }), Type.Array(Type.String({ maxLength: 60 }), { maxItems: 50 })),
  ),
  variables: Type.Optional(Data),
})
export type ActRequest = Static<typeof ActRequest>

/** Several acts, each on its own (approvals, Interplay 10). */
export const BatchRequest = Type.Object({
  acts: Type.Array(Type.Object({ taskId: Type.String({ maxLength: 200 }), ...ActRequest.properties }), {
    minItems: 1,
    maxItems: 100,
  }),
})
export type BatchRequest = Static<typeof BatchRequest>

/** What came of each, in their order: `ok`, or the code of the refusal with its sentence. */
export const BatchResult = Type.Object({
  results: Type.Array(Type.Object({ taskId: Type.String(), code: Type.String(), message: Nullable(Localized) })),
})
export type BatchResult = Static<typeof BatchResult>

/** What an act would do: what opens next, and of a return what it ends, keeps, starts anew and undoes. */
export const ActPreview = Type.Object({
  next: TaskDetail.properties.next,
  void: Type.Array(NamedStep),
  kept: Type.Array(NamedStep),
  restarts: Type.Array(NamedStep),
  compensates: Type.Array(NamedStep),
})
export type ActPreview = Static<typeof ActPreview>

export const WorkbenchSummary = Type.Object({
  mine: Type.Integer(),
  claimable: Type.Integer(),
  overdue: Type.Integer(),
  openedToday: Type.Integer(),
  refundedToday: Type.Object({
    amount: Type.Integer(),
    count: Type.Integer(),
    unknown: Type.Integer(),
    currency: Type.String(),
  }),
  /** Median hours from request to refund this month; null with none. */
  medianHours: Nullable(Type.Number()),
  automaticShare: Nullable(Type.Number()),
  queue: Type.Array(Type.Object({ step: Type.String(), open: Type.Integer(), overdue: Type.Integer() })),
  startedByMe: Type.Array(CaseSummary),
})
export type WorkbenchSummary = Static<typeof WorkbenchSummary>
