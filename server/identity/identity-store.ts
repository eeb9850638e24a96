import type { CollectionSpec, FollowUp, Page, Query, Store, Stored } from '../../workflows/runtime/ports.ts'
import type { Department, Role, Substitute, WorkCalendar } from '../contract/identity.ts'
import { createAtHand, nothingAtHand } from './at-hand.ts'

/** A user as stored; the id of the document is the user name. Collection `users`. */
export interface UserDocument {
  username: string
  name: string
  passwordHash: string
  /** Sessions that began before are over. */
  passwordSetAt: string
  roles: string[]
  departmentId: string | null
  managerId: string | null
  email: string | null
  active: boolean
  /** Absent in documents of before there were substitutes. */
  substitute?: Substitute | null
  createdAt: string
}

/** An open session; the id is the hash of its token. Collection `sessions`. */
export interface SessionDocument {
  userId: string
  createdAt: string
  lastSeenAt: string
  endedAt: string | null
}

export const identityCollections: CollectionSpec[] = [
  { name: 'users', indexes: [{ fields: ['departmentId'] }], lists: ['roles'] },
  { name: 'usernames', indexes: [] },
  { name: 'sessions', indexes: [{ fields: ['userId'] }] },
  { name: 'departments', indexes: [] },
  { name: 'roles', indexes: [] },
  { name: 'settings', indexes: [] },
  { name: 'calendars', indexes: [] },
]

export type IdentityStore = ReturnType<typeof createIdentityStore>

/** The collections of identity through the store port. `alone`: no other process writes them. */
export function createIdentityStore(store: Store, alone: boolean) {
  const held = alone ? createAtHand : nothingAtHand
  const users = held((id) => store.load<UserDocument>('users', id))
  const sessions = held((id) => store.load<SessionDocument>('sessions', id))

  async function all<T>(collection: string): Promise<Stored<T>[]> {
    const found: Stored<T>[] = []
    let after: string | null = null
    do {
      const query: Query = { limit: 1000, ...(after === null ? {} : { after }) }
      const page: Page<T> = await store.find<T>(collection, query)
      found.push(...page.items)
      after = page.next
    } while (after !== null)
    return found
  }

  const write = async (
    collection: string,
    id: string,
    expectedVersion: number,
    data: unknown,
    followUps: FollowUp[] = [],
  ): Promise<number | null> => {
    const result = await store.commit({ aggregate: { collection, id, expectedVersion, data }, followUps })
    return result.ok ? result.version : null
  }

  return {
    user: (id: string) => users.load(id),
    users: (query: Query) => store.find<UserDocument>('users', query),
    allUsers: () => all<UserDocument>('users'),
    /** The new version, or null when somebody was faster. */
    saveUser: (id: string, expectedVersion: number, user: UserDocument, followUps: FollowUp[]) =>
      users.write(id, () => write('users', id, expectedVersion, user, followUps)),
    nameHolder: (skeleton: string) => store.load<{ userId: string }>('usernames', skeleton),
    claimName: (skeleton: string, userId: string) => write('usernames', skeleton, 0, { userId }),
    session: (id: string) => sessions.load(id),
    saveSession: (id: string, expectedVersion: number, session: SessionDocument) =>
      sessions.write(id, () => write('sessions', id, expectedVersion, session)),
    departments: () => all<Department>('departments'),
    roles: () => all<Role>('roles'),
    /** Creates or replaces; the last writer wins, as with any setting that only admins touch. */
    async put(
      collection: 'departments' | 'roles' | 'calendars',
      id: string,
      data: Department | Role | WorkCalendar,
      followUps: FollowUp[],
    ) {
      for (let attempt = 0; attempt < 5; attempt += 1) {
        const known = await store.load(collection, id)
        if ((await write(collection, id, known?.version ?? 0, data, followUps)) !== null) return
      }
      throw new Error(`Expected to write ${collection}/${id}, but it kept changing`)
    },
    setting: <T>(id: string) => store.load<T>('settings', id),
    saveSetting: (id: string, expectedVersion: number, data: unknown, followUps: FollowUp[] = []) =>
      write('settings', id, expectedVersion, data, followUps),
    calendars: () => all<WorkCalendar>('calendars'),
  }
}
