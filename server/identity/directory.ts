import type { Directory, Person } from '../../workflows/engine/host.ts'
import type { Department, Role } from '../contract/identity.ts'
import type { IdentityStore, UserDocument } from './identity-store.ts'

/** Everybody in memory, as the engine's steps look people up: plainly and at once. */
export interface LiveDirectory extends Directory {
  /** Reads everything anew; at start, and from time to time when other processes write as well. */
  refresh(): Promise<void>
  setUser(id: string, user: UserDocument): void
  setDepartment(department: Department): void
  setRole(role: Role): void
  people(): Person[]
  departments(): Department[]
  roles(): Role[]
}

export function createDirectory(store: IdentityStore): LiveDirectory {
  let people = new Map<string, Person>()
  let departments = new Map<string, Department>()
  let roles = new Map<string, Role>()
  let byRole: Map<string, Person[]> | null = null

  const active = () => [...people.values()].filter((person) => !person.canceled)

  function membersByRole(): Map<string, Person[]> {
    if (byRole) return byRole
    byRole = new Map()
    for (const person of active()) {
      for (const role of person.roles) byRole.set(role, [...(byRole.get(role) ?? []), person])
    }
    return byRole
  }

  return {
    person: (id) => people.get(id),
    inRole: (role) => membersByRole().get(role) ?? [],
    inDepartment: (departmentId) => active().filter((person) => person.departmentId === departmentId),
    department: (id) => departments.get(id),
    people: () => [...people.values()],
    departments: () => [...departments.values()],
    roles: () => [...roles.values()],
    async refresh() {
      const [users, units, kinds] = await Promise.all([store.allUsers(), store.departments(), store.roles()])
      people = new Map(users.map(({ id, data }) => [id, personOf(id, data)]))
      departments = new Map(units.map(({ data }) => [data.id, { ...data, calendarId: data.calendarId ?? null }]))
      roles = new Map(kinds.map(({ data }) => [data.key, data]))
      byRole = null
    },
    setUser(id, user) {
      people.set(id, personOf(id, user))
      byRole = null
    },
    setDepartment(department) {
      departments.set(department.id, department)
    },
    setRole(role) {
      roles.set(role.key, role)
    },
  }
}

function personOf(id: string, user: UserDocument): Person {
  const { name, roles, departmentId, managerId, substitute = null } = user
  return { id, name, roles, departmentId, managerId, canceled: !user.active, substitute }
}
