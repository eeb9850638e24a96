import type { CaseDiagram, MigrationPreview, ModifyCaseRequest, ModifyPreview } from '../../server/contract/cases.ts'
import { readCase, readCaseDiagram } from './cases.ts'
import { post } from './http.ts'
import { readRun } from './runs.ts'

/** What an admin lays hands on: a case by its number, or a run of a process that is no case. */
export interface Subject {
  readonly kind: 'case' | 'run'
  readonly id: string
}

/** What the pages for that show of either. */
export interface Handled {
  /** What people call it: the case number, or the name of the process. */
  readonly name: string
  readonly title: string | undefined
  readonly process: { readonly id: string; readonly name: string; readonly version: number }
  readonly isOpen: boolean
  readonly diagram: CaseDiagram
}

const at = ({ kind, id }: Subject) => `/api/${kind}s/${encodeURIComponent(id)}`

async function readHandledCase(caseNo: string): Promise<Handled> {
  const [{ summary, process }, diagram] = await Promise.all([readCase(caseNo), readCaseDiagram(caseNo)])
  return { name: caseNo, title: summary.title, process, isOpen: summary.state === 'open', diagram }
}

async function readHandledRun(runId: string): Promise<Handled> {
  const { run, name, diagram } = await readRun(runId)
  const process = { id: run.processId, name, version: run.version }
  return { name, title: undefined, process, isOpen: run.state === 'active', diagram }
}

export const readHandled = ({ kind, id }: Subject): Promise<Handled> =>
  kind === 'case' ? readHandledCase(id) : readHandledRun(id)

/** What moving would end and begin; refused with what would refuse it. Nothing is done. */
export const previewModify = (subject: Subject, changes: ModifyCaseRequest['changes']) =>
  post<ModifyPreview>(`${at(subject)}/modify/preview`, { changes })

export const modify = (subject: Subject, request: ModifyCaseRequest, idempotencyKey: string) =>
  post<null>(`${at(subject)}/modify`, request, { idempotencyKey })

/** What a migration would do, and every reason that forbids it. Nothing is done. */
export const previewMigration = (subject: Subject, version: number, mapping: Record<string, string>) =>
  post<MigrationPreview>(`${at(subject)}/migration/preview`, { version, mapping })

export const migrate = (
  subject: Subject,
  request: { version: number; mapping: Record<string, string>; reason: string },
  idempotencyKey: string,
) => post<null>(`${at(subject)}/migrate`, request, { idempotencyKey })
