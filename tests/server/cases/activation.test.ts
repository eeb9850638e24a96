import { beforeEach, describe, expect, it } from 'vitest'
import { aStory, type Story } from '../../support/a-story.ts'

let story: Story

beforeEach(async () => {
  story = await aStory()
})

describe('beginning what a free part of a case offers', () => {
  it('is refused by its code where the process has no such part at work', async () => {
    story.runtime.registerWorker('order.hold', async () => ({ kind: 'fail', message: 'away', final: true }))
    await story.sell()
    const { caseNo } = await story.ask()

    const answer = await (
      await story.as('admin')
    ).command(`/api/cases/${caseNo}/activate`, {
      element: 'free',
      inner: ['call'],
    })

    expect(answer.status).toBe(404)
    expect(answer.body.code).toBe('adhoc.not_found')
  })

  it('needs a case that one may see, and something to begin', async () => {
    const admin = await story.as('admin')

    const nowhere = await admin.command('/api/cases/none/activate', { element: 'free', inner: ['call'] })
    const nothing = await admin.command('/api/cases/none/activate', { element: 'free', inner: [] })

    expect(nowhere.status).toBe(404)
    expect(nothing.status).toBe(422)
  })
})
