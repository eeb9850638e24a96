import 'element-plus/dist/index.css'
import './theme/tokens.css'
import './theme/element-plus.css'
import './theme/base.css'
import { createPinia } from 'pinia'
import { createApp, watch } from 'vue'
import App from './App.vue'
import { speakToServer } from './api/http.ts'
import { createTranslator, speak } from './i18n/index.ts'
import { createPages } from './router.ts'
import { usePreferences } from './stores/preferences.ts'
import { useSession } from './stores/session.ts'

const app = createApp(App)
app.use(createPinia())

const preferences = usePreferences()
const session = useSession()
speakToServer(preferences.language)
const [i18n] = await Promise.all([createTranslator(preferences.language), session.load().catch(() => {})])
document.documentElement.lang = preferences.language
app.use(i18n)

watch(
  () => preferences.language,
  (language) => {
    speakToServer(language)
    void speak(i18n, language)
  },
)

const router = createPages(session)
watch(
  () => session.user,
  (user) => {
    const page = router.currentRoute.value
    if (user === null && session.known && !page.meta.public)
      void router.push({ name: 'login', query: { to: page.fullPath } })
  },
)
app.use(router)
app.mount('#app')
