import { beforeEach, describe, expect, it } from 'vitest'
import { givenTo, withValueAt } from '../../../server/cases/incident-data.ts'
import type { IncidentItem } from '../../../server/contract/cases.ts'
import type { ElementInstance } from '../../../workflows/engine/instance.ts'
import { aStory, type Story } from '../../support/a-story.ts'
import { bpmnXml } from '../../support/bpmn-xml.ts'
import { claimsBpmn } from '../../support/claims.bpmn.ts'

const claims = claimsBpmn()
const caller = bpmnXml(
  'caller',
  [
    '<startEvent id="s"/>',
    '<callActivity id="call"><extensionElements><zeebe:calledElement processId="claims"/></extensionElements></callActivity>',
    '<endEvent id="e"/>',
  ],
  ['s -> call', 'call -> e'],
)

let story: Story

beforeEach(async () => {
  story = await aStory()
})

async function aRun(content: string, processId: string): Promise<string> {
  expect((await story.runtime.publish([{ kind: 'process', content }], 'wang')).ok).toBe(true)
  const admin = await story.as('admin')
  const { body } = await admin.command(`/api/processes/${processId}/start`)
  await story.settle()
  return body.runId
}

async function listed(query = ''): Promise<{ items: IncidentItem[]; total: number; next: string | null }> {
  return (await (await story.as('admin')).get(`/api/incidents${query}`)).body
}

const at = (id: string) => `/api/incidents/${encodeURIComponent(id)}`

describe('the list of what is stuck', () => {
  it('leads to the run, and to the call when it is stuck in a called process', async () => {
    const runId = await aRun(claims, 'claims')
    const callerId = await aRun(caller, 'caller')

    const { items } = await listed()

    const of = (id: string) => items.find((item) => item.runId === id)
    const shared = {
      kind: 'step',
      caseNo: null,
      process: { id: 'claims' },
      step: '金额多大',
      asksData: true,
      values: [{ name: 'claim.amount', value: 'null' }],
    }
    expect(items).toHaveLength(2)
    expect(of(runId)).toMatchObject({ ...shared, place: 'size' })
    expect(of(callerId)).toMatchObject({ ...shared, place: 'call', elementId: 'size' })
  })

  it('is narrowed by kind, process, code and words, and told page by page', async () => {
    story.runtime.registerWorker('order.hold', async () => ({ kind: 'fail', message: 'away', final: true }))
    await story.sell()
    const { caseNo } = await story.ask()
    await aRun(claims, 'claims')

    const admin = await story.as('admin')
    const codes = async (query: string) => (await listed(query)).items.map(({ code }) => code)

    expect(await codes('?processId=claims')).toEqual(['condition.not_boolean'])
    expect(await codes('?code=job.no_retries')).toEqual(['job.no_retries'])
    expect(await codes('?kind=job')).toEqual([])
    expect(await codes(`?q=${caseNo}`)).toEqual(['job.no_retries'])
    expect(await codes(`?q=${encodeURIComponent('claim.amount')}`)).toEqual(['condition.not_boolean'])
    expect(await codes('?q=nothing-like-it')).toEqual([])
    const first = await listed('?limit=1')
    expect(first).toMatchObject({ total: 2, items: [{ caseNo }] })
    expect((await listed(`?limit=1&after=${encodeURIComponent(first.next!)}`)).items).toMatchObject([{ caseNo: null }])
    expect((await admin.get('/api/incidents/summary')).body).toMatchObject({
      total: 2,
      processes: expect.arrayContaining([
        { id: 'claims', name: '费用报销', count: 1 },
        { id: 'cancel-order', name: expect.any(String), count: 1 },
      ]),
      codes: expect.arrayContaining([{ code: 'condition.not_boolean', count: 1 }]),
    })
  })

  it('tells the reason of a job in both languages, when its worker does', async () => {
    const away = { zh: '仓库没有回话', en: 'the warehouse is away' }
    story.runtime.registerWorker('order.hold', async () => ({ kind: 'fail', message: away, final: true }))
    story.runtime.registerWorker('stock.apply-release', async () => ({ kind: 'fail', message: away, final: true }))
    await story.sell()
    await story.ask()

    const [stuck] = (await listed()).items

    expect(stuck!.message.zh).toContain(away.zh)
    expect(stuck!.message.en).toContain(away.en)
    expect(stuck!.message.en).not.toContain(away.zh)
  })
})

describe('data for a stuck step', () => {
  it('are set where it reads them, and it goes on when it is tried again', async () => {
    const runId = await aRun(claims, 'claims')
    const admin = await story.as('admin')
    const [stuck] = (await listed()).items

    const set = await admin.command(`${at(stuck!.id)}/data`, { values: [{ path: 'claim.amount', value: 250 }] })
    const before = await listed()
    const resolved = await admin.command(`${at(stuck!.id)}/resolve`)
    await story.settle()

    expect(set.status).toBe(200)
    expect(before.total).toBe(1)
    expect(resolved.status).toBe(200)
    const { run, data, diagram } = (await admin.get(`/api/runs/${runId}`)).body
    expect(run.state).toBe('completed')
    expect(data).toEqual({ claim: { amount: 250 } })
    expect(diagram.visited).toContainEqual(expect.objectContaining({ elementId: 'big' }))
    expect((await listed()).total).toBe(0)
  })

  it('are for those who may lay hands on a process, and only while it is stuck', async () => {
    await aRun(claims, 'claims')
    const admin = await story.as('admin')
    const [stuck] = (await listed()).items
    const values = [{ path: 'claim.amount', value: 1 }]
    const send = (path: string, body: object, by = admin) => by.command(path, body)

    expect((await send(`${at(stuck!.id)}/data`, { values }, await story.as('head'))).status).toBe(403)
    expect((await send(`${at(stuck!.id)}/data`, { values: [] })).status).toBe(422)
    expect((await send(`${at(stuck!.id)}/data`, { values: [{ path: '__proto__.x', value: 1 }] })).status).toBe(422)
    expect((await send(`${at(stuck!.id)}/data`, { values: [{ path: 'a..b', value: 1 }] })).status).toBe(422)
    expect(await send(`${at('gone')}/data`, { values })).toMatchObject({
      status: 404,
      body: { code: 'incident.not_found' },
    })
  })

  it('go to the nearest scope that has the name, also to one of several that run at once', () => {
    const element = (key: number, more: Partial<ElementInstance>): ElementInstance => ({ key, at: 'each', ...more })
    const instance = {
      variables: { order: { total: 3, currency: 'CNY' } },
      elements: [
        element(1, { locals: { item: { price: 1 } } }),
        element(2, { locals: { item: { price: null, sku: 'A' } } }),
        element(3, { at: 'inside', scope: 2, incident: { id: 'i' } as never }),
        element(4, { locals: { item: { price: 4 } } }),
      ],
    }

    const given = givenTo(instance, 'i', [
      { path: 'item.price', value: 2 },
      { path: 'order.total', value: 5 },
      { path: 'order.note', value: 'x' },
      { path: 'fresh', value: true },
    ])

    expect(given).toEqual([
      { scope: 2, variables: { item: { price: 2, sku: 'A' } } },
      { scope: null, variables: { order: { total: 5, currency: 'CNY', note: 'x' }, fresh: true } },
    ])
  })

  it('replace what is no object on the way', () => {
    expect(withValueAt('word', ['a', 'b'], 1)).toEqual({ a: { b: 1 } })
    expect(withValueAt([1], [], [])).toEqual([])
  })
})
