import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'

/** One thing that the command palette found or can do. components/command.ts has the same shape for its own side. */
export interface OfferedCommand {
  readonly id: string
  readonly group: string
  readonly title: string
  run(): void
}

export interface OfferedProvider<Found extends OfferedCommand = OfferedCommand> {
  readonly id: string
  search(text: string, signal: AbortSignal): Promise<readonly Found[]>
}

/** What the command palette can find and do: areas and pages add what they offer, and take it away when they leave. */
export const useCommands = defineStore('commands', () => {
  const providers = shallowRef<readonly OfferedProvider[]>([])
  const open = ref(false)

  /** Returns how to take it away again; call that when the page is left. */
  function offer(provider: OfferedProvider): () => void {
    providers.value = [...providers.value, provider]
    return () => {
      providers.value = providers.value.filter((one) => one !== provider)
    }
  }

  return { providers, open, offer }
})
