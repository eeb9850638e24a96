import { createMemoryStore } from '../../../workflows/runtime/memory-store.ts'
import { contractCollections, describeStore } from '../../server/database/store-contract.ts'

describeStore('memory', async () => createMemoryStore(contractCollections))
