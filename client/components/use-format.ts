import { useI18n } from 'vue-i18n'
import { formatMinor, phraseInFull, phraseOfDuration, phraseOfInstant, symbolOf, type Phrase } from './format.ts'
import { useNow } from './now.ts'

/** Times and lengths in words of the language of the page, for sentences where a component does not fit. */
export function useFormat() {
  const { t } = useI18n()
  const now = useNow()
  const say = (phrase: Phrase) => t(phrase.key, phrase.values)
  return {
    say,
    /** 今天 09:48. Takes an ISO instant. */
    instant: (at: string, timeZone?: string) => say(phraseOfInstant(Date.parse(at), now.value, { timeZone })),
    /** 今天, 11月19日. */
    date: (at: string, timeZone?: string) =>
      say(phraseOfInstant(Date.parse(at), now.value, { timeZone, dateOnly: true })),
    /** 2026年11月23日 11:48. */
    inFull: (at: string, timeZone?: string) => say(phraseInFull(Date.parse(at), timeZone)),
    /** 3 天 4 小时. */
    duration: (milliseconds: number) => say(phraseOfDuration(milliseconds)),
    /** ¥1,234.50, minor units in. */
    money: (amount: number, currency = 'CNY') =>
      (amount < 0 ? '−' : '') + symbolOf(currency) + formatMinor(Math.abs(amount), currency),
    now,
  }
}
