import Type, { type Static } from 'typebox'
import { Instant, Localized, Nullable } from './shared.ts'

const key = Type.String({ minLength: 1, maxLength: 60, pattern: '^[A-Za-z0-9][A-Za-z0-9._@-]*$' })
const paths = Type.Array(Type.String({ maxLength: 200, pattern: '^[a-z][a-z0-9-]*/[A-Za-z0-9._-]+$' }), {
  maxItems: 2000,
})

/** The catalogs that a pack may bring; each is one file and one document. */
export const catalogNames = [
  'roles',
  'departments',
  'calendars',
  'reasons',
  'policies',
  'replyTemplates',
  'numbering',
] as const
export type CatalogName = (typeof catalogNames)[number]

/** `pack.json`: what a pack is called and which files it consists of, relative to its folder. */
export const PackManifest = Type.Object({
  id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' }),
  version: Type.String({ pattern: '^\\d+\\.\\d+\\.\\d+$' }),
  /** Raised when the layout of packs changes. */
  formatVersion: Type.Literal(1),
  name: Localized,
  summary: Localized,
  processes: paths,
  decisions: paths,
  forms: paths,
  scenarios: paths,
  catalogs: Type.Partial(
    Type.Object(
      Object.fromEntries(catalogNames.map((name) => [name, Type.String({ pattern: '^[a-z-]+\\.json$' })])) as Record<
        CatalogName,
        ReturnType<typeof Type.String>
      >,
    ),
  ),
  sample: paths,
})
export type PackManifest = Static<typeof PackManifest>

export const PackRole = Type.Object({ key, name: Localized, does: Localized, sees: Type.String({ maxLength: 40 }) })

export const PackDepartment = Type.Object({
  id: key,
  name: Type.String({ minLength: 1, maxLength: 60 }),
  parentId: Nullable(key),
  /** Who holds this role heads the department. */
  headRole: Nullable(key),
})

const day = Type.String({ format: 'date' })

export const PackCalendars = Type.Object({
  timeZone: Type.String({ maxLength: 60 }),
  holidays: Type.Array(Type.Object({ date: day, name: Type.String({ maxLength: 40 }) }), { maxItems: 1000 }),
  makeUpDays: Type.Array(day, { maxItems: 1000 }),
  note: Type.Optional(Localized),
  calendars: Type.Array(
    Type.Object({
      id: key,
      name: Localized,
      /** `09:00-18:00`, in order. */
      hours: Type.Array(Type.String({ pattern: '^\\d\\d:\\d\\d-\\d\\d:\\d\\d$' }), { minItems: 1, maxItems: 10 }),
      /** ISO weekdays, 1 is Monday. */
      days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7 }),
      observesHolidays: Type.Boolean(),
    }),
  ),
})
export type PackCalendars = Static<typeof PackCalendars>

/** A reason or a group of reasons; those without a parent are groups. Attributes of a leaf drive the rules. */
export const Reason = Type.Object({
  code: key,
  parent: Nullable(key),
  zh: Type.String({ minLength: 1, maxLength: 60 }),
  en: Type.String({ minLength: 1, maxLength: 100 }),
  active: Type.Boolean(),
  order: Type.Integer({ minimum: 1 }),
  /** Who may give it. */
  by: Type.Union([Type.Literal('customer'), Type.Literal('merchant')]),
  /** To whom it is laid until somebody finds out better. */
  fault: Type.String({ maxLength: 20 }),
  needsText: Type.Boolean(),
  rootCause: Type.Optional(Type.String({ maxLength: 20 })),
  evidence: Type.Optional(Type.String({ maxLength: 20 })),
  avoidable: Type.Optional(Type.String({ maxLength: 20 })),
})
export type Reason = Static<typeof Reason>

/** A version of the policy. Orders pin code and version; a version never changes, a new one is added. */
export const Policy = Type.Object({
  code: key,
  version: Type.Integer({ minimum: 1 }),
  name: Localized,
  effectiveFrom: day,
  summary: Type.String({ minLength: 1, maxLength: 300 }),
  clauses: Type.Array(
    Type.Object({
      key: Type.String({ maxLength: 60 }),
      sentence: Type.String({ minLength: 1, maxLength: 60 }),
      decision: key,
      rule: Type.Integer({ minimum: 1 }),
    }),
    { maxItems: 100 },
  ),
  feesTold: Type.String({ minLength: 1, maxLength: 500 }),
  refundWay: Type.String({ minLength: 1, maxLength: 500 }),
})
export type Policy = Static<typeof Policy>

export const ReplyTemplate = Type.Object({
  code: key,
  name: Localized,
  channel: Type.String({ maxLength: 20 }),
  subject: Localized,
  body: Localized,
  tone: Type.Optional(Type.String({ maxLength: 100 })),
})
export type ReplyTemplate = Static<typeof ReplyTemplate>

export const NumberSeries = Type.Object({
  document: key,
  prefix: Type.String({ maxLength: 6 }),
  pattern: Type.String({ maxLength: 60 }),
  gapless: Type.Boolean(),
})

/** The schema of each catalog's file. */
export const catalogSchemas = {
  roles: Type.Array(PackRole, { maxItems: 100 }),
  departments: Type.Array(PackDepartment, { maxItems: 500 }),
  calendars: PackCalendars,
  reasons: Type.Array(Reason, { maxItems: 1000 }),
  policies: Type.Array(Policy, { maxItems: 200 }),
  replyTemplates: Type.Array(ReplyTemplate, { maxItems: 500 }),
  numbering: Type.Array(NumberSeries, { maxItems: 100 }),
} as const satisfies Record<CatalogName, unknown>

export type CatalogContent = { [Name in CatalogName]: Static<(typeof catalogSchemas)[Name]> }

export const PackSummary = Type.Object({
  id: Type.String(),
  version: Type.String(),
  name: Localized,
  summary: Localized,
  /** How many of what it brings: processes, decisions, forms, roles, reasons ... */
  counts: Type.Record(Type.String(), Type.Integer()),
  /** Hash of all its files; two packs with the same hash are the same. */
  hash: Type.String(),
  installed: Nullable(
    Type.Object({
      version: Type.String(),
      hash: Type.String(),
      at: Instant,
      by: Type.String(),
      sampleData: Type.Boolean(),
    }),
  ),
})
export type PackSummary = Static<typeof PackSummary>

export const InstallPack = Type.Object({ sampleData: Type.Boolean() })

/** A pack as files, with what is published and edited here: the way to carry it elsewhere. */
export const ExportedPack = Type.Object({
  id: Type.String(),
  version: Type.String(),
  files: Type.Array(Type.Object({ path: Type.String(), content: Type.String() })),
})
export type ExportedPack = Static<typeof ExportedPack>
