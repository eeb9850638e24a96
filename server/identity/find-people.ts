import { match } from 'pinyin-pro'
import type { Person } from '../../workflows/engine/host.ts'

/** Whether what was typed means this person: part of the name or user name, or its pinyin or initials (`wf`, `wangf`). */
export function isMeant({ id, name }: Pick<Person, 'id' | 'name'>, typed: string): boolean {
  const wanted = typed.normalize('NFC').trim().toLowerCase()
  if (wanted === '' || id.includes(wanted) || name.toLowerCase().includes(wanted)) return true
  return /^[a-z\s']+$/.test(wanted) && match(name, wanted, { precision: 'start' }) !== null
}
