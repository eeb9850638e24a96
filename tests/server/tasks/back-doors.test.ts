import { beforeEach, describe, expect, it } from 'vitest'
import type { TaskDetail } from '../../../server/contract/tasks.ts'
import type { ProcessInstance } from '../../../workflows/engine/instance.ts'
import type { TaskDocument } from '../../../workflows/runtime/face.ts'
import { anApp, type Caller, type TestApp } from '../../support/app.ts'
import { guarded, paymentForm } from '../../support/guarded.bpmn.ts'

let app: TestApp
let people: Record<'zhao' | 'sun' | 'qian' | 'li' | 'wu' | 'chief', Caller>
let processInstanceId: string

const lines = [
  { id: '1', sku: 'A', qty: 1, cost: 5 },
  { id: '2', sku: 'B', qty: 2, cost: 6 },
]
const payee = { name: '甲', bank: '6222' }

/** Zhao has applied; Sun checks, then Qian and Li approve in turn. */
beforeEach(async () => {
  app = await anApp()
  people = {
    chief: await app.as('chief'),
    zhao: await app.as('zhao', { roles: ['clerk'] }),
    sun: await app.as('sun', { roles: ['lead'] }),
    qian: await app.as('qian', { roles: ['lead'] }),
    li: await app.as('li', { roles: ['lead'] }),
    wu: await app.as('wu', { roles: ['clerk'] }),
  }
  const { runtime } = app.business
  const published = await runtime.publish(
    [
      { kind: 'process', content: guarded },
      { kind: 'form', content: paymentForm },
    ],
    'chief',
  )
  expect(published).toMatchObject({ ok: true })
  const started = await runtime.start({ processId: 'guarded', variables: {}, businessKey: null, initiator: 'zhao' })
  processInstanceId = started.ok ? started.value.processInstanceId : ''
  const variables = { amount: 100, secret: '底价 80', payee, lines }
  expect((await act('zhao', 'apply', { action: 'complete', variables })).status).toBe(200)
})

async function taskAt(elementId: string): Promise<TaskDocument> {
  const { items } = await app.store.find<TaskDocument>('tasks', { filter: { elementId }, limit: 9 })
  expect(items).toHaveLength(1)
  return items[0]!.data
}

const at = async (elementId: string) => `/api/tasks/${encodeURIComponent((await taskAt(elementId)).taskId)}`

async function act(who: keyof typeof people, elementId: string, body: Record<string, unknown>, key?: string) {
  const answer = await people[who].command(`${await at(elementId)}/acts`, body, key)
  await app.business.runtime.settle()
  return answer
}

const codeOf = async (who: keyof typeof people, elementId: string, body: Record<string, unknown>, key?: string) => {
  const { status, body: answer } = await act(who, elementId, body, key)
  return status < 300 ? 'ok' : (answer as { code: string }).code
}

async function read(who: keyof typeof people, elementId: string): Promise<TaskDetail> {
  const answer = await people[who].get(await at(elementId))
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return answer.body as TaskDetail
}

const variables = async () => (await app.store.load<ProcessInstance>('instances', processInstanceId))!.data.variables

const checked = { action: 'approve', variables: { note: '对' } }

describe('fields that a step does not open', () => {
  it('are not told: neither hidden ones, nor hidden columns, nor hidden parts, nor in the way so far', async () => {
    const detail = await read('sun', 'check')

    expect(detail.data).toEqual({
      amount: 100,
      payee: { name: '甲' },
      lines: lines.map(({ cost: _cost, ...shown }) => shown),
    })
    expect(JSON.stringify([detail.data, detail.steps])).not.toMatch(/底价|6222|cost/)
  })

  it('cannot be written, whoever writes them', async () => {
    const writes = (written: Record<string, unknown>) => ({ action: 'approve', variables: { note: 'x', ...written } })
    const shown = lines.map(({ cost: _cost, ...row }) => row)

    for (const written of [
      { amount: 1 },
      { secret: 'x' },
      { lines: [{ ...shown[0], sku: 'Z' }, shown[1]] },
      { lines: [{ ...shown[0], cost: 1 }, shown[1]] },
      { payee: { name: '甲', bank: '1' } },
      { decide: { outcome: 'approved' } },
      { check: { outcome: 'approved' } },
      { surprise: 1 },
    ])
      expect([written, await codeOf('sun', 'check', writes(written))]).toEqual([written, 'task.field_not_editable'])
    expect(await variables()).toMatchObject({ amount: 100, secret: '底价 80', payee, lines })
  })

  it('keep their values when the rest is written', async () => {
    const data = (await read('sun', 'check')).data as { lines: Record<string, unknown>[] }

    const sent = { ...data, note: '对', payee: { name: '乙' }, lines: data.lines.toReversed() }
    expect(await codeOf('sun', 'check', { action: 'approve', variables: sent })).toBe('ok')

    expect(await variables()).toMatchObject({
      amount: 100,
      secret: '底价 80',
      payee: { name: '乙', bank: '6222' },
      lines: lines.toReversed(),
    })
  })

  it('must be there only for an approval', async () => {
    expect(await codeOf('sun', 'check', { action: 'approve' })).toBe('task.field_required')
    expect(await codeOf('sun', 'check', { action: 'approve', variables: { note: ' ' } })).toBe('task.field_required')
    expect(await codeOf('sun', 'check', { action: 'reject' })).toBe('task.comment_required')
    expect(await codeOf('sun', 'check', { action: 'reject', comment: ' ' })).toBe('task.comment_required')
    expect(await codeOf('sun', 'check', { action: 'reject', comment: '不对' })).toBe('ok')
  })

  it('are open without a form where the rights name them, and nothing else is', async () => {
    await act('sun', 'check', checked)
    const writes = (written: Record<string, unknown>) => ({ action: 'approve', signature: '✓', variables: written })

    expect(await codeOf('qian', 'decide', writes({ amount: 1 }))).toBe('task.field_not_editable')
    expect(await codeOf('qian', 'decide', writes({ fee: 3 }))).toBe('ok')
    expect(await variables()).toMatchObject({ amount: 100, fee: 3 })
  })
})

describe('acts of people who may not', () => {
  it('are refused by the same codes as anywhere, and change nothing', async () => {
    expect(await codeOf('wu', 'check', checked)).toBe('task.not_found')
    expect(await codeOf('zhao', 'check', checked)).toBe('task.not_yours')
    expect(await codeOf('sun', 'check', { action: 'terminate' })).toBe('task.action_not_offered')
    expect(await codeOf('sun', 'check', { action: 'complete', variables: { note: 'x' } })).toBe(
      'task.action_not_offered',
    )
    expect(await codeOf('sun', 'check', { action: 'reassign', from: 'sun', to: 'wu' })).toBe('task.not_yours')
    expect(await codeOf('sun', 'check', { action: 'urge' })).toBe('task.not_yours')
    expect(await codeOf('zhao', 'check', { action: 'answer', comment: 'x' })).toBe('task.not_yours')
    expect(await codeOf('sun', 'check', { action: 'transfer', to: 'ghost' })).toBe('task.user_unknown')
    await act('sun', 'check', checked)

    expect(await codeOf('sun', 'decide', { action: 'approve', signature: '✓' })).toBe('task.four_eyes')
    expect(await codeOf('zhao', 'decide', { action: 'approve', signature: '✓' })).toBe('task.four_eyes')
    expect(await codeOf('li', 'decide', { action: 'approve', signature: '✓' })).toBe('task.not_yours')
    expect(await codeOf('qian', 'decide', { action: 'approve' })).toBe('task.signature_required')
    expect(await codeOf('qian', 'decide', { action: 'transfer', to: 'sun' })).toBe('task.four_eyes')
    expect(await codeOf('qian', 'decide', { action: 'addSigner', to: ['li'] })).toBe('task.already_signer')
    expect(await codeOf('qian', 'decide', { action: 'return', to: 'check' })).toBe('return.target_not_allowed')
    expect((await taskAt('decide')).items.map(({ who, state }) => [who, state])).toEqual([
      ['qian', 'open'],
      ['li', 'waiting'],
    ])
  })

  it('are refused on what has ended, a second time and under an old key', async () => {
    const first = await act('sun', 'check', checked, 'the-same-click')
    expect(first.status).toBe(200)

    expect((await act('sun', 'check', checked, 'the-same-click')).body).toEqual(first.body)
    expect(await codeOf('sun', 'check', { action: 'reject', comment: '不' }, 'the-same-click')).not.toBe('ok')
    expect(await codeOf('sun', 'check', checked)).toBe('task.closed')
    expect(await codeOf('zhao', 'check', checked)).toBe('task.not_yours')
    expect(await codeOf('chief', 'check', { action: 'reassign', from: 'sun', to: 'wu' })).toBe('task.not_yours')
    expect(await codeOf('wu', 'check', checked)).toBe('task.not_found')
  })

  it('are foreseen for nobody who could not do them', async () => {
    const foresee = async (who: keyof typeof people, body: Record<string, unknown>) => {
      const answer = await people[who].post(`${await at('decide')}/preview`, body)
      return answer.status === 200 ? 'ok' : (answer.body as { code: string }).code
    }
    await act('sun', 'check', checked)
    const back = { action: 'return', to: 'apply' }

    expect(await foresee('qian', back)).toBe('ok')
    expect(await foresee('li', back)).toBe('task.not_yours')
    expect(await foresee('sun', back)).toBe('task.four_eyes')
    expect(await foresee('wu', back)).toBe('task.not_found')
    expect((await taskAt('decide')).state).toBe('open')
  })
})

describe('taking a case back', () => {
  const state = async () => (await app.store.load<ProcessInstance>('instances', processInstanceId))!.data.state

  it('is for its initiator alone, and is offered to him', async () => {
    expect(await codeOf('sun', 'check', { action: 'withdraw' })).toBe('withdraw.not_initiator')
    expect(await codeOf('chief', 'check', { action: 'withdraw' })).toBe('withdraw.not_initiator')
    expect(await codeOf('wu', 'check', { action: 'withdraw' })).toBe('task.not_found')
    const { standing } = await read('zhao', 'check')
    expect(standing.map(({ name }) => name)).toContain('withdraw')
    const foreseen = await people.sun.post(`${await at('check')}/preview`, { action: 'withdraw' })
    expect((foreseen.body as { code: string }).code).toBe('withdraw.not_initiator')
    expect(await state()).toBe('active')

    expect((await act('zhao', 'check', { action: 'withdraw', comment: '不买了' }, 'taken-back')).status).toBe(200)
    expect(await state()).toBe('terminated')
    expect((await act('zhao', 'check', { action: 'withdraw', comment: '不买了' }, 'taken-back')).status).toBe(200)
    expect(await codeOf('zhao', 'check', { action: 'withdraw' })).toBe('withdraw.too_late')
    expect(await codeOf('sun', 'check', checked)).toBe('task.closed')
  })

  it('comes too late once somebody has decided', async () => {
    await act('sun', 'check', checked)

    expect(await codeOf('zhao', 'decide', { action: 'withdraw' })).toBe('withdraw.too_late')
    expect((await read('zhao', 'decide')).standing.map(({ name }) => name)).not.toContain('withdraw')
    expect(await state()).toBe('active')
  })
})

describe('what a task lets its people read', () => {
  it('is nothing for who has no part, and no content for who only began it or has done his part', async () => {
    expect((await people.wu.get(await at('check'))).status).toBe(404)
    expect((await people.qian.get(await at('check'))).status).toBe(404)
    expect((await read('zhao', 'check')).data).toEqual({})
    await act('sun', 'check', checked)

    const left = await read('sun', 'check')
    expect([left.data, left.steps, left.order, left.draft]).toEqual([{}, [], null, null])
    expect(left.signers.map(({ userId, state }) => [userId, state])).toEqual([['sun', 'approved']])
    expect((await people.sun.get(await at('decide'))).status).toBe(404)
    expect((await read('li', 'decide')).data).toEqual({})
  })

  it('is for a copy what the one who sends it sees, while the task is open', async () => {
    expect(await codeOf('sun', 'check', { action: 'cc', to: ['wu'] })).toBe('ok')

    const copy = await read('wu', 'check')
    expect(copy.data).toEqual((await read('sun', 'check')).data)
    expect([copy.actions, copy.next]).toEqual([[], []])
    expect(await codeOf('wu', 'check', checked)).toBe('task.not_yours')
    await act('sun', 'check', checked)
    expect((await people.wu.get(await at('check'))).status).toBe(404)
  })

  it('keeps a draft to its holder', async () => {
    await people.sun.put(`${await at('check')}/draft`, { variables: { note: '还没写完' } })

    for (const who of ['zhao', 'chief'] as const)
      expect(JSON.stringify(await read(who, 'check'))).not.toContain('还没写完')
    expect((await read('sun', 'check')).draft).toEqual({ note: '还没写完' })
    const other = await people.zhao.put(`${await at('check')}/draft`, { variables: { note: 'x' } })
    expect((other.body as { code: string }).code).toBe('task.not_yours')
  })
})
