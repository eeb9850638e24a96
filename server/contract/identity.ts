import Type, { type Static } from 'typebox'
import { Instant, Nullable } from './shared.ts'

/** Roles of the after-sales pack (pack data) are strings; these two the product itself knows. */
export const ADMIN_ROLE = 'admin'
export const OWNER_ROLE = 'owner'

export const User = Type.Object({
  id: Type.String(),
  username: Type.String(),
  name: Type.String(),
  roles: Type.Array(Type.String()),
  departmentId: Nullable(Type.String()),
  managerId: Nullable(Type.String()),
  email: Nullable(Type.String()),
  active: Type.Boolean(),
  createdAt: Instant,
  version: Type.Integer(),
})
export type User = Static<typeof User>

export const Department = Type.Object({
  id: Type.String(),
  name: Type.String(),
  parentId: Nullable(Type.String()),
  headId: Nullable(Type.String()),
})
export type Department = Static<typeof Department>

export const Role = Type.Object({
  key: Type.String(),
  name: Type.Object({ zh: Type.String(), en: Type.String() }),
  does: Type.String(),
})
export type Role = Static<typeof Role>

export const username = Type.String({ minLength: 2, maxLength: 40, pattern: '^[a-z0-9][a-z0-9._-]*$' })
export const password = Type.String({ minLength: 8, maxLength: 200 })

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
  company: Type.String({ minLength: 1, maxLength: 80 }),
  name: Type.String({ minLength: 1, maxLength: 40 }),
  username,
  password,
  pack: Nullable(Type.String()),
  sampleData: Type.Boolean(),
  token: Type.Optional(Type.String({ maxLength: 100 })),
})
export type SetupRequest = Static<typeof SetupRequest>

export const NewUser = Type.Object({
  username,
  name: Type.String({ minLength: 1, maxLength: 40 }),
  password,
  roles: Type.Array(Type.String({ maxLength: 40 }), { maxItems: 30 }),
  departmentId: Nullable(Type.String()),
  managerId: Nullable(Type.String()),
  email: Nullable(Type.String({ maxLength: 200 })),
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
