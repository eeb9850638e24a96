import type { HandoverPreview, User } from '../contract/identity.ts'
import { refusalOf } from '../contract/errors.ts'
import { domainJob } from '../domain-job.ts'
import type { Actor } from '../http/route.ts'
import type { LiveDirectory } from '../identity/directory.ts'
import type { Identity, UserChange } from '../identity/identity.ts'
import { ok, refuse, type Refusal, type Result } from '../../workflows/model/problem.ts'
import type { Person } from '../../workflows/engine/host.ts'
import type { Job, JobOutcome, Runtime, TaskDocument } from '../../workflows/runtime/face.ts'
import type { Clock, Store } from '../../workflows/runtime/ports.ts'
import { managerAfter, tiesOf } from './handover.rules.ts'

export interface HandoverDependencies {
  store: Store
  runtime: Pick<Runtime, 'previewAct' | 'actOnTask' | 'claimTask' | 'unclaimTask'>
  identity: Pick<Identity, 'changeUser' | 'user' | 'putDepartment'>
  directory: LiveDirectory
  clock: Clock
}

/** Somebody leaves: his work, his roles and what hangs on him go to one successor. */
export interface Handover {
  preview(userId: string, to: string, by: string): Promise<Result<HandoverPreview>>
  /** Shuts the leaver out at once, and hands the rest over from a job that a crash does not lose. */
  start(userId: string, to: string, version: number, actor: Extract<Actor, { kind: 'user' }>): Promise<Result<User>>
  work(job: Job): Promise<JobOutcome>
}

export function createHandover(deps: HandoverDependencies): Handover {
  const { store, runtime, identity, directory, clock } = deps

  function parties(userId: string, to: string): Result<{ leaver: Person; successor: Person }> {
    const leaver = directory.person(userId)
    if (!leaver) return { ok: false, refusal: refusalOf('not_found') }
    const successor = directory.person(to)
    if (!successor || successor.canceled || to === userId) return noSuccessor()
    return ok({ leaver, successor })
  }

  async function heldBy(userId: string): Promise<TaskDocument[]> {
    const holds = { $or: [{ assignee: userId }, { waitingFor: userId }] }
    const { items } = await store.find<TaskDocument>('tasks', { filter: { state: 'open', ...holds }, limit: 1000 })
    return items.map(({ data }) => data)
  }

  const reassignment = (userId: string, to: string, by: string) => ({ by, action: 'reassign', from: userId, to })

  /** Why the successor cannot take a task; null when he can. */
  async function hindrance(task: TaskDocument, userId: string, to: string, by: string): Promise<Refusal | null> {
    if (task.items.length === 0) return null
    const preview = await runtime.previewAct(task.taskId, reassignment(userId, to, by))
    return preview.ok ? null : preview.refusal
  }

  async function preview(userId: string, to: string, by: string): Promise<Result<HandoverPreview>> {
    const both = parties(userId, to)
    if (!both.ok) return both
    const { leaver, successor } = both.value
    const tasks: HandoverPreview['tasks'] = []
    for (const task of await heldBy(userId)) {
      const found = await hindrance(task, userId, to, by)
      const refusal = found && { code: found.code, message: found.message }
      tasks.push({ taskId: task.taskId, step: task.name, caseNo: task.businessKey, refusal })
    }
    return ok({ tasks, ...tiesOf(leaver, successor, directory.people(), directory.departments()) })
  }

  /** Changes a user until nobody is faster; null means that there is nothing to change. */
  async function change(id: string, make: (user: User) => UserChange | null, by: string): Promise<void> {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const user = await identity.user(id)
      const wanted = user && make(user)
      if (!user || !wanted) return
      const changed = await identity.changeUser(id, wanted, user.version, { system: by })
      if (changed.ok) return
      if (changed.refusal.code !== 'version.conflict') throw new Error(`${id}: ${changed.refusal.message.en}`)
    }
    throw new Error(`Expected to change ${id}, but it kept changing`)
  }

  async function moveTies(userId: string, to: string): Promise<void> {
    const both = parties(userId, to)
    if (!both.ok) throw new Error(both.refusal.message.en)
    const { leaver, successor } = both.value
    const { departments, reports, substituteOf } = tiesOf(
      leaver,
      successor,
      directory.people(),
      directory.departments(),
    )
    for (const department of directory.departments().filter(({ id }) => departments.includes(id)))
      await identity.putDepartment({ ...department, headId: to }, { system: 'handover' })
    // Upwards first: whoever comes above the others must not stand below them any more.
    for (const id of reports.toSorted((a, b) => Number(b === to) - Number(a === to)))
      await change(id, () => ({ managerId: managerAfter(id, to, leaver.managerId) }), 'handover')
    for (const id of substituteOf)
      await change(
        id,
        ({ substitute }) => substitute && { substitute: id === to ? null : { ...substitute, to } },
        'handover',
      )
  }

  async function moveTask(task: TaskDocument, userId: string, to: string, by: string, key: string): Promise<boolean> {
    if (task.items.length > 0) {
      const commandId = `${key}:${task.taskId}`
      return (await runtime.actOnTask(task.taskId, reassignment(userId, to, by), commandId)).ok
    }
    const freed = await runtime.unclaimTask(task.taskId, userId)
    return freed.ok && (await runtime.claimTask(task.taskId, to)).ok
  }

  return {
    preview,

    async start(userId, to, version, actor) {
      const seen = await preview(userId, to, actor.userId)
      if (!seen.ok) return seen
      const stuck = seen.value.tasks.filter(({ refusal }) => refusal !== null)
      if (stuck.length > 0) return blocked(stuck)
      const { roles } = seen.value
      const job = domainJob(
        `handover:${userId}:${version}`,
        'identity.handover',
        { userId, to, by: actor.userId, roles },
        clock.now(),
      )
      return identity.changeUser(userId, { active: false, substitute: null }, version, { actor }, [job])
    },

    async work({ variables, idempotencyKey }) {
      const { userId, to, by, roles } = variables as { userId: string; to: string; by: string; roles: string[] }
      const missing = (user: User) => roles.filter((role) => !user.roles.includes(role))
      await change(
        to,
        (user) => (missing(user).length ? { roles: [...user.roles, ...missing(user)] } : null),
        'handover',
      )
      await moveTies(userId, to)
      const left: string[] = []
      for (const task of await heldBy(userId))
        if (!(await moveTask(task, userId, to, by, idempotencyKey))) left.push(task.name)
      if (left.length > 0)
        return {
          kind: 'fail',
          message: {
            zh: `${to} 接不了这些待办：${left.join('、')}`,
            en: `Expected ${to} to take over every task, but these stay: ${left.join(', ')}`,
          },
          final: true,
        }
      return { kind: 'complete' }
    },
  }
}

const noSuccessor = () =>
  refuse(
    'successor.unknown',
    { zh: '请选择另一位在职的同事来接手', en: 'Expected another colleague who is still here as successor' },
    { where: 'to' },
  )

const blocked = (tasks: HandoverPreview['tasks']) =>
  refuse(
    'handover.blocked',
    {
      zh: `有 ${tasks.length} 项待办不能交给这位同事，请先单独改派：${tasks.map(({ step, caseNo }) => `${step}（${caseNo ?? ''}）`).join('、')}`,
      en: `Expected the successor to be able to take all tasks, but ${tasks.length} must be reassigned one by one first: ${tasks.map(({ step, caseNo }) => `${step} (${caseNo ?? ''})`).join(', ')}`,
    },
    { where: 'to', params: { tasks: tasks.map(({ taskId }) => taskId) } },
  )
