import type { ModdleElement } from 'bpmn-moddle'
import type { Text } from './definition.ts'

/** First letter small, as names stand in the XML. */
export const lower = (name: string) => name.slice(0, 1).toLowerCase() + name.slice(1)

export const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** A text that is FEEL when it begins with `=`. */
export const textOf = (value: string): Text =>
  value.trimStart().startsWith('=') ? { expression: value.trimStart().slice(1).trim() } : { text: value }

/** FEEL with or without its leading `=` (coverage (c)1). */
export function feelOf(value: string | null): string | null {
  if (value === null) return null
  const trimmed = value.trim()
  const body = trimmed.startsWith('=') ? trimmed.slice(1).trim() : trimmed
  return body === '' ? null : body
}

export function childrenOf(element: ModdleElement | undefined, name: string): ModdleElement[] {
  const value = element?.[name]
  return Array.isArray(value) ? (value as ModdleElement[]) : []
}

export const extensions = (element: ModdleElement | undefined): ModdleElement[] =>
  childrenOf(element?.['extensionElements'] as ModdleElement | undefined, 'values')

export const extension = (element: ModdleElement | undefined, type: string): ModdleElement | undefined =>
  extensions(element).find((value) => value.$type === type)

/** Ids or names separated by spaces. */
export const wordsOf = (value: unknown): string[] => (text(value) ?? '').split(/\s+/).filter((word) => word !== '')
