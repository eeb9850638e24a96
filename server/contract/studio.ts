import Type, { type Static } from 'typebox'
import { Data, Instant, Localized, Nullable } from './shared.ts'

export const ResourceKind = Type.Union([Type.Literal('process'), Type.Literal('decision'), Type.Literal('form')])
export type ResourceKind = Static<typeof ResourceKind>

export const ProblemItem = Type.Object({
  elementId: Nullable(Type.String()),
  elementName: Type.Optional(Type.String()),
  severity: Type.Union([Type.Literal('error'), Type.Literal('warning')]),
  code: Type.String(),
  message: Localized,
  /** Element ids in the order that shows it. */
  path: Type.Optional(Type.Array(Type.String())),
  file: Type.Optional(Type.String()),
  /** An input of a decision table that shows the problem: FEEL by the id of the input column. */
  example: Type.Optional(
    Type.Object({
      values: Type.Record(Type.String(), Type.String()),
      tests: Type.Optional(Type.Record(Type.String(), Type.String())),
      rules: Type.Array(Type.String()),
    }),
  ),
})

export const ResourceSummary = Type.Object({
  kind: ResourceKind,
  id: Type.String(),
  name: Type.String(),
  /** Newest published version, 0 when never published. */
  version: Type.Integer(),
  publishedAt: Nullable(Instant),
  publishedBy: Nullable(Type.String()),
  hasDraft: Type.Boolean(),
  draftSavedAt: Nullable(Instant),
  /** For a process: instances that run, by version. */
  running: Type.Integer(),
  /** A published process that begins with no case, so that an admin may start it by hand. */
  startable: Type.Boolean(),
})
export type ResourceSummary = Static<typeof ResourceSummary>

/** What the designer opens: the draft, or the newest version when there is none. */
export const ResourceDraft = Type.Object({
  kind: ResourceKind,
  id: Type.String(),
  name: Type.String(),
  content: Type.String(),
  basedOn: Type.Integer(),
  isDraft: Type.Boolean(),
  savedAt: Nullable(Instant),
  savedBy: Nullable(Type.String()),
  /** Compare-and-set of the draft; send it back with the next save. */
  revision: Type.Integer(),
  problems: Type.Array(ProblemItem),
})
export type ResourceDraft = Static<typeof ResourceDraft>

export const SaveDraft = Type.Object({
  content: Type.String({ maxLength: 2_000_000 }),
  revision: Type.Integer({ minimum: 0 }),
})

export const ResourceVersion = Type.Object({
  version: Type.Integer(),
  publishedAt: Instant,
  publishedBy: Type.String(),
  running: Type.Integer(),
  content: Type.String(),
})

export const EvaluateRequest = Type.Object({
  content: Type.Optional(Type.String({ maxLength: 2_000_000 })),
  input: Data,
})
export const EvaluateResult = Type.Object({
  ok: Type.Boolean(),
  output: Type.Unknown(),
  matched: Type.Array(
    Type.Object({
      decisionId: Type.String(),
      ruleIndex: Type.Integer(),
      ruleId: Type.String(),
      annotation: Nullable(Type.String()),
    }),
  ),
  message: Nullable(Localized),
  /** Why it came out so (workflows/decisions/explain.ts): the path, what every cell said, and one sentence. */
  explanation: Nullable(Type.Object({ sentence: Localized, path: Type.Array(Type.Unknown()), inputs: Data })),
})

/** What the process designer offers in its pickers. */
export const StudioCatalog = Type.Object({
  roles: Type.Array(Type.Object({ key: Type.String(), name: Localized })),
  people: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
  departments: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
  /** Working calendars that deadlines may name. */
  calendars: Type.Array(Type.Object({ id: Type.String(), name: Localized })),
  jobTypes: Type.Array(
    Type.Object({
      type: Type.String(),
      name: Localized,
      does: Localized,
      inputs: Type.Array(Type.String()),
      outputs: Type.Array(Type.String()),
    }),
  ),
  messages: Type.Array(Type.Object({ name: Type.String(), label: Localized, key: Type.String() })),
  forms: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      fields: Type.Array(Type.Object({ path: Type.String(), title: Type.String() })),
    }),
  ),
  decisions: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      inputs: Type.Array(Type.String()),
      outputs: Type.Array(Type.String()),
    }),
  ),
  variables: Type.Array(
    Type.Object({
      path: Type.String(),
      label: Localized,
      type: Type.String(),
      /** What a text can be, in words. */
      values: Type.Optional(Type.Array(Type.Object({ value: Type.String(), label: Localized }))),
    }),
  ),
})
export type StudioCatalog = Static<typeof StudioCatalog>
