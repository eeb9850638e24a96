import { beforeEach, describe, expect, it } from 'vitest'
import { aStory, type Story } from '../../support/a-story.ts'
import { claimsBpmn } from '../../support/claims.bpmn.ts'

let story: Story
let caseNo: string

/** A case whose order cannot be held, so that it stands still at `holdOrder`. */
beforeEach(async () => {
  story = await aStory()
  story.runtime.registerWorker('order.hold', async () => ({ kind: 'fail', message: 'away', final: true }))
  await story.sell()
  caseNo = (await story.ask()).caseNo
})

const reason = '仓库系统停机，人工处理'

describe('an admin lays hands on the process of a case', () => {
  it('moves it past a step that is stuck, once for a key, and the incident is over', async () => {
    const admin = await story.as('admin')
    const body = { changes: [{ from: 'holdOrder', to: 'review' }], reason }

    const refused = await admin.command(`/api/cases/${caseNo}/modify`, { changes: [{ to: 'nowhere' }], reason })
    const answers = [
      await admin.command(`/api/cases/${caseNo}/modify`, body, 'move-the-stuck-case-0001'),
      await admin.command(`/api/cases/${caseNo}/modify`, body, 'move-the-stuck-case-0001'),
    ]

    expect(refused).toMatchObject({ status: 422, body: { code: 'modify.element_unknown' } })
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    const after = await story.caseOf(caseNo)
    expect(after.incidents).toEqual([])
    const open = await story.app.store.find<{ elementId: string }>('tasks', { filter: { state: 'open' }, limit: 9 })
    expect(open.items.map(({ data }) => data.elementId)).toEqual(['review'])
  })

  it('is told before what moving ends and begins, and where the case stands then; nothing happens', async () => {
    const admin = await story.as('admin')
    const preview = (changes: unknown[]) => admin.post(`/api/cases/${caseNo}/modify/preview`, { changes })

    const told = await preview([{ from: 'holdOrder', to: 'review' }])
    const nowhere = await preview([{ from: 'holdOrder', to: 'nowhere' }])
    const nameless = await preview([
      { from: 'holdOrder', to: 'review', mapping: [{ source: '=lines +', target: 'hint' }] },
    ])

    expect(told).toMatchObject({
      status: 200,
      body: { ends: ['holdOrder'], begins: ['reviewPhase', 'review'], over: false },
    })
    expect(told.body.waits).toMatchObject([{ elementId: 'reviewPhase' }, { elementId: 'review' }])
    expect(nowhere).toMatchObject({ status: 422, body: { code: 'modify.element_unknown', where: 'nowhere' } })
    expect(nameless).toMatchObject({ status: 422, body: { code: 'modify.mapping_failed', where: 'hint' } })
    expect((await story.caseOf(caseNo)).incidents).toHaveLength(1)
  })

  it('sees what a newer version would do with it, and takes it there', async () => {
    const admin = await story.as('admin')
    const record = await story.caseOf(caseNo)
    const published = await story.runtime.resource('process', record.process.id)
    const newer = { kind: 'process' as const, content: published!.content.replace(/name="[^"]*"/, 'name="新版"') }
    expect((await story.runtime.publish([newer], 'wang')).ok).toBe(true)
    const version = record.process.version + 1

    const preview = await admin.post(`/api/cases/${caseNo}/migration/preview`, { version })
    expect(preview).toMatchObject({
      status: 200,
      body: { from: record.process.version, to: version, possible: true, reasons: [] },
    })
    expect((await story.caseOf(caseNo)).process.version).toBe(record.process.version)

    expect((await admin.command(`/api/cases/${caseNo}/migrate`, { version, reason })).status).toBe(200)
    expect((await story.caseOf(caseNo)).process.version).toBe(version)
    expect((await admin.command(`/api/cases/${caseNo}/migrate`, { version, reason })).body.code).toBe(
      'migrate.same_version',
    )
  })

  it('does the same to a run of a process of its own, while it runs', async () => {
    const admin = await story.as('admin')
    const content = claimsBpmn()
    expect((await story.runtime.publish([{ kind: 'process', content }], 'wang')).ok).toBe(true)
    const { runId } = (await admin.command('/api/processes/claims/start')).body
    const at = `/api/runs/${runId}`
    const changes = [{ from: 'size', to: 'big' }]
    const newer = { kind: 'process' as const, content: content.replace('费用报销', '报销') }
    expect((await story.runtime.publish([newer], 'wang')).ok).toBe(true)

    const plan = await admin.post(`${at}/migration/preview`, { version: 2 })
    expect((await admin.command(`${at}/migrate`, { version: 2, reason })).status).toBe(200)
    const preview = await admin.post(`${at}/modify/preview`, { changes })
    expect((await admin.command(`${at}/modify`, { changes, reason })).status).toBe(200)

    expect(plan.body).toMatchObject({ from: 1, to: 2, possible: true })
    expect(preview.body).toMatchObject({ ends: ['size'], over: true })
    expect((await admin.get(at)).body.run).toMatchObject({ version: 2, state: 'completed' })
    expect((await admin.command(`${at}/modify`, { changes, reason })).body.code).toBe('run.over')
    expect((await admin.post('/api/runs/none/modify/preview', { changes })).status).toBe(404)
    const head = await story.as('head')
    expect((await head.post(`${at}/modify/preview`, { changes })).status).toBe(403)
  })

  it('is nobody else’s business', async () => {
    for (const who of ['clerk', 'lead', 'head'] as const) {
      const someone = await story.as(who)
      for (const path of ['modify', 'migrate'])
        expect((await someone.command(`/api/cases/${caseNo}/${path}`, { reason })).status).toBe(403)
      expect((await someone.post(`/api/cases/${caseNo}/migration/preview`, { version: 1 })).status).toBe(403)
      const changes = [{ from: 'holdOrder', to: 'review' }]
      expect((await someone.post(`/api/cases/${caseNo}/modify/preview`, { changes })).status).toBe(403)
    }
  })
})
