import Type, { type Static } from 'typebox'
import { Instant, Localized, Nullable, Written } from './shared.ts'

/** Roles of the after-sales pack (pack data) are strings; these two the product itself knows. */
export const ADMIN_ROLE = 'admin'
export const OWNER_ROLE = 'owner'

/** Who gets the work of somebody who is away: from that instant on, until the other, which is not part of it. */
export const Substitute = Type.Object({
  to: Type.String({ minLength: 1, maxLength: 60 }),
  from: Instant,
  until: Instant,
})
export type Substitute = Static<typeof Substitute>

/** A name in both languages. */
const Name = Type.Object({ zh: Written(60), en: Written(100) })

export const User = Type.Object({
  id: Type.String(),
  username: Type.String(),
  name: Type.String(),
  roles: Type.Array(Type.String()),
  departmentId: Nullable(Type.String()),
  managerId: Nullable(Type.String()),
  email: Nullable(Type.String()),
  active: Type.Boolean(),
  substitute: Nullable(Substitute),
  createdAt: Instant,
  version: Type.Integer(),
})
export type User = Static<typeof User>

export const Department = Type.Object({
  id: Type.String(),
  name: Type.String(),
  parentId: Nullable(Type.String()),
  headId: Nullable(Type.String()),
  /** Its own working calendar; null: that of the department above, else of the shop. */
  calendarId: Nullable(Type.String()),
})
export type Department = Static<typeof Department>

export const Role = Type.Object({
  key: Type.String(),
  name: Name,
  does: Type.String(),
})
export type Role = Static<typeof Role>

export const username = Type.String({ minLength: 2, maxLength: 40, pattern: '^[a-z0-9][a-z0-9._-]*$' })
export const password = Type.String({ minLength: 8, maxLength: 200 })

export const Email = Type.String({ maxLength: 200, format: 'email' })

export const LoginRequest = Type.Object({
  username: Type.String({ minLength: 1, maxLength: 100 }),
  password: Type.String({ minLength: 1, maxLength: 200 }),
})
export type LoginRequest = Static<typeof LoginRequest>

/** Who is signed in; `csrf` goes back in the header `X-Retour-Csrf` of every unsafe request. */
export const Session = Type.Object({
  user: User,
  csrf: Type.String(),
  company: Type.String(),
  expiresAt: Instant,
})
export type Session = Static<typeof Session>

export const SetupState = Type.Object({
  needed: Type.Boolean(),
  /** The shop's name, for pages that need no sign-in; empty before the first run. */
  company: Type.String(),
  /** A token from the server's start line is asked for when the page is not opened on the machine itself. */
  tokenNeeded: Type.Boolean(),
  packs: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.Object({ zh: Type.String(), en: Type.String() }),
      summary: Type.Object({ zh: Type.String(), en: Type.String() }),
      counts: Type.Record(Type.String(), Type.Integer()),
    }),
  ),
})
export type SetupState = Static<typeof SetupState>

export const SetupRequest = Type.Object({
  company: Written(80),
  name: Written(40),
  username,
  password,
  pack: Nullable(Type.String()),
  sampleData: Type.Boolean(),
  token: Type.Optional(Type.String({ maxLength: 100 })),
})
export type SetupRequest = Static<typeof SetupRequest>

export const NewUser = Type.Object({
  username,
  name: Written(40),
  password,
  roles: Type.Array(Type.String({ maxLength: 40 }), { maxItems: 30 }),
  departmentId: Nullable(Type.String({ minLength: 1, maxLength: 40 })),
  managerId: Nullable(Type.String({ minLength: 1, maxLength: 60 })),
  email: Nullable(Email),
})
export type NewUser = Static<typeof NewUser>

/** Name and department of a colleague, for pickers; no more. */
export const PersonCard = Type.Object({
  id: Type.String(),
  name: Type.String(),
  department: Nullable(Type.String()),
  roles: Type.Array(Type.String()),
})
export type PersonCard = Static<typeof PersonCard>

const date = Type.String({ format: 'date' })

/** Working time that deadlines are counted in. */
export const WorkCalendar = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 40, pattern: '^[a-z0-9][a-z0-9-]*$' }),
  name: Name,
  /** IANA name. */
  timeZone: Type.String({ maxLength: 60 }),
  /** `09:00-12:00`, in order. */
  hours: Type.Array(Type.String({ pattern: '^\\d\\d:\\d\\d-\\d\\d:\\d\\d$' }), { minItems: 1, maxItems: 10 }),
  /** ISO weekdays, 1 is Monday. */
  days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7 }),
  /** Dates without work. */
  holidays: Type.Array(date, { maxItems: 1000 }),
  /** Dates with work although the weekday says none (调休). */
  makeUpDays: Type.Array(date, { maxItems: 1000 }),
})
export type WorkCalendar = Static<typeof WorkCalendar>

/** What a handover moves, and what stands in its way. */
export const HandoverPreview = Type.Object({
  /** Open tasks that he holds; `refusal` says why the successor cannot take one. */
  tasks: Type.Array(
    Type.Object({
      taskId: Type.String(),
      step: Type.String(),
      caseNo: Nullable(Type.String()),
      refusal: Nullable(Type.Object({ code: Type.String(), message: Localized })),
    }),
  ),
  /** Roles that the successor does not have yet. */
  roles: Type.Array(Type.String()),
  /** Departments that he heads. */
  departments: Type.Array(Type.String()),
  /** People whose manager he is. */
  reports: Type.Array(Type.String()),
  /** People whose substitute he is. */
  substituteOf: Type.Array(Type.String()),
})
export type HandoverPreview = Static<typeof HandoverPreview>
