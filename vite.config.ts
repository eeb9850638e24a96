import vue from '@vitejs/plugin-vue'
import AutoImport from 'unplugin-auto-import/vite'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { fileURLToPath } from 'node:url'
import { defineConfig, type PluginOption } from 'vite'

/** Element Plus by the component that a template names; its styles come once, from client/main.ts. */
export const clientPlugins = (): PluginOption[] => [
  vue(),
  AutoImport({ resolvers: [ElementPlusResolver({ importStyle: false })], dts: false }),
  Components({ resolvers: [ElementPlusResolver({ importStyle: false })], dts: false, dirs: [] }),
]

/** JSON Forms imports Ajv, which generates code; our validator takes its place, so the page needs no unsafe-eval. */
const withoutAjv = {
  find: /^ajv(-formats)?$/,
  replacement: fileURLToPath(new URL('client/forms/validator.ts', import.meta.url)),
}

export default defineConfig({
  root: 'client',
  resolve: { alias: [withoutAjv] },
  plugins: clientPlugins(),
  // Only what the client uses: the composition API of vue-i18n, whose messages become trees, never code (no unsafe-eval).
  define: {
    __VUE_OPTIONS_API__: true,
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    target: 'baseline-widely-available',
    manifest: true,
    chunkSizeWarningLimit: 1500,
  },
  optimizeDeps: { include: ['element-plus/es'] },
  server: { port: 5173, proxy: { '/api': 'http://127.0.0.1:3000' } },
})
