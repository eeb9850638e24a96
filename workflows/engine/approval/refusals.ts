import { entryOf } from '../../model/json.ts'
import type { Refusal, Sentence } from '../../model/problem.ts'
import type { Directory } from '../host.ts'
import type { ActorId } from '../instance.ts'
import { clockTime } from '../instants.ts'
import { CUSTOMER, SYSTEM } from './task.ts'

/** What an act did, told about somebody else ("已经驳回了") and as the reader's own that came too late ("你的同意"). */
const deeds: Record<string, { done: Sentence; own: Sentence }> = {
  approve: { done: { zh: '已经同意了', en: 'approved it' }, own: { zh: '同意', en: 'approval' } },
  reject: { done: { zh: '已经驳回了', en: 'rejected it' }, own: { zh: '驳回', en: 'rejection' } },
  return: { done: { zh: '已经退回了', en: 'returned it' }, own: { zh: '退回', en: 'return' } },
  complete: { done: { zh: '已经办完了', en: 'completed it' }, own: { zh: '提交', en: 'submission' } },
  transfer: { done: { zh: '已经转交了', en: 'transferred it' }, own: { zh: '转交', en: 'transfer' } },
  escalate: { done: { zh: '已经升级给上级了', en: 'escalated it' }, own: { zh: '操作', en: 'action' } },
  reassign: { done: { zh: '已经改派了', en: 'reassigned it' }, own: { zh: '改派', en: 'reassignment' } },
  answer: { done: { zh: '已经继续处理了', en: 'went on without it' }, own: { zh: '回复', en: 'answer' } },
  opinion: { done: { zh: '已经给出意见了', en: 'gave an opinion' }, own: { zh: '意见', en: 'opinion' } },
  removeSigner: { done: { zh: '已经减签了', en: 'took you out of this step' }, own: { zh: '操作', en: 'action' } },
  revoke: { done: { zh: '已经撤销了', en: 'revoked it' }, own: { zh: '撤销', en: 'revocation' } },
  terminate: { done: { zh: '已经终止了这个单', en: 'ended the case' }, own: { zh: '终止', en: 'termination' } },
  withdraw: { done: { zh: '已经撤回了', en: 'withdrew the case' }, own: { zh: '撤回', en: 'withdrawal' } },
  end: { done: { zh: '已经结束了这一步', en: 'ended this step' }, own: { zh: '操作', en: 'action' } },
  cancel: { done: { zh: '已经结束了这个单', en: 'ended the case' }, own: { zh: '操作', en: 'action' } },
}
const otherDeed = { done: { zh: '已经处理了', en: 'handled it' }, own: { zh: '操作', en: 'action' } }
const deed = (action: string) => entryOf(deeds, action) ?? otherDeed

/** A name for a sentence; the customer and the clock are not in the directory. */
export function nameOf(people: Directory, id: ActorId): Sentence {
  if (id === CUSTOMER) return { zh: '客户', en: 'The customer' }
  if (id === SYSTEM) return { zh: '系统', en: 'The system' }
  const name = people.person(id)?.name ?? id
  return { zh: name, en: name }
}

const refusal = (code: string, zh: string, en: string, more: Omit<Refusal, 'code' | 'message'> = {}): Refusal => ({
  code,
  message: { zh, en },
  ...more,
})

export interface ClosedBy {
  by: ActorId
  action: string
  at: string
}

/** Every refusal of an act, with the sentence that the person reads. */
export const refusals = {
  notFound: () =>
    refusal('task.not_found', '没有这个任务，可能已经被撤回。', 'There is no such task; it may have been withdrawn.'),
  notYours: (holder: Sentence | null = null) =>
    holder === null
      ? refusal('task.not_yours', '这一步不由你处理。', 'This step is not yours to handle.')
      : refusal('task.not_yours', `${holder.zh}已经认领了这一步。`, `${holder.en} has claimed this step.`),
  closed: (people: Directory, timeZone: string, { by, action, at }: ClosedBy, attempted: string) => {
    const who = nameOf(people, by)
    const time = clockTime(at, timeZone)
    const { done } = deed(action)
    const { own } = deed(attempted)
    return refusal(
      'task.closed',
      `${who.zh} ${time} ${done.zh}，你的${own.zh}没有生效。`,
      `${who.en} ${done.en} at ${time}; your ${own.en} had no effect.`,
      { params: { who: by, action, at } },
    )
  },
  actionNotOffered: (action: string) =>
    refusal('task.action_not_offered', '这一步没有这个操作。', `This step does not offer ${action}.`, {
      params: { action },
    }),
  commentRequired: () =>
    refusal('task.comment_required', '写明原因再提交。', 'Write a comment before you send this.', { where: 'comment' }),
  signatureRequired: () =>
    refusal('task.signature_required', '签名后再提交。', 'Sign before you send this.', { where: 'signature' }),
  fieldRequired: (path: string) =>
    refusal('task.field_required', '这一项要填。', `Expected a value for ${path}, but it is empty.`, { where: path }),
  fieldNotEditable: (path: string) =>
    refusal('task.field_not_editable', '这一项在这一步不能改。', `${path} cannot be changed at this step.`, {
      where: path,
    }),
  fourEyes: (people: Directory, who: ActorId) => {
    const name = nameOf(people, who)
    return refusal(
      'task.four_eyes',
      `${name.zh}经手过前面的步骤，这一步要由别人处理。`,
      `${name.en} handled an earlier step, so somebody else must do this one.`,
      { params: { who } },
    )
  },
  userUnknown: (id: string) =>
    refusal('task.user_unknown', '没有这个人，或者他已经离职。', 'There is no such person, or they have left.', {
      where: 'to',
      params: { user: id },
    }),
  alreadySigner: (people: Directory, who: ActorId) => {
    const name = nameOf(people, who)
    return refusal(
      'task.already_signer',
      `${name.zh}已经在这一步里了。`,
      `${name.en} already has a part in this step.`,
      {
        where: 'to',
        params: { who },
      },
    )
  },
  choiceNotAllowed: (element: string, who: string) =>
    refusal('task.choice_not_allowed', '这个人不在可以选择的范围里。', `${who} may not be chosen for ${element}.`, {
      where: 'choose',
      params: { element, who },
    }),
  signerDepth: () =>
    refusal('task.signer_depth', '加签最多五层。', 'Signers can be added five levels deep at most.', { where: 'to' }),
  targetNotOnPath: (element: string) =>
    refusal(
      'return.target_not_on_path',
      '这张单没有经过那一步，不能退回到那里。',
      `This case did not pass ${element}, so it cannot go back there.`,
      { params: { element } },
    ),
  targetNotAllowed: (element: string | null) =>
    refusal(
      'return.target_not_allowed',
      '选一个可以退回的步骤。',
      element === null ? 'Choose a step to return to.' : `This step may not return to ${element}.`,
      { where: 'to', params: { element } },
    ),
  cannotUndo: (element: string, name: string) =>
    refusal(
      'return.cannot_undo',
      `「${name || element}」已经对外执行，不能退回。`,
      `${name || element} has already acted outside and cannot be undone, so this cannot be returned.`,
      { params: { element } },
    ),
  withdrawTooLate: () =>
    refusal(
      'withdraw.too_late',
      '已经有人处理，不能撤回了。',
      'It has been handled, so it cannot be withdrawn any more.',
    ),
  withdrawNotInitiator: () =>
    refusal('withdraw.not_initiator', '只有发起人可以撤回。', 'Only the initiator can withdraw this.'),
  revokeTooLate: () =>
    refusal(
      'revoke.too_late',
      '后面已经处理或执行，不能撤销了。',
      'Something after it was handled or carried out, so it cannot be taken back any more.',
    ),
  urgeTooSoon: (until: string, timeZone: string) =>
    refusal(
      'urge.too_soon',
      `刚催过，${clockTime(until, timeZone)} 后可以再催。`,
      `This was urged a moment ago; you can urge again after ${clockTime(until, timeZone)}.`,
      { params: { until } },
    ),
}
