import type { LoginRequest, Session, SetupRequest, SetupState } from '../../server/contract/identity.ts'
import { ApiError } from './api-error.ts'
import { del, get, post } from './http.ts'

/** Who is signed in; null when nobody is. */
export async function readSession(): Promise<Session | null> {
  try {
    return (await get<Session | null | undefined>('/api/session')) ?? null
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null
    throw error
  }
}

export const signIn = (request: LoginRequest): Promise<Session> => post<Session>('/api/session', request)

export const signOut = (): Promise<void> => del<void>('/api/session')

export const readSetup = (): Promise<SetupState> => get<SetupState>('/api/setup')

/** Creates the company and its admin, installs the pack, and signs the admin in. */
export const setUp = (request: SetupRequest, idempotencyKey: string): Promise<Session> =>
  post<Session>('/api/setup', request, { idempotencyKey })
