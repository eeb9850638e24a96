import type { Directory, Person } from '../../workflows/engine/host.ts'

export interface PersonSpec {
  name?: string
  roles?: string[]
  department?: string
  manager?: string
  canceled?: boolean
  substitute?: { to: string; from: string; until: string }
}

export type DepartmentSpec = { parent?: string; head?: string }

/** A house of people for tests: id -> what tells. */
export function aDirectory(
  people: Record<string, PersonSpec>,
  departments: Record<string, DepartmentSpec> = {},
): Directory {
  const all: Person[] = Object.entries(people).map(([id, spec]) => ({
    id,
    name: spec.name ?? id,
    roles: spec.roles ?? [],
    departmentId: spec.department ?? null,
    managerId: spec.manager ?? null,
    canceled: spec.canceled ?? false,
    substitute: spec.substitute ?? null,
  }))
  const byId = new Map(all.map((person) => [person.id, person]))
  return {
    person: (id) => byId.get(id),
    inRole: (role) => all.filter((person) => person.roles.includes(role)),
    inDepartment: (id) => all.filter((person) => person.departmentId === id),
    department(id) {
      const spec = departments[id]
      return spec && { id, parentId: spec.parent ?? null, headId: spec.head ?? null }
    },
  }
}
