import Type, { type Static } from 'typebox'
import { ADMIN_ROLE, Email, NewUser, password, PersonCard, Substitute, User } from '../contract/identity.ts'
import { Nullable, PageOf, PageQuery, Written } from '../contract/shared.ts'
import { refusalOf } from '../contract/errors.ts'
import { defineRoute, type AnyRoute, type Authorization } from '../http/route.ts'
import { ok } from '../../workflows/model/problem.ts'
import type { LiveDirectory } from './directory.ts'
import { isMeant } from './find-people.ts'
import { publicUser, type Identity } from './identity.ts'
import type { IdentityStore } from './identity-store.ts'

const adminOnly: Authorization = { allow: 'roles', anyOf: [ADMIN_ROLE] }
const userId = Type.Object({ userId: Type.String({ minLength: 1, maxLength: 60 }) })

const UserPatch = Type.Object({
  version: Type.Integer({ minimum: 1 }),
  name: Type.Optional(Written(40)),
  roles: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 30 })),
  departmentId: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 40 }))),
  managerId: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 60 }))),
  email: Type.Optional(Nullable(Email)),
  active: Type.Optional(Type.Boolean()),
  substitute: Type.Optional(Nullable(Substitute)),
})

const UserQuery = Type.Object({
  ...PageQuery,
  q: Type.Optional(Type.String({ maxLength: 60 })),
  role: Type.Optional(Type.String({ maxLength: 40 })),
})

const PeopleQuery = Type.Object({
  q: Type.Optional(Type.String({ maxLength: 60 })),
  role: Type.Optional(Type.String({ maxLength: 40 })),
})

const MOST_CARDS = 50

/** Users for admins; name cards of colleagues for pickers. */
export function peopleRoutes(identity: Identity, store: IdentityStore, directory: LiveDirectory): AnyRoute[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/people',
      summary: 'Active colleagues by name, for pickers',
      tag: 'identity',
      authorize: { allow: 'signed-in' },
      limit: 'search',
      query: PeopleQuery,
      response: Type.Object({ items: Type.Array(PersonCard) }),
      async handle({ query }) {
        const found = (query.role === undefined ? directory.people() : directory.inRole(query.role))
          .filter((person) => !person.canceled)
          .filter((person) => isMeant(person, query.q ?? ''))
          .slice(0, MOST_CARDS)
        return ok({ items: found.map((person) => cardOf(person, directory)) })
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/users',
      summary: 'Users, by name',
      tag: 'identity',
      authorize: adminOnly,
      limit: 'search',
      query: UserQuery,
      response: PageOf(User),
      async handle({ query }) {
        const filter = {
          ...(query.role === undefined ? {} : { roles: query.role }),
          ...(query.q === undefined
            ? {}
            : { $or: [{ name: { $contains: query.q } }, { username: { $contains: query.q } }] }),
        }
        const page = await store.users({
          filter,
          sort: [['username', 1]],
          limit: query.limit ?? 50,
          ...(query.after === undefined ? {} : { after: query.after }),
        })
        return ok({ items: page.items.map(publicUser), next: page.next })
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/users',
      summary: 'Add a user',
      tag: 'identity',
      authorize: adminOnly,
      body: NewUser,
      response: User,
      handle: ({ body, actor }) => identity.createUser(body, { actor }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/users/:userId',
      summary: 'One user',
      tag: 'identity',
      authorize: adminOnly,
      params: userId,
      response: User,
      async handle({ params }) {
        const user = await identity.user(params.userId)
        return user ? ok(user) : { ok: false, refusal: refusalOf('not_found') }
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: '/api/users/:userId',
      summary: 'Change a user; a disabled one is out with the next request',
      tag: 'identity',
      authorize: adminOnly,
      params: userId,
      body: UserPatch,
      response: User,
      handle({ params, body, actor }) {
        const { version, ...change } = body
        return identity.changeUser(params.userId, change, version, { actor })
      },
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/users/:userId/password',
      summary: 'Set a new password for a user; all sessions of the user end',
      tag: 'identity',
      authorize: adminOnly,
      params: userId,
      body: Type.Object({ password }),
      response: Type.Null(),
      handle: ({ params, body, actor }) => identity.setPassword(params.userId, body.password, { actor }),
    }),
  ]
}

function cardOf(
  person: { id: string; name: string; departmentId: string | null; roles: readonly string[] },
  directory: LiveDirectory,
): Static<typeof PersonCard> {
  const department = directory.departments().find(({ id }) => id === person.departmentId)
  return { id: person.id, name: person.name, department: department?.name ?? null, roles: [...person.roles] }
}
