import type { Actor } from '../http/route.ts'
import type { RateLimiter } from '../http/rate-limit.ts'
import {
  ADMIN_ROLE,
  type Department,
  type NewUser,
  type Role,
  type Substitute,
  type User,
  type WorkCalendar,
} from '../contract/identity.ts'
import { refusalOf } from '../contract/errors.ts'
import { auditEntry, type AuditFact } from '../audit/audit.ts'
import { ok, refuse, type Result } from '../../workflows/model/problem.ts'
import type { Clock, FollowUp, Ids, Stored } from '../../workflows/runtime/ports.ts'
import type { LiveDirectory } from './directory.ts'
import type { IdentityStore, UserDocument } from './identity-store.ts'
import { hashPassword, verifyPassword, type PasswordCost } from './passwords.ts'
import type { LiveCalendars } from './calendars.ts'
import { checkCalendar, checkDepartment, checkSubstitute } from './organization.rules.ts'
import { checkPassword, normalizedUsername, usernameSkeleton } from './rules.ts'

export interface IdentityDependencies {
  store: IdentityStore
  directory: LiveDirectory
  calendars: LiveCalendars
  limiter: RateLimiter
  clock: Clock
  ids: Ids
  passwordCost: PasswordCost
}

/** What an admin may change of a user; what is left out stays. */
export interface UserChange {
  name?: string
  roles?: string[]
  departmentId?: string | null
  managerId?: string | null
  email?: string | null
  active?: boolean
  substitute?: Substitute | null
}

type By = { actor: Actor } | { system: string }

/** Users, departments and roles. Everything that changes one goes through here, so that directory and audit trail agree. */
export interface Identity {
  createUser(user: NewUser, by: By): Promise<Result<User>>
  /** `followUps`: what must follow from the change, in the same commit. */
  changeUser(id: string, change: UserChange, version: number, by: By, followUps?: FollowUp[]): Promise<Result<User>>
  setPassword(id: string, password: string, by: By): Promise<Result<null>>
  /** The user of this name and password. Takes as long for a name that nobody has. */
  verify(username: string, password: string, ip: string): Promise<Result<User>>
  user(id: string): Promise<User | null>
  putDepartment(department: Department, by: By): Promise<Result<null>>
  putRole(role: Role, by: By): Promise<Result<null>>
  putCalendar(calendar: WorkCalendar, by: By): Promise<Result<null>>
}

export function createIdentity(dependencies: IdentityDependencies): Identity {
  const { store, directory, calendars, limiter, clock, ids, passwordCost } = dependencies
  const nobody = hashPassword(ids.next(), passwordCost)

  const audited = (by: By, action: string, subject: string, details: AuditFact['details']): FollowUp[] => [
    auditEntry(ids.next(), {
      at: clock.now(),
      by: 'system' in by ? by.system : by.actor.kind === 'user' ? by.actor.userId : by.actor.kind,
      action,
      subject,
      details,
    }),
  ]

  async function knownPlaces(user: Pick<UserChange, 'roles' | 'departmentId' | 'managerId'>): Promise<Result<null>> {
    const unknown = user.roles?.find((role) => !directory.roles().some(({ key }) => key === role))
    if (unknown !== undefined) {
      return refuse(
        'role.unknown',
        { zh: `没有“${unknown}”这个角色`, en: `Expected a known role, but there is no "${unknown}"` },
        { where: 'roles' },
      )
    }
    if (user.departmentId && !directory.department(user.departmentId)) {
      return refuse(
        'department.unknown',
        { zh: '没有这个部门', en: 'Expected a known department' },
        { where: 'departmentId' },
      )
    }
    if (user.managerId && !directory.person(user.managerId)) {
      return refuse('manager.unknown', { zh: '没有这个上级', en: 'Expected a known manager' }, { where: 'managerId' })
    }
    return ok(null)
  }

  async function claimName(id: string): Promise<boolean> {
    const skeleton = usernameSkeleton(id)
    if ((await store.claimName(skeleton, id)) !== null) return true
    // A claim without its user is what a crash between the two writes left.
    const holder = await store.nameHolder(skeleton)
    return holder?.data.userId === id && (await store.user(id)) === null
  }

  const lastAdmin = (id: string) =>
    directory.inRole(ADMIN_ROLE).every((person) => person.id === id) && directory.person(id)?.canceled === false

  return {
    async createUser(newUser, by) {
      const { password, username, ...rest } = newUser
      const id = normalizedUsername(username)
      const sound = checkPassword(password, id)
      if (!sound.ok) return sound
      const places = await knownPlaces(rest)
      if (!places.ok) return places
      const passwordHash = await hashPassword(password, passwordCost)
      if (!(await claimName(id))) return nameTaken()
      const now = clock.now()
      const user: UserDocument = {
        username: id,
        ...rest,
        passwordHash,
        passwordSetAt: now,
        active: true,
        createdAt: now,
      }
      const version = await store.saveUser(id, 0, user, audited(by, 'user.created', id, { roles: user.roles }))
      if (version === null) return nameTaken()
      directory.setUser(id, user)
      return ok(publicUser({ id, version, data: user }))
    },

    async changeUser(id, change, version, by, followUps = []) {
      const known = await store.user(id)
      if (!known) return { ok: false, refusal: refusalOf('not_found') }
      const places = await knownPlaces(change)
      if (!places.ok) return places
      const replaced = change.substitute ? checkSubstitute(change.substitute, id, directory) : ok(null)
      if (!replaced.ok) return replaced
      if (inManagerChain(directory, change.managerId ?? null, id)) {
        return refuse(
          'manager.cycle',
          { zh: '上级关系绕成了圈', en: 'Expected a manager above this user, but the chain comes back to him' },
          { where: 'managerId' },
        )
      }
      const losesAdmin = change.active === false || (change.roles && !change.roles.includes(ADMIN_ROLE))
      if (losesAdmin && known.data.roles.includes(ADMIN_ROLE) && lastAdmin(id)) {
        return refuse('user.last_admin', {
          zh: '至少要留一位管理员',
          en: 'Expected at least one admin to stay, but this is the last one',
        })
      }
      const user: UserDocument = { ...known.data, ...change }
      const saved =
        known.version === version
          ? await store.saveUser(id, version, user, [...audited(by, 'user.changed', id, { ...change }), ...followUps])
          : null
      if (saved === null) {
        return { ok: false, refusal: refusalOf('version.conflict', { params: { current: known.version } }) }
      }
      directory.setUser(id, user)
      return ok(publicUser({ id, version: saved, data: user }))
    },

    async setPassword(id, password, by) {
      const known = await store.user(id)
      if (!known) return { ok: false, refusal: refusalOf('not_found') }
      const sound = checkPassword(password, id)
      if (!sound.ok) return sound
      const passwordHash = await hashPassword(password, passwordCost)
      const user: UserDocument = { ...known.data, passwordHash, passwordSetAt: clock.now() }
      const saved = await store.saveUser(id, known.version, user, audited(by, 'user.password', id, {}))
      return saved === null ? { ok: false, refusal: refusalOf('version.conflict') } : ok(null)
    },

    async verify(username, password, ip) {
      const id = normalizedUsername(username)
      const caller = `${ip}|${usernameSkeleton(username)}`
      const wait = limiter.take('account', caller)
      if (wait > 0) return { ok: false, refusal: refusalOf('rate.limited', { params: { retryAfterSeconds: wait } }) }
      const user = await store.user(id)
      const right = await verifyPassword(password, user?.data.passwordHash ?? (await nobody))
      if (!user || !right || !user.data.active) return { ok: false, refusal: refusalOf('login.failed') }
      limiter.forgive('account', caller)
      return ok(publicUser(user))
    },

    async user(id) {
      const known = await store.user(id)
      return known && publicUser(known)
    },

    async putDepartment(department, by) {
      const sound = checkDepartment(
        department,
        directory,
        calendars.list().map(({ id }) => id),
      )
      if (!sound.ok) return sound
      await store.put('departments', department.id, department, audited(by, 'department.set', department.id, {}))
      directory.setDepartment(department)
      return ok(null)
    },

    async putRole(role, by) {
      await store.put('roles', role.key, role, audited(by, 'role.set', role.key, {}))
      directory.setRole(role)
      return ok(null)
    },

    async putCalendar(calendar, by) {
      const sound = checkCalendar(calendar)
      if (!sound.ok) return sound
      await store.put('calendars', calendar.id, calendar, audited(by, 'calendar.set', calendar.id, {}))
      await calendars.refresh()
      return ok(null)
    },
  }
}

const nameTaken = () =>
  refuse(
    'username.taken',
    {
      zh: '这个用户名已被使用，或与已有的太像',
      en: 'Expected a new user name, but this one is taken or looks like one that is',
    },
    { where: 'username' },
  )

function inManagerChain(directory: LiveDirectory, from: string | null, id: string): boolean {
  const seen = new Set<string>()
  for (let at = from; at !== null && !seen.has(at); at = directory.person(at)?.managerId ?? null) {
    if (at === id) return true
    seen.add(at)
  }
  return false
}

/** A user without what stays on the server. */
export function publicUser({ id, version, data }: Stored<UserDocument>): User {
  const { username, name, roles, departmentId, managerId, email, active, substitute = null, createdAt } = data
  return { id, username, name, roles, departmentId, managerId, email, active, substitute, createdAt, version }
}
