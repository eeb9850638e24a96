import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { languages, type Language } from '../i18n/index.ts'

export const schemes = ['system', 'light', 'dark'] as const
export type Scheme = (typeof schemes)[number]

const languageKey = 'retour.language'
const schemeKey = 'retour.scheme'

function remembered<T extends string>(key: string, allowed: readonly T[], fallback: T): T {
  try {
    const value = localStorage.getItem(key)
    return allowed.find((one) => one === value) ?? fallback
  } catch {
    return fallback
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // A browser that keeps nothing still works; it forgets the choice with the page.
  }
}

/** What this browser likes: language, and light or dark. public/scheme.js reads the same keys before the first paint. */
export const usePreferences = defineStore('preferences', () => {
  const language = ref<Language>(remembered(languageKey, languages, 'zh-CN'))
  const scheme = ref<Scheme>(remembered(schemeKey, schemes, 'system'))
  const system = matchMedia('(prefers-color-scheme: dark)')
  const systemDark = ref(system.matches)
  system.addEventListener('change', (event) => (systemDark.value = event.matches))

  const dark = computed(() => scheme.value === 'dark' || (scheme.value === 'system' && systemDark.value))

  watch(language, (value) => remember(languageKey, value))
  watch(scheme, (value) => remember(schemeKey, value))
  watch(dark, (value) => document.documentElement.classList.toggle('dark', value), { immediate: true })

  return { language, scheme, dark }
})
