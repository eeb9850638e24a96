import type { Static } from 'typebox'
import type { CaseDiagram, ModifyCaseRequest } from '../../../server/contract/cases.ts'

/** A place where the case stands now: one token, or all that stand there together. */
export interface Place {
  /** Unique among the places. */
  readonly id: string
  readonly elementId: string
  /** Which of several that stand at this element; absent: all. */
  readonly key?: number
  /** The running scope around it; null is the process. */
  readonly within: number | null
  readonly who: string
  readonly since: string
  readonly count: number
}

/** A value that the case is given on the way. */
export interface MovedValue {
  readonly target: string
  /** FEEL. */
  readonly source: string
}

export type Deed = 'stay' | 'move' | 'stop'

/** What becomes of a place, or a place where the case begins besides (`place` null). */
export interface Move {
  readonly place: Place | null
  readonly deed: Deed
  readonly to: string | null
  readonly values: readonly MovedValue[]
  /** The values are kept with the new step alone, not with the whole case. */
  readonly local: boolean
}

export const staying = (place: Place): Move => ({ place, deed: 'stay', to: null, values: [], local: false })
export const beginning = (to: string | null): Move => ({ place: null, deed: 'move', to, values: [], local: false })

/**
 * The places of a diagram. Tokens of one element in one scope belong together, as a step with several signers or a loop
 * does; in several scopes each is a place of its own.
 */
export function placesOf({ tokens }: Pick<Static<typeof CaseDiagram>, 'tokens'>): Place[] {
  const groups = Map.groupBy(tokens, ({ elementId, within }) => `${elementId} ${within ?? ''}`)
  return [...groups.entries()].map(([id, [first, ...others]]): Place => {
    const { elementId, key, within } = first!
    const all = [first!, ...others]
    const isOneOfSeveral = tokens.some((one) => one.elementId === elementId && one.within !== within)
    return {
      id,
      elementId,
      ...(isOneOfSeveral && all.length === 1 ? { key } : {}),
      within,
      who: [...new Set(all.map(({ who }) => who))].filter(Boolean).join(' '),
      since: all.map(({ since }) => since).toSorted()[0]!,
      count: all.length,
    }
  })
}

type Change = ModifyCaseRequest['changes'][number]

/**
 * The changes that a page asks for. A move that stays in its own scope says which one it is, for it may run several
 * times; `scopeOf` gives the sub-process around an element.
 */
export function changesOf(moves: readonly Move[], scopeOf: (elementId: string) => string | null): Change[] {
  return moves.flatMap(({ place, deed, to, values, local }): Change[] => {
    if (deed === 'stay') return []
    const from = place ? { from: place.elementId, ...(place.key === undefined ? {} : { key: place.key }) } : {}
    if (deed === 'stop') return [from]
    if (to === null) return []
    const isBeside = place !== null && place.within !== null && scopeOf(place.elementId) === scopeOf(to)
    const mapping = values.filter(({ target }) => target.trim() !== '')
    return [
      {
        ...from,
        to,
        ...(isBeside ? { within: place.within! } : {}),
        ...(mapping.length > 0
          ? { mapping: mapping.map(({ target, source }) => ({ target: target.trim(), source })) }
          : {}),
        ...(mapping.length > 0 && local ? { scope: to } : {}),
      },
    ]
  })
}

/** Something is to be moved, and everything that moves has a place to go to. */
export const isReady = (moves: readonly Move[]): boolean =>
  moves.some(({ deed }) => deed !== 'stay') && moves.every(({ deed, to }) => deed !== 'move' || to !== null)

/**
 * What a click on an element means: a place of the case becomes the one that is moved; any other element is where the
 * chosen one goes, or else where the case begins besides.
 */
export function picked(
  moves: readonly Move[],
  chosen: number | null,
  elementId: string,
): { moves: readonly Move[]; chosen: number | null } {
  const place = moves.findIndex((move) => move.place?.elementId === elementId)
  if (place >= 0 && place !== chosen)
    return {
      chosen: place,
      moves: moves.map((move, at) => (at === place && move.deed === 'stay' ? { ...move, deed: 'move' } : move)),
    }
  const only = moves.length === 1 ? 0 : null
  const at = chosen ?? only
  if (at === null) return { moves: [...moves, beginning(elementId)], chosen: moves.length }
  return {
    chosen: at,
    moves: moves.map((move, index) => (index === at ? { ...move, deed: 'move', to: elementId } : move)),
  }
}
