import { refusalOf } from '../contract/errors.ts'
import { ok, type Result } from '../../workflows/model/problem.ts'
import type { Actor, Authorization } from './route.ts'

/** Decides by the route's rule alone; rights to single objects are the domain's. No rule, no way in. */
export function authorize(rule: Authorization, actor: Actor): Result<null> {
  switch (rule.allow) {
    case 'public':
      return ok(null)
    case 'signed-in':
      return actor.kind === 'user' ? ok(null) : refused(actor, 'session.required')
    case 'signed-in-or-capability':
      return actor.kind === 'user' || actor.kind === 'customer' ? ok(null) : refused(actor, 'session.required')
    case 'roles':
      if (actor.kind !== 'user') return refused(actor, 'session.required')
      return rule.anyOf.some((role) => actor.roles.includes(role)) ? ok(null) : refused(actor, 'role.required')
    case 'capability':
      return actor.kind === 'customer' && ('caseNo' in actor.scope ? 'case' : 'order') === rule.scope
        ? ok(null)
        : refused(actor, 'capability.required')
    case 'signature':
      return actor.kind === 'provider' && actor.provider === rule.provider
        ? ok(null)
        : refused(actor, 'signature.invalid')
    default:
      return refused(actor, 'role.required')
  }
}

function refused(
  actor: Actor,
  code: 'session.required' | 'role.required' | 'capability.required' | 'signature.invalid',
) {
  // A customer at a staff address is known, so signing in is not what is missing.
  const known = code === 'session.required' && actor.kind === 'customer' ? 'role.required' : code
  return { ok: false as const, refusal: refusalOf(known) }
}
