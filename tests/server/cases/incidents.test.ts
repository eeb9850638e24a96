import { beforeEach, describe, expect, it } from 'vitest'
import { aStory, type Story } from '../../support/a-story.ts'

let story: Story

beforeEach(async () => {
  story = await aStory()
})

/** A case whose order cannot be held, because what does it fails for good until it is mended. */
async function aStuckCase() {
  const good = story.shop.workers['order.hold']!
  story.runtime.registerWorker('order.hold', async () => ({
    kind: 'fail',
    message: 'the warehouse is away',
    final: true,
  }))
  await story.sell()
  const { caseNo } = await story.ask()
  return { caseNo, mend: () => story.runtime.registerWorker('order.hold', good) }
}

describe('a step that is stuck', () => {
  it('stands on the case page and in the list of admins, and goes on after its cause was mended', async () => {
    const { caseNo, mend } = await aStuckCase()
    const admin = await story.as('admin')

    const { incidents, summary } = await story.caseOf(caseNo)
    const listed = (await admin.get('/api/incidents')).body

    expect(summary.state).toBe('open')
    expect(incidents).toHaveLength(1)
    expect(incidents[0]!.message.zh).not.toBe('')
    expect(incidents[0]!.advice!.zh).toContain('再让它重试')
    expect(listed.total).toBe(1)
    expect(listed.items).toMatchObject([{ id: incidents[0]!.id, caseNo, elementId: 'holdOrder', step: '暂停订单' }])

    const { waits } = await story.caseOf(caseNo)
    expect(waits.map(({ elementId }) => elementId)).toContain('holdOrder')
    const told = (await admin.get(`/api/cases/${caseNo}/history`)).body
    expect(told.events.map(({ text }: { text: { zh: string } }) => text.zh).join('\n')).toContain('卡住了')

    mend()
    const resolved = await admin.command(`/api/incidents/${encodeURIComponent(listed.items[0].id)}/resolve`)
    await story.settle()

    expect(resolved.status).toBe(200)
    const after = await story.caseOf(caseNo)
    expect(after.summary.state).toBe('executed')
    expect(after.incidents).toEqual([])
    expect((await admin.get('/api/incidents')).body).toMatchObject({ items: [], total: 0 })
  })

  it('is no business of a clerk’s', async () => {
    const clerk = await story.as('clerk')

    expect((await clerk.get('/api/incidents')).status).toBe(403)
    expect((await clerk.command('/api/incidents/x/resolve')).status).toBe(403)
  })

  it('that does not exist cannot be resolved', async () => {
    const answer = await (await story.as('admin')).command('/api/incidents/x/resolve')

    expect(answer.status).toBe(404)
    expect(answer.body.code).toBe('incident.not_found')
  })
})
