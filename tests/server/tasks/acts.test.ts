import { beforeEach, describe, expect, it } from 'vitest'
import type { TaskDetail } from '../../../server/contract/tasks.ts'
import type { TaskDocument } from '../../../workflows/runtime/face.ts'
import { anApp, type Caller, type TestApp } from '../../support/app.ts'
import { purchase } from '../../support/purchase.bpmn.ts'

let app: TestApp
let people: Record<'zhao' | 'sun' | 'qian' | 'li' | 'wu' | 'chief', Caller>

/** Zhao has applied; Sun and Qian must both agree, then whom they choose decides. */
beforeEach(async () => {
  app = await anApp()
  people = {
    chief: await app.as('chief'),
    zhao: await app.as('zhao', { roles: ['clerk'] }),
    sun: await app.as('sun', { roles: ['lead'] }),
    qian: await app.as('qian', { roles: ['lead'] }),
    li: await app.as('li', { roles: ['head'] }),
    wu: await app.as('wu', { roles: ['clerk'] }),
  }
  const { runtime } = app.business
  expect(await runtime.publish([{ kind: 'process', content: purchase }], 'chief')).toMatchObject({ ok: true })
  await runtime.start({ processId: 'purchase', variables: {}, businessKey: null, initiator: 'zhao' })
  expect((await act('zhao', 'apply', { action: 'complete', variables: {} })).status).toBe(200)
})

async function taskAt(elementId: string): Promise<TaskDocument> {
  const { items } = await app.store.find<TaskDocument>('tasks', { filter: { elementId, state: 'open' }, limit: 9 })
  expect(items).toHaveLength(1)
  return items[0]!.data
}

const at = async (elementId: string) => `/api/tasks/${encodeURIComponent((await taskAt(elementId)).taskId)}`

async function act(who: keyof typeof people, elementId: string, body: Record<string, unknown>) {
  const answer = await people[who].command(`${await at(elementId)}/acts`, body)
  await app.business.runtime.settle()
  return answer
}

async function read(who: keyof typeof people, elementId: string): Promise<TaskDetail> {
  const answer = await people[who].get(await at(elementId))
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return answer.body as TaskDetail
}

const names = (offers: TaskDetail['actions']) => offers.map(({ name }) => name)
const signers = (detail: TaskDetail) => detail.signers.map(({ userId, state }) => `${userId} ${state}`)

describe('the task page of a step with every button', () => {
  it('says who must agree, what each may do, where it can go back to and whom he chooses', async () => {
    const detail = await read('sun', 'check')

    expect(detail.decision).toEqual({ mode: 'all', threshold: null })
    expect(signers(detail)).toEqual(['sun open', 'qian open'])
    expect(names(detail.actions)).toEqual(
      'approve reject return transfer delegate addSigner cc ask terminate'.split(' '),
    )
    expect(detail.returns).toEqual({
      targets: [{ elementId: 'apply', name: '填写申请', who: 'zhao' }],
      afterwards: null,
    })
    expect(detail.choices).toEqual([{ elementId: 'decide', name: '决定', roles: ['head'] }])
    expect(names((await read('zhao', 'check')).standing)).toEqual(['urge', 'withdraw'])
    expect(names((await read('chief', 'check')).standing)).toEqual(['reassign'])
  })

  it('adds signers, who sign first, and takes them out again', async () => {
    await act('sun', 'check', { action: 'addSigner', to: ['wu'], position: 'before', comment: '先看看' })

    const sun = await read('sun', 'check')
    expect(signers(sun)).toEqual(['wu open', 'sun waiting', 'qian open'])
    expect(sun.signers[0]).toMatchObject({ added: { by: 'sun', position: 'before' }, removable: true })
    expect((await read('wu', 'check')).signers[0]?.removable).toBe(false)

    const removed = await act('sun', 'check', { action: 'removeSigner', to: 'wu' })
    expect(removed.status).toBe(200)
    expect(signers(await read('sun', 'check'))).toEqual(['wu canceled', 'sun open', 'qian open'])
  })

  it('is lent out for an opinion: the delegate says what he thinks, the decision stays', async () => {
    await act('sun', 'check', { action: 'delegate', to: 'wu' })
    expect(names((await read('wu', 'check')).actions)).toEqual(['opinion'])

    await act('wu', 'check', { action: 'opinion', comment: '价格合理' })
    const sun = await read('sun', 'check')
    expect(sun.signers[0]).toMatchObject({ userId: 'sun', opinions: [{ who: 'wu', comment: '价格合理' }] })
    expect(names(sun.actions)).toContain('approve')
  })

  it('lets the last one take his decision back, and an admin give an item to somebody else', async () => {
    await act('sun', 'check', { action: 'approve' })
    expect(names((await read('sun', 'check')).standing)).toEqual(['revoke'])
    await act('sun', 'check', { action: 'revoke' })
    expect(signers(await read('sun', 'check'))).toEqual(['sun open', 'qian open'])

    await act('chief', 'check', { action: 'reassign', from: 'qian', to: 'wu' })
    expect(signers(await read('wu', 'check'))).toEqual(['sun open', 'wu open'])
  })

  it('chooses who decides next, of those who may', async () => {
    await act('sun', 'check', { action: 'approve' })
    const wrong = await act('qian', 'check', { action: 'approve', choose: { decide: ['wu'] } })
    expect(wrong.body.code).toBe('task.choice_not_allowed')

    await act('qian', 'check', { action: 'approve', choose: { decide: ['li'] } })
    expect((await taskAt('decide')).waitingFor).toEqual(['li'])
  })

  it('shows what a return ends before it happens, and nothing else happens then', async () => {
    await act('sun', 'check', { action: 'approve' })
    await act('qian', 'check', { action: 'approve', choose: { decide: ['li'] } })
    const before = await read('li', 'decide')
    expect(before.returns).toMatchObject({
      afterwards: 'back',
      targets: [{ elementId: 'apply' }, { elementId: 'check' }],
    })

    const preview = await people.li.post(`${await at('decide')}/preview`, {
      action: 'return',
      to: 'apply',
      comment: '补材料',
    })
    expect(preview.status).toBe(200)
    expect(preview.body.next).toEqual([{ name: '填写申请', who: 'zhao' }])

    await act('li', 'decide', { action: 'return', to: 'apply', comment: '补材料' })
    expect((await taskAt('apply')).waitingFor).toEqual(['zhao'])
    await act('zhao', 'apply', { action: 'complete', variables: {} })
    expect((await taskAt('decide')).waitingFor).toEqual(['li'])
  })

  it('is nothing to somebody who has no part in it', async () => {
    expect((await people.wu.get(await at('check'))).status).toBe(404)
    expect((await people.wu.post(`${await at('check')}/preview`, { action: 'approve' })).status).toBe(404)
  })
})
