/**
 * The approval vocabulary of the namespace `urn:retour:1.0` as the reader hands it to the engine. What each word means
 * is told by the approval rules; expressions are kept as FEEL text without the leading `=`.
 */

export type ParticipantKind =
  | 'user'
  | 'role'
  | 'department'
  | 'departmentHead'
  | 'managerChain'
  | 'initiator'
  | 'field'
  | 'chosenAtStart'
  | 'chosenByPrevious'
  | 'handlerOf'
  | 'expression'

export interface Participant {
  kind: ParticipantKind
  value?: string
  /** `initiator`, `previous` or `field:NAME`; for departmentHead and managerChain. */
  of?: string
  levels?: number
  upTo?: string
}

export interface Participants {
  list: Participant[]
  whenNobody: 'incident' | 'assign' | 'approve' | 'reject'
  whenNobodyUser?: string
  whenNobodyRole?: string
  whenInitiator: 'keep' | 'skip' | 'manager'
  whenRepeated: 'ask' | 'passIfPrevious' | 'passIfUnchanged'
}

export interface ApprovalPolicy {
  mode: 'any' | 'all' | 'sequence' | 'ratio' | 'count'
  threshold?: number
  rejectAt: 'first' | 'unreachable'
}

export type ActionName =
  | 'approve'
  | 'reject'
  | 'return'
  | 'transfer'
  | 'delegate'
  | 'addSigner'
  | 'removeSigner'
  | 'cc'
  | 'saveDraft'
  | 'ask'
  | 'terminate'
  | 'custom'

export interface TaskAction {
  name: ActionName
  /** Outcome of a custom action. */
  value?: string
  label?: string
  comment: 'optional' | 'required' | 'none'
  signature: boolean
}

export interface ReturnPolicy {
  to: 'previous' | 'initiator' | 'listed' | 'any'
  elements: string[]
  /** Absent: the act may choose, else `rerun`. */
  afterwards?: 'rerun' | 'back' | 'affected'
}

export type FieldAccess = 'hidden' | 'readonly' | 'editable' | 'required'

export interface FieldRights {
  default: 'editable' | 'readonly' | 'hidden'
  fields: { path: string; access: FieldAccess }[]
}

export interface Deadline {
  /** ISO 8601 duration, or FEEL that gives a duration or an instant. */
  due: { duration: string } | { expression: string }
  calendar: string
  atEnd: 'remind' | 'approve' | 'reject' | 'return' | 'transfer' | 'escalate'
  transferTo?: string
  reminders: { offset: string; every?: string; times?: number }[]
}

/** Everything `retour:` that stands on a user task. A task with `approval` or `actions` is an approval step. */
export interface TaskPolicy {
  participants?: Participants
  approval?: ApprovalPolicy
  actions?: TaskAction[]
  return?: ReturnPolicy
  fields?: FieldRights
  deadline?: Deadline
  fourEyes?: string[]
  guidance?: string
}

/** Whether a user task is more than one that Camunda 8 knows: somebody is asked by rules, or fields are guarded. */
export const asksByRules = (policy: TaskPolicy | undefined): boolean =>
  policy !== undefined &&
  [policy.participants, policy.approval, policy.actions, policy.fields, policy.deadline, policy.fourEyes].some(
    (part) => part !== undefined,
  )

export interface WithdrawPolicy {
  until: 'handled' | 'element' | 'always' | 'never'
  element?: string
  to: 'canceled' | 'draft'
}

/** `retour:case` on the process: numbering, title and who may start and see. */
export interface CasePolicy {
  number?: string
  /** FEEL without the leading `=`. */
  title?: string
  startableBy: string[]
  visibleTo: string[]
  urgeEvery?: string
}
