import { createI18n, type I18n } from 'vue-i18n'

/** The languages of the product. The first one is the default. */
export const languages = ['zh-CN', 'en'] as const
export type Language = (typeof languages)[number]

/** Messages of one language: area -> key -> text, an area being a file of client/i18n/<language>/. */
export type Messages = Record<string, Record<string, unknown>>

const loaders: Record<Language, () => Promise<{ messages: Messages }>> = {
  'zh-CN': () => import('./zh-CN.ts'),
  en: () => import('./en.ts'),
}

/** Turns `{ './zh-CN/login.ts': messages }` into `{ login: messages }`. */
export const byArea = (files: Record<string, Record<string, unknown>>): Messages =>
  Object.fromEntries(Object.entries(files).map(([path, messages]) => [path.replace(/^.*\/|\.ts$/g, ''), messages]))

export const loadMessages = async (language: Language): Promise<Messages> => (await loaders[language]()).messages

export type RetourI18n = I18n<Record<string, Messages>, Record<string, never>, Record<string, never>, string, false>

/** The translator with one language loaded; `speak` loads another and switches to it. */
export async function createTranslator(language: Language): Promise<RetourI18n> {
  const messages: Record<string, Messages> = { [language]: await loadMessages(language) }
  return createI18n({
    legacy: false,
    locale: language,
    messages: messages as never,
    missingWarn: false,
    fallbackWarn: false,
  }) as unknown as RetourI18n
}

/** Loads a language if need be and switches the whole page to it. */
export async function speak(i18n: RetourI18n, language: Language): Promise<void> {
  if (!i18n.global.availableLocales.includes(language)) {
    i18n.global.setLocaleMessage(language, (await loadMessages(language)) as never)
  }
  i18n.global.locale.value = language
  document.documentElement.lang = language
}
