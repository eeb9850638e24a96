import { spawnSync } from 'node:child_process'

/** Which part of a long run is meant: what has one of the words, and of that every Nth thing from the Kth on. */
export interface Share {
  words: string[]
  takes(index: number): boolean
  /** How to run the same again; null when it is the whole. */
  again: string | null
}

/**
 * Reads `WORD... --share K/N`, or `--share N`, where the commit says which K: each change tries another share, and
 * everybody the same for the same change.
 */
export function readShare(args: readonly string[], command: string): Share {
  const at = args.indexOf('--share')
  if (at < 0) return { words: [...args], takes: () => true, again: null }
  const [first = 1, of] = (args[at + 1] ?? '1').split('/').map(Number)
  const shares = of ?? first
  const share = of === undefined ? ofCommit(shares) : first
  const words = args.filter((_, index) => index !== at && index !== at + 1)
  return {
    words,
    takes: (index) => index % shares === share - 1,
    again: `npm run ${command} -- ${[...words, '--share', `${share}/${shares}`].join(' ')}`,
  }
}

/** From 1 to the number of shares, by the commit that is checked out; 1 where there is none. */
function ofCommit(shares: number): number {
  const { stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: import.meta.dirname, encoding: 'utf8' })
  return (Number.parseInt((stdout ?? '').slice(0, 6) || '0', 16) % shares) + 1
}
