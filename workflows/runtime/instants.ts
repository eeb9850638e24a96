import { instantOf, millisecondsOf } from '../engine/instants.ts'

/** Milliseconds of an instant that the runtime wrote itself. */
export const epochOf = (instant: string): number => millisecondsOf(instant) ?? 0

/** The instant that many milliseconds later. */
export const later = (instant: string, milliseconds: number): string => instantOf(epochOf(instant) + milliseconds)
