import { expect, it, describe } from 'vitest'
import { aStory } from '../../support/a-story.ts'

const orderNo = 'SO261112-0427'
const request = { lines: [{ orderLineId: 'L1', quantity: 1 }], reason: 'C32', policySeen: true }
const asked = { kind: 'cancellation', orderNo, channelIn: 'phone', request }

/** The shop with another word on who may start and see a cancellation. */
async function aShopWhere(change: (diagram: string) => string) {
  const story = await aStory()
  const { runtime } = story.app.business
  const { content } = (await runtime.resource('process', 'cancel-order'))!
  expect(change(content)).not.toBe(content)
  const published = await runtime.publish([{ kind: 'process', content: change(content) }], 'chief')
  expect(published).toMatchObject({ ok: true })
  await story.sell({ lines: [{ unitPrice: 600_000 }] })
  return story
}

describe('who the process names', () => {
  it('may start it, and nobody else, whatever his role opens otherwise', async () => {
    const story = await aShopWhere((diagram) =>
      diagram.replace('startableBy="customer cs-cancel', 'startableBy="customer'),
    )
    const clerk = await story.app.as('clerk-of-cancellations', { roles: ['cs-cancel'] })
    const lead = await story.app.as('leader', { roles: ['cs-lead'] })

    const refused = await clerk.command('/api/cases', asked)
    expect([refused.status, refused.body.code]).toEqual([403, 'role.required'])
    expect((await lead.command('/api/cases', asked)).status).toBe(200)
  })

  it('sees its cases, in the list too', async () => {
    const story = await aShopWhere((diagram) => diagram.replace('visibleTo="', 'visibleTo="auditor '))
    const auditor = await story.app.as('auditor', { roles: ['auditor'] })
    const buyer = await story.app.as('buyer', { roles: ['buyer'] })
    const { caseNo } = await story.ask()

    expect((await auditor.get(`/api/cases/${caseNo}`)).status).toBe(200)
    expect((await buyer.get(`/api/cases/${caseNo}`)).status).toBe(404)
    const listed = async (who: typeof auditor, query = '') =>
      (await who.get(`/api/cases${query}`)).body.items.map((found: { caseNo: string }) => found.caseNo)
    expect([await listed(auditor), await listed(buyer)]).toEqual([[caseNo], []])
    expect([await listed(auditor, `?q=${orderNo}`), await listed(auditor, '?q=nothing')]).toEqual([[caseNo], []])
  })
})
