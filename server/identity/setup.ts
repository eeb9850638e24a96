import { randomBytes, timingSafeEqual } from 'node:crypto'
import {
  ADMIN_ROLE,
  OWNER_ROLE,
  type Role,
  type SetupRequest,
  type SetupState,
  type User,
} from '../contract/identity.ts'
import { ok, refuse, type Result } from '../../workflows/model/problem.ts'
import type { Clock } from '../../workflows/runtime/ports.ts'
import type { Identity } from './identity.ts'
import type { IdentityStore } from './identity-store.ts'

/** Installs a pack; `server/packs` has it. Doing it again after a crash installs what is missing. */
export interface PackInstaller {
  available(): Promise<SetupState['packs']>
  install(pack: string, options: { sampleData: boolean; by: string }): Promise<Result<null>>
}

export interface Company {
  name: string
  setUpAt: string
  pack: string | null
  state: 'installing' | 'done'
}

export interface Setup {
  state(onThisMachine: boolean): Promise<SetupState>
  run(request: SetupRequest, onThisMachine: boolean): Promise<Result<User>>
  company(): Promise<Company | null>
  /** Asked for when the page is not opened on the machine itself; printed with the address at the start. */
  token: string
}

/** The roles that the product itself knows; those of a pack come with it. */
const ownRoles: Role[] = [
  { key: ADMIN_ROLE, name: { zh: '管理员', en: 'Admin' }, does: '设计流程、表单和规则，管理用户' },
  { key: OWNER_ROLE, name: { zh: '负责人', en: 'Owner' }, does: '最终决定，查看全部' },
]

export function createSetup(
  identity: Identity,
  store: IdentityStore,
  clock: Clock,
  packs: PackInstaller | null,
): Setup {
  const token = randomBytes(18).toString('base64url')
  let running = false
  const stored = () => store.setting<Company>('company')

  async function installed(request: SetupRequest): Promise<Result<User>> {
    const by = { system: 'setup' }
    for (const role of ownRoles) await identity.putRole(role, by)
    const { username, name, password } = request
    const admin = { username, name, password, roles: [ADMIN_ROLE, OWNER_ROLE] }
    const created = await identity.createUser({ ...admin, departmentId: null, managerId: null, email: null }, by)
    // The admin of an interrupted first run is taken on with the password given now.
    const resumed = created.ok ? null : await identity.user(username)
    if (!created.ok && !resumed) return created
    if (resumed) {
      const changed = await identity.setPassword(resumed.id, password, by)
      if (!changed.ok) return changed
    }
    if (request.pack !== null) {
      const pack = await packs?.install(request.pack, { sampleData: request.sampleData, by: username })
      if (!pack) return refuse('pack.not_found', { zh: '没有这个模板', en: 'Expected a known pack' }, { where: 'pack' })
      if (!pack.ok) return pack
    }
    return created.ok ? created : ok(resumed as User)
  }

  return {
    token,
    company: async () => (await stored())?.data ?? null,

    async state(onThisMachine) {
      const company = (await stored())?.data
      const needed = company?.state !== 'done'
      return {
        needed,
        company: needed ? '' : company.name,
        tokenNeeded: needed && !onThisMachine,
        packs: needed && packs ? await packs.available() : [],
      }
    },

    async run(request, onThisMachine) {
      if (!onThisMachine && !sameToken(request.token ?? '', token)) {
        return refuse(
          'setup.token_required',
          {
            zh: '请填写启动时显示的口令，或在服务器本机上打开',
            en: 'Expected the token that the start line shows, because this page is not opened on the machine itself',
          },
          { where: 'token' },
        )
      }
      const before = await stored()
      if (before?.data.state === 'done' || running) return alreadyDone()
      running = true
      try {
        const company: Company = {
          name: request.company,
          setUpAt: clock.now(),
          pack: request.pack,
          state: 'installing',
        }
        const claimed = await store.saveSetting('company', before?.version ?? 0, company)
        if (claimed === null) return alreadyDone()
        const result = await installed(request)
        if (!result.ok) return result
        await store.saveSetting('company', claimed, { ...company, state: 'done' })
        return result
      } finally {
        running = false
      }
    },
  }
}

const alreadyDone = () =>
  refuse('setup.done', {
    zh: '系统已经设置过了，请登录',
    en: 'Expected a first run, but this system is already set up; sign in instead',
  })

function sameToken(given: string, expected: string): boolean {
  const a = Buffer.from(given)
  const b = Buffer.from(expected)
  return a.length === b.length && timingSafeEqual(a, b)
}
