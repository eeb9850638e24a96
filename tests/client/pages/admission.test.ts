import { describe, expect, it } from 'vitest'
import type { SetupState } from '../../../server/contract/identity.ts'
import { entriesFor } from '../../../client/pages/navigation.ts'
import { passwordStrength } from '../../../client/pages/first-run/password-strength.ts'
import { admit } from '../../../client/router.ts'

const person = (...roles: string[]) => ({
  user: { roles } as never,
  setup: null,
  has: (anyOf: readonly string[]) => anyOf.length === 0 || anyOf.some((role) => roles.includes(role)),
})
const nobody = { user: null, setup: null, has: () => false }
const beginner = { ...nobody, setup: { needed: true, company: '', tokenNeeded: false, packs: [] } satisfies SetupState }
const page = (name: string, fullPath = `/${name}`, meta: { public?: boolean; roles?: string[] } = {}) => ({
  name,
  fullPath,
  meta,
})

describe('opening a page', () => {
  it('asks who is there and remembers where the person wanted to go', () => {
    expect(admit(page('orders', '/orders?state=open'), nobody)).toEqual({
      name: 'login',
      query: { to: '/orders?state=open' },
    })
  })

  it('lets nobody into a page of a role he does not hold, and does not say that it exists', () => {
    const studio = page('studio', '/studio', { roles: ['admin'] })

    expect(admit(studio, person('cs-cancel'))).toMatchObject({ name: 'not-found' })
    expect(admit(studio, person('admin'))).toBe(true)
  })

  it('leads to the first run until there is an admin, and never afterwards', () => {
    expect(admit(page('home', '/'), beginner)).toEqual({ name: 'first-run' })
    expect(admit(page('login', '/login', { public: true }), beginner)).toEqual({ name: 'first-run' })
    expect(admit(page('first-run', '/first-run', { public: true }), nobody)).toEqual({ name: 'login' })
    expect(admit(page('first-run', '/first-run', { public: true }), person('admin'))).toEqual({ name: 'home' })
  })

  it('leaves public pages open to everybody', () => {
    expect(admit(page('ask', '/ask', { public: true }), nobody)).toBe(true)
  })
})

describe('the navigation', () => {
  const everything = () => true

  it('shows only what exists and what the person may see', () => {
    const clerk = person('cs-cancel')

    const keys = entriesFor('rail', clerk.has, (route) => route !== 'cases').map((entry) => entry.key)

    expect(keys).toEqual(['workbench', 'orders', 'goods'])
  })

  it('has to do, orders, cases and me at the bottom of a phone', () => {
    const keys = entriesFor('phone', person('admin').has, everything).map((entry) => entry.key)

    expect(keys).toEqual(['workbench', 'orders', 'cases', 'profile'])
  })
})

it('counts length before kinds of characters when it judges a password', () => {
  expect(passwordStrength('')).toBe(0)
  expect(passwordStrength('aaaaaaaaaaaaaaaa')).toBe(1)
  expect(passwordStrength('Ab1!efgh')).toBe(3)
  expect(passwordStrength('correct horse battery staple')).toBe(4)
})
