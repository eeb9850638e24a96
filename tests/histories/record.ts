import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { record, write } from './kept.ts'
import { stories } from './stories.ts'

/**
 * `node tests/histories/record.ts`: keeps the stories as the version of package.json leaves them, in a folder of its
 * name. What a version has written is never written again.
 */
const root = resolve(import.meta.dirname, '../..')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
const folder = join(import.meta.dirname, version)
if (existsSync(folder)) throw new Error(`${folder} is there already: what a version has left stays as it is`)
mkdirSync(folder)
for (const story of stories) writeFileSync(join(folder, `${story.name}.json`), write(await record(story, version)))
console.log(`${stories.length} stories of version ${version} kept in ${folder}`)
