import { beforeEach, describe, expect, it } from 'vitest'
import type { CaseRecord } from '../../../server/cases/record.rules.ts'
import type { Caller } from '../../support/app.ts'
import { aStory, type Story } from '../../support/a-story.ts'

let story: Story
let admin: Caller

beforeEach(async () => {
  story = await aStory()
  admin = await story.as('admin')
})

const at = (kind: string, id: string) => `/api/studio/resources/${kind}/${id}`
const open = async (kind: string, id: string) => (await admin.get(at(kind, id))).body
const record = async (caseNo: string) => (await story.app.store.load<CaseRecord>('cases', caseNo))?.data

/** Changes the text of a resource as a designer's save does; answers the draft. */
async function edit(kind: string, id: string, change: (content: string) => string) {
  const { content, revision } = await open(kind, id)
  const changed = change(content)
  expect(changed).not.toBe(content)
  const saved = await admin.put(`${at(kind, id)}/draft`, { content: changed, revision })
  expect(saved.status).toBe(200)
  return saved.body
}
const publish = (kind: string, id: string, revision: number) => admin.command(`${at(kind, id)}/publish`, { revision })

/** The clerk's limit of 5,000.00 becomes 50.00. */
const lowerLimit = (dmn: string) => dmn.replaceAll('500000<', '5000<').replaceAll('&gt; 500000', '&gt; 5000')

/** A second lead's signature after the clerk's review, in every case. */
const withFinance = (bpmn: string) =>
  bpmn
    .replace(
      '<bpmn:sequenceFlow id="needManager-mayCancel" name="不需要" sourceRef="needManager" targetRef="mayCancel">',
      '<bpmn:sequenceFlow id="needManager-mayCancel" name="不需要" sourceRef="needManager" targetRef="leadApproval">',
    )
    .replace('<bpmn:incoming>needManager-mayCancel</bpmn:incoming>', '')
    .replace(
      '<bpmn:incoming>needManager-leadApproval</bpmn:incoming>',
      '<bpmn:incoming>needManager-leadApproval</bpmn:incoming>\n<bpmn:incoming>needManager-mayCancel</bpmn:incoming>',
    )

describe('a new limit in the decision table', () => {
  it('counts for new cases; those that run go on under what they began with', async () => {
    await story.sell({ lines: [{ quantity: 2 }] })
    await story.sell({ orderNo: 'SO261112-0428', customer: { id: 'C2' } })
    await story.startPicking('SO261112-0427')
    const old = await story.ask({ orderNo: 'SO261112-0427' })

    const draft = await edit('decision', 'approval-level', lowerLimit)
    const published = await publish('decision', 'approval-level', draft.revision)
    const young = await story.ask({ orderNo: 'SO261112-0428' })
    await story.acts('warehouse', old.caseNo, 'stopPick', { action: 'complete', variables: { stopResult: 'stopped' } })

    expect(published.body).toEqual({ version: 2 })
    expect(young.preview.path).toBe('staff')
    expect((await story.tasksOf(young.caseNo)).map(({ elementId }) => elementId)).toEqual(['review'])
    expect((await record(old.caseNo))?.state).toBe('executed')
  })
})

describe('a process that is published in a second version', () => {
  it('leads new cases another way; the old case ends under the first', async () => {
    await story.sell({ lines: [{ returnClass: 'custom' }] })
    await story.sell({ orderNo: 'SO261112-0428', lines: [{ returnClass: 'custom' }], customer: { id: 'C2' } })
    for (const orderNo of ['SO261112-0427', 'SO261112-0428']) {
      const deed = { key: `m-${orderNo}`, by: 'wu', now: story.app.clock.now(), caseNo: null }
      await story.shop.orders.startMaking(orderNo, deed, 'L1')
    }
    const old = await story.ask({ orderNo: 'SO261112-0427' })

    const draft = await edit('process', 'cancel-order', withFinance)
    expect(draft.problems.filter(({ severity }: { severity: string }) => severity === 'error')).toEqual([])
    expect((await publish('process', 'cancel-order', draft.revision)).body).toEqual({ version: 2 })
    const young = await story.ask({ orderNo: 'SO261112-0428' })
    await story.acts('clerk', old.caseNo, 'review', { action: 'approve' })
    await story.acts('clerk', young.caseNo, 'review', { action: 'approve' })

    expect(await record(old.caseNo)).toMatchObject({ state: 'executed', definitionVersion: 1 })
    expect(await record(young.caseNo)).toMatchObject({ state: 'open', definitionVersion: 2 })
    expect((await story.tasksOf(young.caseNo)).map(({ elementId }) => elementId)).toEqual(['leadApproval'])
    const versions = (await admin.get(`${at('process', 'cancel-order')}/versions`)).body.items
    expect(versions.map(({ version, running }: { version: number; running: number }) => [version, running])).toEqual([
      [2, 1],
      [1, 0],
    ])
    expect((await story.caseOf(old.caseNo)).process.version).toBe(1)
  })

  it('that cannot run is kept as a draft, and refused with the element named', async () => {
    const draft = await edit('process', 'cancel-order', (xml) =>
      xml.replace('<zeebe:taskDefinition type="order.hold" />', ''),
    )
    const answer = await publish('process', 'cancel-order', draft.revision)

    expect(answer.status).toBe(422)
    expect(answer.body).toMatchObject({ code: 'resource.has_problems', where: 'holdOrder' })
    const [problem] = answer.body.params.problems
    expect(problem).toMatchObject({ elementId: 'holdOrder', severity: 'error' })
    expect(problem.message.zh).not.toBe('')
    expect((await open('process', 'cancel-order')).content).not.toContain('order.hold')
    expect((await story.runtime.resource('process', 'cancel-order'))?.version).toBe(1)
  })

  it('under another id is refused, and nothing is published', async () => {
    const draft = await edit('form', 'stop-pick', (json) => json.replace('"stop-pick"', '"other-form"'))

    const answer = await publish('form', 'stop-pick', draft.revision)

    expect(answer.status).toBe(409)
    expect(answer.body.code).toBe('resource.id_changed')
    expect(await story.runtime.resource('form', 'other-form')).toBeNull()
    expect((await story.runtime.resource('form', 'stop-pick'))?.version).toBe(1)
  })
})

describe('a field more in a form', () => {
  it('is asked for in new cases and judged on the server; old cases keep their form', async () => {
    await story.sell()
    await story.sell({ orderNo: 'SO261112-0428', customer: { id: 'C2' } })
    await story.startPicking('SO261112-0427')
    await story.startPicking('SO261112-0428')
    const old = await story.ask({ orderNo: 'SO261112-0427' })
    const draft = await edit('form', 'stop-pick', (json) => {
      const form = JSON.parse(json)
      form.schema.properties.stopNote = { type: 'string', title: '货位', pattern: '^[A-Z]-[0-9]+$' }
      return JSON.stringify(form)
    })
    await publish('form', 'stop-pick', draft.revision)
    const young = await story.ask({ orderNo: 'SO261112-0428' })
    const stop = { action: 'complete', variables: { stopResult: 'stopped', stopNote: '在门口' } }

    const youngAnswer = await story.act('warehouse', young.caseNo, 'stopPick', stop)
    const oldAnswer = await story.act('warehouse', old.caseNo, 'stopPick', stop)

    expect(youngAnswer.body).toMatchObject({ code: 'request.invalid', where: 'variables.stopNote' })
    expect(oldAnswer.status).toBe(200)
  })
})

describe('a draft', () => {
  it('that somebody else has saved meanwhile is not overwritten: who it was is said', async () => {
    const { content, revision } = await open('process', 'cancel-order')
    const other = await story.app.as('xu', { roles: ['admin'] })
    const save = (caller: Caller, text: string) =>
      caller.put(`${at('process', 'cancel-order')}/draft`, { content: text, revision })

    const first = await save(other, content.replace('停拣', '停止拣货'))
    const stale = await save(admin, content.replace('停拣', '停'))

    expect(first.status).toBe(200)
    expect(stale.status).toBe(409)
    expect(stale.body).toMatchObject({ code: 'draft.stale', params: { savedBy: 'xu' } })
    expect((await open('process', 'cancel-order')).content).toContain('停止拣货')
    expect((await publish('process', 'cancel-order', revision)).body.code).toBe('draft.stale')
  })

  it('without a change has nothing to publish', async () => {
    const answer = await publish('process', 'cancel-order', 0)

    expect(answer.body.code).toBe('draft.none')
  })

  it('is for designers alone', async () => {
    const clerk = await story.as('clerk')

    expect((await clerk.get('/api/studio/resources')).status).toBe(403)
    expect((await clerk.command(`${at('process', 'cancel-order')}/publish`, { revision: 0 })).status).toBe(403)
  })
})

describe('trying a decision', () => {
  it('says why it came out so, in a sentence and cell by cell', async () => {
    const input = { doc: 'cancel', amount: 620_000, tier: 'regular', ordersTouched: 1, reason: 'changedMind' }

    const { status, body } = await admin.command('/api/studio/decisions/approval-level/evaluate', { input })

    expect(status).toBe(200)
    expect(body).toMatchObject({ ok: true, output: 1, message: null })
    expect(body.explanation.sentence.zh).toMatch(/^因为.*金额\(620000\)大于 500000.*,所以审批级别为 1。$/)
    expect(body.explanation.path).toMatchObject([
      {
        decisionId: 'approval-level',
        tables: [{ inputs: [{ label: '单据', value: 'cancel' }, { value: 620_000 }, {}, {}, {}] }],
      },
    ])
  })
})
