import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { LoginRequest, Session, SetupRequest, SetupState, User } from '../../server/contract/identity.ts'
import { onLine, rememberCsrf } from '../api/http.ts'
import { readSession, readSetup, setUp, signIn, signOut } from '../api/identity.ts'

/** Who is signed in, with which roles; and whether the product still has to be set up. */
export const useSession = defineStore('session', () => {
  const session = shallowRef<Session | null>(null)
  const setup = shallowRef<SetupState | null>(null)
  const known = ref(false)

  const user = computed(() => session.value?.user ?? null)
  const roles = computed<readonly string[]>(() => session.value?.user.roles ?? [])
  const company = computed(() => session.value?.company ?? setup.value?.company ?? '')

  function take(value: Session | null) {
    session.value = value
    known.value = true
    rememberCsrf(value?.csrf ?? null)
  }

  onLine({ signedOut: () => take(null) })

  /** Asks the server once who is there; when nobody is, whether the first run is due. */
  async function load() {
    if (known.value) return
    take(await readSession())
    if (session.value === null) setup.value = await readSetup()
  }

  async function enter(request: LoginRequest) {
    take(await signIn(request))
  }

  async function begin(request: SetupRequest, idempotencyKey: string) {
    take(await setUp(request, idempotencyKey))
    setup.value = null
  }

  async function leave() {
    await signOut()
    take(null)
  }

  /** The own record was changed. */
  function changed(next: User) {
    if (session.value) session.value = { ...session.value, user: next }
  }

  /** Whether the person holds one of the roles; an empty list means everybody. */
  const has = (anyOf: readonly string[]) => anyOf.length === 0 || anyOf.some((role) => roles.value.includes(role))

  return { session, user, roles, company, setup, known, load, enter, begin, leave, changed, has }
})
