import { beforeEach, describe, expect, it } from 'vitest'
import { aStory, type Story } from '../../support/a-story.ts'

let story: Story

beforeEach(async () => {
  story = await aStory()
})

/** A case that waits for the lead, who also heads a department, leads the clerk and stands in for the head. */
async function aCaseOfTheLead() {
  const admin = await story.as('admin')
  await admin.put('/api/departments/care', { name: '售后部', parentId: null, headId: 'sun' })
  await admin.patch('/api/users/zhao', { version: 1, managerId: 'sun' })
  await admin.patch('/api/users/li', {
    version: 1,
    substitute: { to: 'sun', from: '2026-12-01T00:00:00.000Z', until: '2026-12-08T00:00:00.000Z' },
  })
  await story.sell({ lines: [{ unitPrice: 900_000 }] })
  const { caseNo } = await story.ask()
  await story.acts('clerk', caseNo, 'review', { action: 'approve' })
  const task = (await story.tasksOf(caseNo)).find(({ waitingFor }) => waitingFor.includes('sun'))
  return { admin, caseNo, task }
}

describe('a handover', () => {
  it('shows first what it moves, then moves it in one step', async () => {
    const { admin, caseNo, task } = await aCaseOfTheLead()
    expect(task).toBeDefined()

    const preview = await admin.get('/api/users/sun/handover?to=qian')
    expect(preview.body).toMatchObject({
      tasks: [{ caseNo, step: task!.name, refusal: null }],
      roles: ['cs-lead'],
      departments: ['care'],
      reports: ['zhao'],
      substituteOf: ['li'],
    })

    const done = await admin.command('/api/users/sun/handover', { to: 'qian', version: 1 })
    expect([done.status, done.body.active]).toEqual([200, false])
    await story.settle()

    const { directory } = story.app
    expect(directory.person('qian')?.roles).toEqual(['cs-cancel', 'cs-lead'])
    expect(directory.department('care')?.headId).toBe('qian')
    expect(directory.person('zhao')?.managerId).toBe('qian')
    expect(directory.person('li')?.substitute?.to).toBe('qian')
    expect((await story.taskAt(caseNo, task!.elementId)).waitingFor).toEqual(['qian'])
    expect((await (await story.as('lead')).get('/api/tasks?view=mine')).status).toBe(401)
  })

  it('needs somebody else who is still here, and changes nothing without', async () => {
    const { admin } = await aCaseOfTheLead()

    const same = await admin.get('/api/users/sun/handover?to=sun')
    const gone = await admin.command('/api/users/sun/handover', { to: 'nobody', version: 1 })

    expect(same.body.code).toBe('successor.unknown')
    expect([gone.status, gone.body.code, gone.body.where]).toEqual([422, 'successor.unknown', 'to'])
    expect(story.app.directory.person('sun')?.canceled).toBe(false)
  })

  it('is refused whole when the successor may not take one of the tasks', async () => {
    const { admin, task } = await aCaseOfTheLead()

    const preview = await admin.get('/api/users/sun/handover?to=zhao')
    const refused = await admin.command('/api/users/sun/handover', { to: 'zhao', version: 1 })

    expect(preview.body.tasks).toMatchObject([{ taskId: task!.taskId, refusal: { code: 'task.four_eyes' } }])
    expect(refused.body).toMatchObject({ code: 'handover.blocked', params: { tasks: [task!.taskId] } })
    expect(story.app.directory.person('sun')?.canceled).toBe(false)
  })
})
