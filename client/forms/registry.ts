import type { JsonFormsRendererRegistryEntry, RankedTester } from '@jsonforms/core'
import { markRaw, type Component } from 'vue'

interface RendererFile {
  readonly default: Component
  readonly tester: RankedTester
}

/** Each file of controls/ and layouts/ brings a renderer and the tester that says what it is for. */
const files = import.meta.glob<RendererFile>(['./controls/*.vue', './layouts/*.vue'], { eager: true })

export const renderers: JsonFormsRendererRegistryEntry[] = Object.values(files).map((file) => ({
  tester: file.tester,
  renderer: markRaw(file.default),
}))
