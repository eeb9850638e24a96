import type { ModdleElement } from 'bpmn-moddle'
import type {
  ActionName,
  ApprovalPolicy,
  CasePolicy,
  Deadline,
  FieldAccess,
  FieldRights,
  Participant,
  ParticipantKind,
  Participants,
  ReturnPolicy,
  TaskAction,
  TaskPolicy,
  WithdrawPolicy,
} from './approval.ts'
import type { Unsupported } from './definition.ts'
import { childrenOf, extension, feelOf, text, wordsOf } from './read-values.ts'

/** Reads one of a few known words; another one is told and replaced by the first. */
function word<const T extends string>(value: unknown, words: readonly T[], what: string, wrong: Unsupported[]): T {
  const said = text(value)
  const found = said === null ? words[0] : words.find((known) => known === said)
  if (found === undefined) wrong.push({ what: `${what}="${said ?? ''}"`, code: 'approval.unknown_value' })
  return found ?? (words[0] as T)
}

function number(value: unknown, what: string, wrong: Unsupported[]): number | undefined {
  const said = text(value)
  if (said === null) return undefined
  const result = Number(said)
  if (!Number.isFinite(result)) wrong.push({ what: `${what}="${said}"`, code: 'approval.unknown_value' })
  return Number.isFinite(result) ? result : undefined
}

/** A whole number from 1. */
function count(value: unknown, what: string, wrong: Unsupported[]): number | undefined {
  const said = text(value)
  if (said === null) return undefined
  const isCount = /^[1-9]\d{0,8}$/.test(said)
  if (!isCount) wrong.push({ what: `${what}="${said}"`, code: 'approval.unknown_value' })
  return isCount ? Number(said) : undefined
}

/** Whom a head or a chain starts from. */
function origin(value: unknown, wrong: Unsupported[]): string | null {
  const said = text(value)
  if (said !== null && !/^(?:initiator|previous|field:\S+)$/.test(said))
    wrong.push({ what: `of="${said}"`, code: 'approval.unknown_value' })
  return said
}

/** How far up a chain goes: to so many levels, or to a role. */
function upTo(value: unknown, wrong: Unsupported[]): string | null {
  const said = text(value)
  if (said !== null && /^[-+\d.]+$/.test(said)) count(said, 'upTo', wrong)
  return said
}

function flag(value: unknown, what: string, wrong: Unsupported[]): boolean {
  return word(value === true ? 'true' : value === false ? 'false' : value, ['false', 'true'], what, wrong) === 'true'
}

/** Leaves out what was not said, as optional properties want it. */
function compact<T extends object>(value: { [K in keyof T]: T[K] | undefined | null }): T {
  for (const name of Object.keys(value) as (keyof T)[])
    if (value[name] === undefined || value[name] === null) delete value[name]
  return value as T
}

const participantKinds: readonly ParticipantKind[] = [
  'user',
  'role',
  'department',
  'departmentHead',
  'managerChain',
  'initiator',
  'field',
  'chosenAtStart',
  'chosenByPrevious',
  'handlerOf',
  'expression',
]

function readParticipant(element: ModdleElement, wrong: Unsupported[]): Participant {
  const said = text(element['kind'])
  if (said === null) wrong.push({ what: 'retour:participant kind', code: 'bpmn.missing' })
  const kind = word(said, participantKinds, 'kind', wrong)
  const value = text(element['value'])
  return compact<Participant>({
    kind,
    value: kind === 'expression' ? feelOf(value) : value,
    of: origin(element['of'], wrong),
    levels: count(element['levels'], 'levels', wrong),
    upTo: upTo(element['upTo'], wrong),
  })
}

const readParticipants = (element: ModdleElement, wrong: Unsupported[]): Participants =>
  compact<Participants>({
    list: childrenOf(element, 'list').map((participant) => readParticipant(participant, wrong)),
    whenNobody: word(element['whenNobody'], ['incident', 'assign', 'approve', 'reject'], 'whenNobody', wrong),
    whenNobodyUser: text(element['whenNobodyUser']),
    whenNobodyRole: text(element['whenNobodyRole']),
    whenInitiator: word(element['whenInitiator'], ['keep', 'skip', 'manager'], 'whenInitiator', wrong),
    whenRepeated: word(element['whenRepeated'], ['ask', 'passIfPrevious', 'passIfUnchanged'], 'whenRepeated', wrong),
  })

const modes = ['any', 'all', 'sequence', 'ratio', 'count'] as const

const readApproval = (element: ModdleElement, wrong: Unsupported[]): ApprovalPolicy =>
  compact<ApprovalPolicy>({
    mode: word(element['mode'], modes, 'mode', wrong),
    threshold: number(element['threshold'], 'threshold', wrong),
    rejectAt: word(element['rejectAt'], ['first', 'unreachable'], 'rejectAt', wrong),
  })

const actionNames: readonly ActionName[] = [
  'approve',
  'reject',
  'return',
  'transfer',
  'delegate',
  'addSigner',
  'removeSigner',
  'cc',
  'saveDraft',
  'ask',
  'terminate',
  'custom',
]

function readAction(element: ModdleElement, wrong: Unsupported[]): TaskAction {
  if (text(element.name) === null) wrong.push({ what: 'retour:action name', code: 'bpmn.missing' })
  const name = word(element.name, actionNames, 'name', wrong)
  if (name === 'custom' && text(element['value']) === null)
    wrong.push({ what: 'retour:action value', code: 'bpmn.missing' })
  return compact<TaskAction>({
    name,
    value: text(element['value']),
    label: text(element['label']),
    comment: word(element['comment'], ['optional', 'required', 'none'], 'comment', wrong),
    signature: flag(element['signature'], 'signature', wrong),
  })
}

const readReturn = (element: ModdleElement, wrong: Unsupported[]): ReturnPolicy =>
  compact<ReturnPolicy>({
    to: word(element['to'], ['previous', 'initiator', 'listed', 'any'], 'to', wrong),
    elements: wordsOf(element['elements']),
    afterwards:
      text(element['afterwards']) === null
        ? undefined
        : word(element['afterwards'], ['rerun', 'back', 'affected'], 'afterwards', wrong),
  })

const accesses: readonly FieldAccess[] = ['hidden', 'readonly', 'editable', 'required']

const readFields = (element: ModdleElement, wrong: Unsupported[]): FieldRights => ({
  default: word(element['default'], ['editable', 'readonly', 'hidden'], 'default', wrong),
  fields: childrenOf(element, 'list').map((field) => readField(field, wrong)),
})

function readField(field: ModdleElement, wrong: Unsupported[]): FieldRights['fields'][number] {
  if (text(field['path']) === null) wrong.push({ what: 'retour:field path', code: 'bpmn.missing' })
  return { path: text(field['path'])?.trim() ?? '', access: word(field['access'], accesses, 'access', wrong) }
}

const ends = ['remind', 'approve', 'reject', 'return', 'transfer', 'escalate'] as const

function readDeadline(element: ModdleElement, wrong: Unsupported[]): Deadline {
  const due = text(element['due'])?.trim() ?? ''
  if (due === '') wrong.push({ what: 'retour:deadline due', code: 'bpmn.missing' })
  return compact<Deadline>({
    due: due.startsWith('=') ? { expression: due.slice(1).trim() } : { duration: due },
    calendar: text(element['calendar']) ?? 'natural',
    atEnd: word(element['atEnd'], ends, 'atEnd', wrong),
    transferTo: text(element['transferTo']),
    reminders: childrenOf(element, 'reminders').map((reminder) =>
      compact<Deadline['reminders'][number]>({
        offset: text(reminder['offset']) ?? '',
        every: text(reminder['every']),
        times: count(reminder['times'], 'times', wrong),
      }),
    ),
  })
}

/** Everything `retour:` on a user task; null when there is nothing. What is wrong with it is added to `wrong`. */
export function readPolicy(element: ModdleElement, wrong: Unsupported[]): TaskPolicy | null {
  const part = <T>(type: string, read: (found: ModdleElement, wrong: Unsupported[]) => T): T | undefined => {
    const found = extension(element, type)
    return found ? read(found, wrong) : undefined
  }
  const policy = compact<TaskPolicy>({
    participants: part('retour:Participants', readParticipants),
    approval: part('retour:Approval', readApproval),
    actions: part('retour:Actions', (found) => childrenOf(found, 'list').map((action) => readAction(action, wrong))),
    return: part('retour:Return', readReturn),
    fields: part('retour:Fields', readFields),
    deadline: part('retour:Deadline', readDeadline),
    fourEyes: part('retour:FourEyes', (found) => wordsOf(found['elements'])),
    guidance: part('retour:Guidance', (found) => text(found['text'])?.trim() ?? ''),
  })
  return Object.keys(policy).length > 0 ? policy : null
}

/** `retour:case` on a process. */
export function readCase(element: ModdleElement): CasePolicy | null {
  const found = extension(element, 'retour:Case')
  if (!found) return null
  return compact<CasePolicy>({
    number: text(found['number']),
    title: feelOf(text(found['title'])),
    startableBy: wordsOf(found['startableBy']),
    visibleTo: wordsOf(found['visibleTo']),
    urgeEvery: text(found['urgeEvery']),
  })
}

/** `retour:withdraw` on a process. */
export function readWithdraw(element: ModdleElement, wrong: Unsupported[]): WithdrawPolicy | null {
  const found = extension(element, 'retour:Withdraw')
  if (!found) return null
  return compact<WithdrawPolicy>({
    until: word(found['until'], ['handled', 'element', 'always', 'never'], 'until', wrong),
    element: text(found['element']),
    to: word(found['to'], ['canceled', 'draft'], 'to', wrong),
  })
}
