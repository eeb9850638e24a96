import type { Component } from 'vue'
import type { State } from './states.ts'

/** One row of the command palette. */
export interface Command {
  readonly id: string
  /** Rows with the same group stand together under it. */
  readonly group: string
  readonly title: string
  /** Stands before the title, quieter: a number. */
  readonly lead?: string
  /** Stands behind the title, quieter. */
  readonly note?: string
  readonly icon?: Component
  readonly state?: State
  readonly avatar?: string
  /** At the end: an amount in minor units, a deadline, a key. */
  readonly amount?: number
  readonly currency?: string
  readonly due?: string
  readonly key?: string
  run(): void
}

/** Finds rows for what was typed. Empty text asks for what to show at once. */
export interface CommandProvider {
  readonly id: string
  search(text: string, signal: AbortSignal): Promise<readonly Command[]>
}
