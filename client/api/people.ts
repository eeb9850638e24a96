import type { Static } from 'typebox'
import type { PersonCard } from '../../server/contract/identity.ts'
import { get } from './http.ts'

/** Active colleagues whom the text means, by name, pinyin or user name; with roles only those who have one of them. */
export async function findPeople(text: string, roles: readonly string[] = []): Promise<Static<typeof PersonCard>[]> {
  const { items } = await get<{ items: Static<typeof PersonCard>[] }>('/api/people', { q: text })
  return roles.length === 0 ? items : items.filter((person) => person.roles.some((role) => roles.includes(role)))
}
