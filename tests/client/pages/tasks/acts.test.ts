import { describe, expect, it } from 'vitest'
import {
  actRequest,
  canApproveFromList,
  missingIn,
  placeOf,
  type ActInput,
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
const nothing: ActInput = { comment: '', to: null, signature: null }

describe('what an act needs', () => {
  it('asks for a reason that the customer reads, even where the diagram does not', () => {
    expect(missingIn(offer('reject'), nothing)).toEqual(['comment'])
    expect(missingIn(offer('reject'), { ...nothing, comment: '   ' })).toEqual(['comment'])
    expect(missingIn(offer('reject'), { ...nothing, comment: '已经发货' })).toEqual([])
  })

  it('asks for a colleague to hand over to, and for a signature where the step wants one', () => {
    expect(missingIn(offer('transfer'), nothing)).toEqual(['to'])
    expect(missingIn(offer('approve', { signature: true }), nothing)).toEqual(['signature'])
  })

  it('asks nothing of a plain approval', () => {
    expect(missingIn(offer('approve'), nothing)).toEqual([])
  })
})

describe('what an act sends', () => {
  it('takes the form along with an approval, and leaves it behind with a refusal', () => {
    const written = { agreedFee: 1000 }

    expect(actRequest(offer('approve'), nothing, written)).toEqual({ action: 'approve', variables: written })
    expect(actRequest(offer('reject'), { ...nothing, comment: ' 已经发货 ' }, written)).toEqual({
      action: 'reject',
      comment: '已经发货',
    })
  })

  it('sends a question to the customer', () => {
    expect(actRequest(offer('ask'), { ...nothing, comment: '刻字内容？' }, null)).toEqual({
      action: 'ask',
      comment: '刻字内容？',
      to: 'customer',
    })
  })

  it('names the outcome of an act that the admin has added', () => {
    expect(actRequest(offer('decide', { value: 'half' }), nothing, {})).toEqual({ action: 'decide', value: 'half' })
  })
})

describe('the bar', () => {
  it('has one filled deed, its opposite, and a place for whatever a diagram adds', () => {
    expect(
      ['approve', 'complete', 'reject', 'ask', 'saveDraft', 'transfer', 'decide'].map((n) => placeOf(offer(n))),
    ).toEqual(['deed', 'deed', 'opposite', 'quiet', 'quiet', 'more', 'more'])
  })
})

describe('approving from the list', () => {
  const detail = (actions: ActOffer[], access = 'editable') =>
    ({ actions, fields: { default: 'readonly', fields: [{ path: 'note', access }] } }) as unknown as TaskDetail

  it('is possible only where the list gives everything that the approval needs', () => {
    expect(canApproveFromList(detail([offer('approve')]))).toBe(true)
    expect(canApproveFromList(detail([offer('approve')], 'required'))).toBe(false)
    expect(canApproveFromList(detail([offer('approve', { signature: true })]))).toBe(false)
    expect(canApproveFromList(detail([offer('complete')]))).toBe(false)
  })
})
