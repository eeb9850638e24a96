import type { Static } from 'typebox'
import type { PersonCard } from '../../server/contract/identity.ts'
import { get } from './http.ts'

/** Active colleagues whose name or id holds the text. */
export const findPeople = async (text: string) =>
  (await get<{ items: Static<typeof PersonCard>[] }>('/api/people', { q: text })).items
