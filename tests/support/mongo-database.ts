import { inject } from 'vitest'

let count = 0

/** Is there a MongoDB in this run? */
export const hasMongo = (): boolean => inject('mongoUrl') !== ''

/** Address of a new, empty database on the run's MongoDB. */
export function freshMongoUrl(): string {
  const [server = '', options] = inject('mongoUrl').split('?')
  const name = `retour_test_${process.pid}_${Date.now().toString(36)}_${(count += 1)}`
  const address = server.replace(/^([^:]+:\/\/[^/]+)(\/.*)?$/, `$1/${name}`)
  return options === undefined ? address : `${address}?${options}`
}

const addresses = new Map<string, string>()

/** The database that belongs to a data folder: the same one when a product is started on the folder again. */
export function mongoUrlOf(dataDir: string): string {
  const address = addresses.get(dataDir) ?? freshMongoUrl()
  addresses.set(dataDir, address)
  return address
}
