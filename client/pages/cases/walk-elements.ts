/** An element of the diagram that the keyboard can come to. */
export interface Station {
  readonly id: string
  readonly x: number
  readonly y: number
}

/** In the order in which one reads them: from left to right, and from top to bottom where they stand in one column. */
export const inReadingOrder = <S extends Station>(stations: readonly S[]): S[] =>
  stations.toSorted((a, b) => a.x - b.x || a.y - b.y)

const moves: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowRight: (at, last) => Math.min(at + 1, last),
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowLeft: (at) => Math.max(at - 1, 0),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_, last) => last,
}

/** Which element a key leads to; undefined when the key leads nowhere. */
export function stationAfter<S extends Station>(stations: readonly S[], at: string, key: string): S | undefined {
  const move = moves[key]
  if (!move || stations.length === 0) return undefined
  const place = stations.findIndex(({ id }) => id === at)
  return stations[move(place, stations.length - 1)]
}
