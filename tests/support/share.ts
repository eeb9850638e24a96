/** Which part of a long run is meant: what has one of the words, and of that every Nth thing from the Kth on. */
export interface Share {
  words: string[]
  takes(index: number): boolean
  /** How to run the same again; null when it is the whole. */
  again: string | null
}

/** Reads `WORD... --share K/N`: the Kth of N shares, so that whoever asks again tries the same. */
export function readShare(args: readonly string[], command: string): Share {
  const at = args.indexOf('--share')
  if (at < 0) return { words: [...args], takes: () => true, again: null }
  const [share = 1, shares = 1] = (args[at + 1] ?? '').split('/').map(Number)
  const words = args.filter((_, index) => index !== at && index !== at + 1)
  return {
    words,
    takes: (index) => index % shares === share - 1,
    again: `npm run ${command} -- ${[...words, '--share', `${share}/${shares}`].join(' ')}`,
  }
}
