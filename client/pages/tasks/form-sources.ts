import { readCatalogContent } from '../../api/catalogs.ts'
import { fileAddress, uploadFile } from '../../api/files.ts'
import { findPeople } from '../../api/people.ts'
import type { Choice, FormSources } from '../../forms/form-context.ts'
import type { Order, OrderLine } from '../../../server/contract/orders.ts'

/** How many of a line may still be canceled: what was ordered, less what is canceled and what has left the house. */
export const cancelableOf = (line: Pick<OrderLine, 'ordered' | 'canceled' | 'shipped'>): number =>
  Math.max(0, line.ordered - line.canceled - line.shipped)

/** The reasons of the catalog that can be given, with the group before the name. */
async function reasons(): Promise<readonly Choice[]> {
  const all = await readCatalogContent('reasons')
  const groups = new Map(all.filter(({ parent }) => parent === null).map((group) => [group.code, group]))
  return all.flatMap((reason) => {
    const group = groups.get(reason.parent ?? '')
    return group
      ? [{ value: reason.code, label: { zh: `${group.zh} / ${reason.zh}`, en: `${group.en} / ${reason.en}` } }]
      : []
  })
}

/** What the form of a task cannot know by itself: lines of its order, reasons, colleagues, files. */
export function formSources(order: Order | null): FormSources {
  return {
    currency: order?.currency ?? 'CNY',
    orderLines: (order?.lines ?? []).map((line) => ({
      orderLineId: line.id,
      name: line.spec && !line.name.includes(line.spec) ? `${line.name} ${line.spec}` : line.name,
      sku: line.sku,
      unitPaid: line.ordered > 0 ? Math.floor(line.paid / line.ordered) : 0,
      available: cancelableOf(line),
    })),
    catalog: async (name) => (name === 'reasons' ? reasons() : []),
    people: findPeople,
    person: async (id) => (await findPeople(id)).find((person) => person.id === id) ?? null,
    async upload(file, progress) {
      const stored = await uploadFile(file)
      progress(1)
      return stored
    },
    fileUrl: fileAddress,
  }
}
