/** A text of a definition (form, process, catalog): one string for all, or one for each language. */
export type LocalizedText = string | { readonly zh: string; readonly en?: string }

/** The text in the language of the page; Chinese where a definition has no English. */
export function localized(text: LocalizedText | undefined, language: string): string {
  if (text === undefined) return ''
  if (typeof text === 'string') return text
  return language === 'en' ? (text.en ?? text.zh) : text.zh
}
