import { ADMIN_ROLE, type Department } from '../contract/identity.ts'

interface Member {
  id: string
  roles: readonly string[]
  managerId: string | null
  substitute: { to: string } | null
  canceled: boolean
}

/** What hangs on somebody besides open tasks. */
export interface Ties {
  /** Roles that the successor does not have yet; to be admin is nobody's to hand on. */
  roles: string[]
  departments: string[]
  reports: string[]
  substituteOf: string[]
}

/** What a successor takes over from somebody who leaves; tasks are another matter. */
export function tiesOf(
  leaver: Member,
  successor: Member,
  people: readonly Member[],
  units: readonly Department[],
): Ties {
  const others = people.filter(({ id, canceled }) => id !== leaver.id && !canceled)
  return {
    roles: leaver.roles.filter((role) => role !== ADMIN_ROLE && !successor.roles.includes(role)),
    departments: units.filter(({ headId }) => headId === leaver.id).map(({ id }) => id),
    reports: others.filter(({ managerId }) => managerId === leaver.id).map(({ id }) => id),
    substituteOf: others.filter(({ substitute }) => substitute?.to === leaver.id).map(({ id }) => id),
  }
}

/** The manager of somebody who reported to the leaver: the successor, or above him when that is the successor himself. */
export const managerAfter = (report: string, successor: string, leaversManager: string | null): string | null =>
  report === successor ? leaversManager : successor
