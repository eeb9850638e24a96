import Type from 'typebox'
import { ADMIN_ROLE, Department, Role, Substitute, User, WorkCalendar } from '../contract/identity.ts'
import { Nullable, Written } from '../contract/shared.ts'
import { refusalOf } from '../contract/errors.ts'
import { defineRoute, type AnyRoute, type Authorization } from '../http/route.ts'
import { ok } from '../../workflows/model/problem.ts'
import type { LiveCalendars } from './calendars.ts'
import type { LiveDirectory } from './directory.ts'
import type { Identity } from './identity.ts'

const adminOnly: Authorization = { allow: 'roles', anyOf: [ADMIN_ROLE] }
const key = Type.String({ minLength: 1, maxLength: 40, pattern: '^[a-z0-9][a-z0-9-]*$' })

/** Departments, roles, working calendars, and who stands in for oneself. */
export function organizationRoutes(identity: Identity, directory: LiveDirectory, calendars: LiveCalendars): AnyRoute[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/departments',
      summary: 'Departments',
      tag: 'identity',
      authorize: { allow: 'signed-in' },
      response: Type.Object({ items: Type.Array(Department) }),
      handle: async () => ok({ items: directory.departments() }),
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/departments/:departmentId',
      summary: 'Add or change a department',
      tag: 'identity',
      authorize: adminOnly,
      params: Type.Object({ departmentId: key }),
      body: Type.Object({
        name: Written(40),
        parentId: Nullable(Type.String({ maxLength: 40 })),
        headId: Nullable(Type.String({ maxLength: 60 })),
        calendarId: Type.Optional(Nullable(Type.String({ maxLength: 40 }))),
      }),
      response: Type.Null(),
      handle: ({ params, body: { calendarId = null, ...body }, actor }) =>
        identity.putDepartment({ id: params.departmentId, ...body, calendarId }, { actor }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/roles',
      summary: 'Roles',
      tag: 'identity',
      authorize: { allow: 'signed-in' },
      response: Type.Object({ items: Type.Array(Role) }),
      handle: async () => ok({ items: directory.roles() }),
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/roles/:key',
      summary: 'Add or change a role',
      tag: 'identity',
      authorize: adminOnly,
      params: Type.Object({ key }),
      body: Type.Object({ name: Role.properties.name, does: Type.String({ maxLength: 200 }) }),
      response: Type.Null(),
      handle: ({ params, body, actor }) => identity.putRole({ key: params.key, ...body }, { actor }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/calendars',
      summary: 'Working calendars',
      tag: 'identity',
      authorize: { allow: 'signed-in' },
      response: Type.Object({ items: Type.Array(WorkCalendar) }),
      handle: async () => ok({ items: calendars.list() }),
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/calendars/:calendarId',
      summary: 'Add or change a working calendar; deadlines that are already set stay as they are',
      tag: 'identity',
      authorize: adminOnly,
      params: Type.Object({ calendarId: key }),
      body: Type.Omit(WorkCalendar, ['id']),
      response: Type.Null(),
      handle: ({ params, body, actor }) => identity.putCalendar({ id: params.calendarId, ...body }, { actor }),
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/session/substitute',
      summary: 'Who gets the own new work for a time; null ends it',
      tag: 'identity',
      authorize: { allow: 'signed-in' },
      body: Type.Object({ version: Type.Integer({ minimum: 1 }), substitute: Nullable(Substitute) }),
      response: User,
      async handle({ body, actor }) {
        if (actor.kind !== 'user') return { ok: false, refusal: refusalOf('session.required') }
        return identity.changeUser(actor.userId, { substitute: body.substitute }, body.version, { actor })
      },
    }),
  ]
}
