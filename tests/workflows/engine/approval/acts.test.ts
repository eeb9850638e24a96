import { describe, expect, it } from 'vitest'
import { refuseClosed } from '../../../../workflows/engine/approval/act.ts'
import { aStep, actions, participants, role, user, type StepSpec } from '../../../support/approval-step.ts'

const both = participants([user('wang'), user('zhao')])
const any = (more: StepSpec = {}) => aStep({ participants: both, actions: actions('approve', 'reject!'), ...more })
const all = (more: StepSpec = {}) => any({ approval: { mode: 'all', rejectAt: 'first' }, ...more })

describe('approving and rejecting', () => {
  it('decides with the first answer when any of them is enough, and cancels the rest', () => {
    const step = any()
    expect(step.act('wang', 'approve', { comment: '同意' })).toBe('ok')
    expect(step.items).toEqual(['wang approved', 'zhao canceled'])
    expect(step.last.outcome).toEqual({
      outcome: 'approved',
      by: 'wang',
      at: '2026-03-02T01:00:00.000Z',
      comment: '同意',
      action: 'approve',
    })
  })

  it('waits for everybody when all must agree, and ends with the first rejection', () => {
    const step = all()
    step.act('wang', 'approve')
    expect([step.outcome, step.waitingFor]).toEqual([null, ['zhao']])
    step.act('zhao', 'reject', { comment: '金额不对' })
    expect([step.outcome, step.items]).toEqual(['rejected', ['wang approved', 'zhao rejected']])
  })

  it('asks one after the other in turn', () => {
    const step = all({ approval: { mode: 'sequence', rejectAt: 'first' } })
    expect(step.act('zhao', 'approve')).toBe('task.not_yours')
    step.act('wang', 'approve')
    expect(step.waitingFor).toEqual(['zhao'])
    step.act('zhao', 'approve')
    expect(step.outcome).toBe('approved')
  })

  it('offers approve, and reject with a comment, when the diagram names no actions', () => {
    const step = aStep({ participants: both, approval: { mode: 'any', rejectAt: 'first' } })
    expect(step.act('wang', 'transfer', { to: 'chen' })).toBe('task.action_not_offered')
    expect(step.act('wang', 'reject')).toBe('task.comment_required')
    expect(step.act('wang', 'approve')).toBe('ok')
  })

  it('makes the value of a custom button the outcome', () => {
    const step = any({ actions: actions('approve', 'custom=escalated') })
    expect(step.act('wang', 'custom', { value: 'other' })).toBe('task.action_not_offered')
    expect(step.act('wang', 'custom', { value: 'escalated' })).toBe('ok')
    expect(step.outcome).toBe('escalated')
  })
})

describe('refusals', () => {
  it('takes blanks for no comment, and ignores one where none is wanted', () => {
    expect(any().act('wang', 'reject', { comment: '  \n' })).toBe('task.comment_required')
    const step = any({ actions: [{ name: 'approve', comment: 'none', signature: false }] })
    step.act('wang', 'approve', { comment: '不该保存' })
    expect(step.task.items[0]?.comment).toBeNull()
  })

  it('wants the signature that the button asks for', () => {
    const step = any({ actions: [{ name: 'approve', comment: 'optional', signature: true }] })
    expect(step.act('wang', 'approve')).toBe('task.signature_required')
    expect(step.act('wang', 'approve', { signature: 'data:image/png;base64,AA==' })).toBe('ok')
  })

  it('tells a stranger that the task is not his, also one who transferred it away or still waits in turn', () => {
    const step = any({ actions: actions('approve', 'transfer') })
    expect(step.act('chen', 'approve')).toBe('task.not_yours')
    step.act('wang', 'transfer', { to: 'chen' })
    expect(step.act('wang', 'approve')).toBe('task.not_yours')
  })

  it('does not know acts that nobody drew or that do not exist', () => {
    expect(any().act('wang', 'delegate', { to: 'chen' })).toBe('task.action_not_offered')
    expect(any().act('wang', 'constructor')).toBe('task.action_not_offered')
    expect(any().act('wang', 'complete')).toBe('task.action_not_offered')
  })

  it('tells who answers twice what was done already', () => {
    const step = all()
    step.act('wang', 'approve')
    expect(step.refusal('wang', 'reject', { comment: '反悔' })).toMatchObject({
      code: 'task.closed',
      params: { who: 'wang', action: 'approve', at: '2026-03-02T01:00:00.000Z' },
    })
  })

  it('tells the slower one who was faster, with what and when, and everybody else that it is not his', () => {
    const step = any({ people: { li: {}, wang: {}, zhao: { name: '李桂兰' } }, now: '2026-03-02T02:31:00.000Z' })
    step.act('zhao', 'reject', { comment: '不符合' })
    const ended = { ...step.last.outcome!, items: step.task.items, asked: [] }
    expect(refuseClosed(ended, step.context, { by: 'wang', action: 'approve' })).toMatchObject({
      code: 'task.closed',
      message: {
        zh: '李桂兰 10:31 已经驳回了，你的同意没有生效。',
        en: '李桂兰 rejected it at 10:31; your approval had no effect.',
      },
      params: { who: 'zhao', action: 'reject', at: '2026-03-02T02:31:00.000Z' },
    })
    expect(refuseClosed(ended, step.context, { by: 'li', action: 'approve' }).code).toBe('task.not_yours')
  })
})

describe('four eyes', () => {
  const entered: StepSpec = {
    participants: participants([user('li'), user('wang')]),
    fourEyes: ['start', 'check'],
    handled: [{ by: 'zhao' }],
    actions: actions('approve', 'transfer'),
  }

  it('gives no item to who entered the case, and refuses him before asking whose task it is', () => {
    const step = aStep(entered)
    expect(step.items).toEqual(['wang open'])
    expect(step.act('li', 'approve')).toBe('task.four_eyes')
    expect(step.act('zhao', 'approve')).toBe('task.four_eyes')
    expect(step.act('chen', 'approve')).toBe('task.not_yours')
  })

  it('holds for a transfer', () => {
    expect(aStep(entered).act('wang', 'transfer', { to: 'zhao' })).toBe('task.four_eyes')
    expect(aStep(entered).act('wang', 'transfer', { to: 'chen' })).toBe('ok')
  })

  it('bars those who signed, those in whose name they signed, and who stands in for them', () => {
    const away = { to: 'chen', from: '2026-03-01T00:00:00Z', until: '2026-03-09T00:00:00Z' }
    const step = aStep({
      ...entered,
      people: { li: {}, wang: {}, zhao: { substitute: away }, chen: {}, sun: {} },
      handled: [
        {
          by: 'zhao',
          items: [
            {
              id: '1',
              who: 'zhao',
              state: 'approved',
              openedAt: '',
              answeredAt: '',
              comment: null,
              from: { who: 'sun', how: 'substitute' },
            },
          ],
        },
      ],
    })
    expect(['sun', 'chen'].map((who) => step.act('wang', 'transfer', { to: who }))).toEqual([
      'task.four_eyes',
      'task.four_eyes',
    ])
  })
})

describe('transfer, copy, draft, urge and reassign', () => {
  it('moves the item, names both persons and tells the new one', () => {
    const step = any({ actions: actions('approve', 'transfer') })
    step.act('wang', 'transfer', { to: 'chen', comment: '我休假' })
    expect(step.task.items[0]).toMatchObject({ who: 'chen', state: 'open', from: { who: 'wang', how: 'transfer' } })
    expect(step.notices).toEqual([{ to: ['chen'], why: 'transferred' }])
    expect(step.act('chen', 'approve')).toBe('ok')
  })

  it('refuses a transfer to oneself, to who has an item, to who has left and to nobody', () => {
    const step = any({ actions: actions('transfer'), people: { wang: {}, zhao: {}, old: { canceled: true } } })
    expect(
      ['wang', 'zhao', 'old', 'ghost', undefined].map((to) => step.act('wang', 'transfer', { ...(to && { to }) })),
    ).toEqual([
      'task.already_signer',
      'task.already_signer',
      'task.user_unknown',
      'task.user_unknown',
      'task.user_unknown',
    ])
  })

  it('sends copies to people of the house only', () => {
    const step = any({ actions: actions('cc') })
    expect(step.act('wang', 'cc', { to: ['chen', 'ghost'] })).toBe('task.user_unknown')
    expect(step.act('wang', 'cc', { to: ['chen', 'li'] })).toBe('ok')
    expect(step.notices).toEqual([{ to: ['chen', 'li'], why: 'cc' }])
  })

  it('keeps a draft for its holder until he answers, out of the case and out of the log', () => {
    const step = all({ actions: actions('approve', 'saveDraft'), variables: { fee: 1 } })
    step.act('wang', 'saveDraft', { variables: { fee: 2 } })
    expect(step.task.drafts).toEqual({ wang: { fee: 2 } })
    expect([step.last.variables, step.last.log[0]?.variables]).toEqual([{}, {}])
    step.act('wang', 'approve')
    expect(step.task.drafts).toEqual({})
  })

  it('lets the initiator urge once per interval', () => {
    const step = any()
    expect(step.act('wang', 'urge')).toBe('task.not_yours')
    expect(step.act('li', 'urge')).toBe('ok')
    expect(step.at('2026-03-02T01:59:59.999Z').act('li', 'urge')).toBe('urge.too_soon')
    expect(step.at('2026-03-02T02:00:00.000Z').act('li', 'urge')).toBe('ok')
    expect(step.notices.map((notice) => notice.to)).toEqual([
      ['wang', 'zhao'],
      ['wang', 'zhao'],
    ])
  })

  it('lets a process admin give an item to somebody else', () => {
    const people = { li: {}, wang: {}, zhao: {}, chen: {}, root: { roles: ['admin'] } }
    const step = any({ people })
    expect(step.act('chen', 'reassign', { from: 'wang', to: 'chen' })).toBe('task.not_yours')
    expect(step.act('root', 'reassign', { to: 'chen' })).toBe('task.user_unknown')
    expect(step.act('root', 'reassign', { from: 'wang', to: 'chen' })).toBe('ok')
    expect(step.items).toEqual(['chen open', 'zhao open'])
    expect(step.act('wang', 'approve')).toBe('task.closed')
  })

  it('lets only the one who claimed the task act on it', () => {
    const step = any()
    step.task.assignee = 'zhao'
    expect(step.waitingFor).toEqual(['zhao'])
    expect(step.refusal('wang', 'approve')).toMatchObject({
      code: 'task.not_yours',
      message: { zh: 'zhao已经认领了这一步。' },
    })
  })
})

describe('ask and answer', () => {
  const deadline = {
    due: { duration: 'PT4H' },
    calendar: 'natural',
    atEnd: 'reject' as const,
    reminders: [{ offset: '-PT1H' }],
  }
  const asking = (more: StepSpec = {}) => any({ actions: actions('approve', 'ask'), deadline, ...more })

  it('stops the clock until the answer and gives back the time that was left', () => {
    const step = asking().at('2026-03-02T02:00:00.000Z')
    step.act('wang', 'ask', { to: 'initiator', comment: '缺发票' })
    expect(step.task.timers).toEqual([])
    expect(step.task.question).toMatchObject({ by: 'wang', to: 'li', text: '缺发票' })
    step.at('2026-03-02T12:00:00.000Z').act('li', 'answer', { comment: '补上了' })
    expect(step.task.dueAt).toBe('2026-03-02T15:00:00.000Z')
    expect(step.task.timers.map((timer) => [timer.id, timer.dueAt])).toEqual([
      ['deadline', '2026-03-02T15:00:00.000Z'],
      ['reminder-0-0', '2026-03-02T14:00:00.000Z'],
    ])
    expect(step.notices).toEqual([
      { to: ['li'], why: 'asked' },
      { to: ['wang'], why: 'answered' },
    ])
  })

  it('gives back working time in a working calendar', () => {
    const step = asking({ deadline: { ...deadline, calendar: 'working', reminders: [] } }).at(
      '2026-03-02T02:00:00.000Z',
    )
    step.act('wang', 'ask', { to: 'customer', comment: '请补照片' })
    step.at('2026-03-02T09:30:00.000Z').act('customer', 'answer')
    // Three hours were left at 10:00; half an hour until 18:00, the rest on the next morning.
    expect(step.task.dueAt).toBe('2026-03-03T03:30:00.000Z')
  })

  it('lets the customer answer and fill in the initiator’s form, but nothing else', () => {
    const step = asking({
      initiator: 'customer',
      initiatorFields: ['photos'],
      formFields: ['fee'],
      variables: { fee: 1 },
    })
    step.act('wang', 'ask', { comment: '照片？' })
    expect(step.act('customer', 'answer', { variables: { fee: 0 } })).toBe('task.field_not_editable')
    expect(step.act('customer', 'answer', { variables: { approve: { outcome: 'approved' } } })).toBe(
      'task.field_not_editable',
    )
    expect(step.act('li', 'answer')).toBe('task.not_yours')
    expect(step.act('customer', 'answer', { variables: { photos: ['a.png'] } })).toBe('ok')
    expect(step.context.variables['photos']).toEqual(['a.png'])
  })

  it('refuses to ask somebody who does not exist', () => {
    expect(asking().act('wang', 'ask', { to: 'ghost', comment: '？' })).toBe('task.user_unknown')
  })

  it('lists the holder while a question is pending; when he acts, the answer comes too late', () => {
    const step = asking({ approval: { mode: 'all', rejectAt: 'first' } })
    step.act('wang', 'ask', { to: 'li', comment: '？' })
    expect(step.waitingFor).toEqual(['wang', 'zhao'])
    step.act('wang', 'approve')
    expect(step.task.question).toBeNull()
    expect(step.act('li', 'answer')).toBe('task.closed')
  })
})

describe('work without a verdict', () => {
  it('is completed by any one of its participants, with data', () => {
    const step = aStep({
      participants: participants([role('service')]),
      people: { li: { roles: ['service'] }, wang: { roles: ['service'] } },
    })
    expect(step.task.candidateRoles).toEqual(['service'])
    expect(step.act('li', 'approve')).toBe('task.action_not_offered')
    expect(step.act('li', 'saveDraft', { variables: { note: 'x' } })).toBe('ok')
    expect(step.act('wang', 'complete', { variables: { note: '已核对' } })).toBe('ok')
    expect(step.last.outcome).toMatchObject({ outcome: 'completed', by: 'wang' })
  })
})

describe('return', () => {
  const back = (more: StepSpec) => any({ actions: actions('approve', 'return'), ...more })

  it('ends the step with the outcome returned and says where to', () => {
    const step = back({ return: { to: 'initiator', elements: [] } })
    step.act('wang', 'return', { comment: '缺材料' })
    expect(step.last).toMatchObject({
      outcome: { outcome: 'returned', by: 'wang', comment: '缺材料' },
      returnTo: { to: 'initiator', element: null },
    })
    expect(step.items).toEqual(['wang canceled', 'zhao canceled'])
  })

  it('wants one of the listed targets when there is a choice', () => {
    const listed = { return: { to: 'listed' as const, elements: ['apply', 'check'] } }
    expect(back(listed).act('wang', 'return')).toBe('return.target_not_allowed')
    expect(back(listed).act('wang', 'return', { to: 'pay' })).toBe('return.target_not_allowed')
    expect(back(listed).act('wang', 'return', { to: 'check' })).toBe('ok')
  })
})
