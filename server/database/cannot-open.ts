/** Why data cannot be opened: an error with a stable code, whose sentence is for the operator. */
export const cannotOpen = (code: `start.${string}`, sentence: string, cause?: unknown): Error =>
  Object.assign(new Error(sentence, { cause }), { code })

const withoutRoom = new Set(['ENOSPC', 'EDQUOT'])
/** SQLite's result code SQLITE_FULL. */
const sqliteFull = 13

/** Whether a write failed because the disk has no room. */
export function isDiskFull(error: unknown): boolean {
  const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown }
  return withoutRoom.has(String(code)) || errcode === sqliteFull
}
