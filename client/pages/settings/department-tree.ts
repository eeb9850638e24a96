import type { Department } from '../../../server/contract/identity.ts'

/** Departments below their parents, with how deep each lies. One whose parent is not there, or above itself, is a root. */
export function inTree(departments: readonly Department[]): { department: Department; depth: number }[] {
  const known = new Set(departments.map(({ id }) => id))
  const placed = new Set<string>()
  const below = (parentId: string | null, depth: number): { department: Department; depth: number }[] =>
    departments
      .filter(
        (one) =>
          !placed.has(one.id) && (parentId === null ? !known.has(one.parentId ?? '') : one.parentId === parentId),
      )
      .flatMap((department) => {
        if (placed.has(department.id)) return []
        placed.add(department.id)
        return [{ department, depth }, ...below(department.id, depth + 1)]
      })
  const tree = below(null, 0)
  const circles = departments.filter(({ id }) => !placed.has(id)).map((department) => ({ department, depth: 0 }))
  return [...tree, ...circles]
}
