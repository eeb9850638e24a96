import { expect, it } from 'vitest'
import { inTree } from '../../../../client/pages/settings/department-tree.ts'

const place = (id: string, parentId: string | null) => ({ id, name: id, parentId, headId: null, calendarId: null })
const drawn = (departments: ReturnType<typeof place>[]) =>
  inTree(departments).map(({ department, depth }) => '-'.repeat(depth) + department.id)

it('puts departments below their parents, however they come', () => {
  expect(
    drawn([place('team', 'service'), place('house', null), place('service', 'house'), place('store', 'house')]),
  ).toEqual(['house', '-service', '--team', '-store'])
})

it('shows a department whose parent is gone, and those that lie in a circle', () => {
  expect(drawn([place('lost', 'nowhere'), place('a', 'b'), place('b', 'a')])).toEqual(['lost', 'a', 'b'])
})
