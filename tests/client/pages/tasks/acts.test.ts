import { describe, expect, it } from 'vitest'
import {
  actRequest,
  canApproveFromList,
  customerReads,
  missingIn,
  needsNoDialog,
  nothingGiven,
  placeOf,
  type ActOffer,
} from '../../../../client/pages/tasks/acts.ts'
import type { TaskDetail } from '../../../../server/contract/tasks.ts'

const offer = (name: string, more: Partial<ActOffer> = {}): ActOffer => ({
  name,
  label: { zh: name, en: name },
  comment: 'optional',
  signature: false,
  ...more,
})

const signer = (userId: string) => ({ id: userId, userId, state: 'open' }) as TaskDetail['signers'][number]

const aTask = (more: Partial<TaskDetail> = {}): TaskDetail =>
  ({
    task: { caseNo: 'AS1' },
    actions: [],
    signers: [],
    returns: { targets: [], afterwards: null },
    choices: [],
    fields: { default: 'readonly', fields: [] },
    ...more,
  }) as unknown as TaskDetail

const task = aTask()

describe('what an act needs', () => {
  it('asks for a reason that the customer reads, even where the diagram does not', () => {
    expect(missingIn(offer('reject'), nothingGiven, task)).toEqual(['comment'])
    expect(missingIn(offer('reject'), { ...nothingGiven, comment: '   ' }, task)).toEqual(['comment'])
    expect(missingIn(offer('reject'), { ...nothingGiven, comment: '已经发货' }, task)).toEqual([])
  })

  it('asks for colleagues where the act names some, and for a signature where the step wants one', () => {
    for (const name of ['transfer', 'delegate', 'addSigner', 'removeSigner', 'cc', 'reassign'])
      expect([name, missingIn(offer(name), nothingGiven, task)]).toEqual([name, ['people']])
    expect(missingIn(offer('approve', { signature: true }), nothingGiven, task)).toEqual(['signature'])
  })

  it('asks where to, when there is a choice, and who comes next, when the reader chooses', () => {
    const targets = [{ elementId: 'apply', name: '申请', who: null }]
    expect(missingIn(offer('return'), nothingGiven, task)).toEqual([])
    expect(missingIn(offer('return'), nothingGiven, aTask({ returns: { targets, afterwards: null } }))).toEqual([
      'target',
    ])
    const choices = [{ elementId: 'decide', name: '决定', roles: [] }]
    expect(missingIn(offer('approve'), nothingGiven, aTask({ choices }))).toEqual(['choose.decide'])
  })

  it('asks nothing of a plain approval', () => {
    expect(missingIn(offer('approve'), nothingGiven, task)).toEqual([])
  })

  it('needs no dialog to urge, or to finish work that asks for nothing', () => {
    expect(needsNoDialog(offer('urge'), task)).toBe(true)
    expect(needsNoDialog(offer('complete', { comment: 'none' }), task)).toBe(true)
    expect(needsNoDialog(offer('complete'), task)).toBe(false)
    expect(needsNoDialog(offer('approve'), task)).toBe(false)
  })
})

describe('what an act sends', () => {
  it('takes the form along with an approval, and leaves it behind with a refusal', () => {
    const written = { agreedFee: 1000 }

    expect(actRequest(offer('approve'), nothingGiven, written, task)).toEqual({ action: 'approve', variables: written })
    expect(actRequest(offer('reject'), { ...nothingGiven, comment: ' 已经发货 ' }, written, task)).toEqual({
      action: 'reject',
      comment: '已经发货',
    })
  })

  it('sends a question to whom it is for', () => {
    const question = { ...nothingGiven, comment: '刻字内容？', people: ['customer'] }
    expect(actRequest(offer('ask'), question, null, task)).toEqual({
      action: 'ask',
      comment: '刻字内容？',
      to: 'customer',
    })
    expect(customerReads(offer('ask'), question, task)).toBe(true)
    expect(customerReads(offer('ask'), { ...question, people: ['li'] }, task)).toBe(false)
  })

  it('names signers and when they are asked, the place of a return and how it comes again', () => {
    const added = { ...nothingGiven, people: ['wu', 'li'], position: 'after' } as const
    expect(actRequest(offer('addSigner'), added, null, task)).toEqual({
      action: 'addSigner',
      to: ['wu', 'li'],
      position: 'after',
    })
    const back = { ...nothingGiven, target: 'apply', afterwards: 'back' } as const
    const targets = [{ elementId: 'apply', name: '申请', who: null }]
    expect(actRequest(offer('return'), back, null, aTask({ returns: { targets, afterwards: null } }))).toEqual({
      action: 'return',
      to: 'apply',
      afterwards: 'back',
    })
    expect(actRequest(offer('return'), back, null, aTask({ returns: { targets, afterwards: 'rerun' } }))).toEqual({
      action: 'return',
      to: 'apply',
    })
  })

  it('takes the only open part of a step when an admin gives it to somebody else', () => {
    const to = { ...nothingGiven, people: ['li'] }
    expect(actRequest(offer('reassign'), to, null, aTask({ signers: [signer('sun')] }))).toEqual({
      action: 'reassign',
      from: 'sun',
      to: 'li',
    })
  })

  it('names the outcome of an act that the admin has added', () => {
    expect(actRequest(offer('custom', { value: 'half' }), nothingGiven, {}, task)).toEqual({
      action: 'custom',
      value: 'half',
    })
  })
})

describe('the bar', () => {
  it('has one filled deed, its opposite, a menu for the rare, and a place for whatever a diagram adds', () => {
    const names = ['approve', 'complete', 'reject', 'ask', 'saveDraft', 'transfer', 'custom', 'addSigner', 'terminate']
    expect(names.map((name) => placeOf(offer(name)))).toEqual(
      'deed deed opposite quiet quiet more more rare rare'.split(' '),
    )
  })
})

describe('approving from the list', () => {
  const detail = (actions: ActOffer[], access = 'editable') =>
    aTask({ actions, fields: { default: 'readonly', fields: [{ path: 'note', access }] } })

  it('is possible only where the list gives everything that the approval needs', () => {
    expect(canApproveFromList(detail([offer('approve')]))).toBe(true)
    expect(canApproveFromList(detail([offer('approve')], 'required'))).toBe(false)
    expect(canApproveFromList(detail([offer('approve', { signature: true })]))).toBe(false)
    expect(canApproveFromList(detail([offer('complete')]))).toBe(false)
  })
})
