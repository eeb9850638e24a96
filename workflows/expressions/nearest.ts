/** Letters that have to be changed, added, left out or swapped to get from one name to the other. */
function distance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1)
      row.push(best)
    }
    before = last
    last = row
  }
  return last[b.length] ?? 0
}

const longest = 60

/** Words of FEEL that are no names; written in capitals they would be. */
export const literalWords = ['true', 'false', 'null']

/** The name that was probably meant (reliability F15): the nearest one that differs in few letters, else null. */
export function nearestName(name: string, candidates: Iterable<string>): string | null {
  if (name.length > longest) return null
  const wanted = name.toLowerCase()
  let most = Math.max(1, Math.floor(name.length / 4))
  let found: string | null = null
  for (const candidate of candidates) {
    if (candidate === name || Math.abs(candidate.length - name.length) > most) continue
    const apart = distance(wanted, candidate.toLowerCase())
    // Of names as short as one or two letters nearly all others are near.
    if (apart > most || apart >= candidate.length || (found !== null && apart === most)) continue
    most = apart
    found = candidate
  }
  return found
}

/** A sentence about an unknown name, with the name that was probably meant. */
export function withNearest(
  message: { zh: string; en: string },
  name: string,
  candidates: Iterable<string>,
): { zh: string; en: string } {
  const meant = nearestName(name, candidates)
  return meant === null
    ? message
    : { zh: `${message.zh}是不是「${meant}」?`, en: `${message.en} Did you mean "${meant}"?` }
}
