// Sets language and light or dark before the first paint, so that nothing flashes. A file of its own, because the
// content security policy allows no inline script. The keys are those of client/stores/preferences.ts.
;(function () {
  const read = function (key) {
    try {
      return localStorage.getItem(key)
    } catch {
      return null
    }
  }
  const scheme = read('retour.scheme')
  const dark = scheme === 'dark' || (scheme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.classList.toggle('dark', dark)
  if (read('retour.language') === 'en') document.documentElement.lang = 'en'
})()
