import type { Department, NewUser, Role, User } from '../../server/contract/identity.ts'
import { get, patch, post, put } from './http.ts'
import type { Paged } from './orders.ts'

/** What an admin may change of a user; what is absent stays. */
export type UserChange = Partial<
  Pick<User, 'name' | 'roles' | 'departmentId' | 'managerId' | 'email' | 'active' | 'substitute'>
>

const at = (userId: string) => `/api/users/${encodeURIComponent(userId)}`

export const listUsers = (query: { q?: string; role?: string; after?: string; limit?: number }) =>
  get<Paged<User>>('/api/users', query)
export const readUser = (userId: string) => get<User>(at(userId))

export const createUser = (user: NewUser, idempotencyKey: string) => post<User>('/api/users', user, { idempotencyKey })

/** Refused with version.conflict when somebody else changed the user since it was read. */
export const changeUser = (userId: string, version: number, change: UserChange, idempotencyKey: string) =>
  patch<User>(at(userId), { version, ...change }, { idempotencyKey })

/** Ends all sessions of the user. */
export const setPassword = (userId: string, password: string, idempotencyKey: string) =>
  put<null>(`${at(userId)}/password`, { password }, { idempotencyKey })

export const listDepartments = async () => (await get<{ items: Department[] }>('/api/departments')).items
export const putDepartment = ({ id, ...rest }: Department, idempotencyKey: string) =>
  put<null>(`/api/departments/${encodeURIComponent(id)}`, rest, { idempotencyKey })

export const listRoles = async () => (await get<{ items: Role[] }>('/api/roles')).items
