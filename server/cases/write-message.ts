import { ok, type Result } from '../../workflows/model/problem.ts'
import type { Communication } from '../contract/cases.ts'
import type { Actor } from '../http/route.ts'
import type { CaseReading } from './read.ts'
import { openTasksOf } from './read.ts'
import type { CaseRecord } from './record.rules.ts'
import { addCommunication } from './store.ts'

export interface Message {
  /** Deterministic, so that a repetition adds nothing. */
  id: string
  direction: Communication['direction']
  channel: string
  by: string
  body: string
  visible: boolean
  /** Ids of files that the writer uploaded. */
  files: readonly string[]
}

/** Adds a message to the log of a case; its files become the case's. Refusals: file.*. */
export async function writeMessage(
  deps: CaseReading,
  record: CaseRecord,
  actor: Actor,
  message: Message,
): Promise<Result<Communication>> {
  const attached =
    message.files.length === 0 ? ok([]) : await deps.files.attach(actor, message.files, `case:${record.caseNo}`)
  if (!attached.ok) return attached
  const entry: Communication = {
    id: message.id,
    at: deps.clock.now(),
    direction: message.direction,
    channel: message.channel,
    by: message.by,
    summary: message.body.slice(0, 60),
    body: message.body,
    visible: message.visible,
    files: attached.value.map(({ id, name, size, type }) => ({ id, name, size, type })),
  }
  await addCommunication(deps.store, { ...entry, caseNo: record.caseNo })
  return ok(entry)
}

/** Whoever has the case in hand learns that its customer wrote. */
export async function tellHandlers(deps: CaseReading, record: CaseRecord, id: string): Promise<void> {
  const open = (await openTasksOf(deps, [record.processInstanceId])).get(record.processInstanceId) ?? []
  const holders = open.flatMap(({ assignee, waitingFor }) => (assignee === null ? waitingFor : [assignee]))
  await deps.notifications.tellStaff({
    id,
    to: holders.filter((who) => deps.people.person(who) !== undefined),
    why: 'customerWrote',
    text: { zh: `客户在 ${record.caseNo} 里留言了`, en: `The customer wrote about ${record.caseNo}` },
    caseNo: record.caseNo,
    taskId: open[0]?.taskId ?? null,
  })
}
