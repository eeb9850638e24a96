import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Server of the run without a database name; empty when there is none. */
    mongoUrl: string
  }
}

const version = '1.47.0'

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>retour</groupId><artifactId>test-mongodb</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>de.bwaldvogel</groupId><artifactId>mongo-java-server</artifactId><version>${version}</version>
  </dependency></dependencies>
</project>`

/** Brings mongo-java-server into a cache folder of this user, once per machine. Null when Maven cannot. */
function libraries(): string | null {
  const folder = join(homedir(), '.cache', 'retour', `mongo-java-server-${version}`)
  if (existsSync(folder)) return folder
  const making = `${folder}.${process.pid}`
  mkdirSync(making, { recursive: true })
  writeFileSync(join(making, 'pom.xml'), pom)
  const copy = ['-q', '-B', 'dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=.']
  const done = spawnSync('mvn', copy, { cwd: making, timeout: 240_000 })
  if (done.status === 0 && !existsSync(folder)) renameSync(making, folder)
  else rmSync(making, { recursive: true })
  return existsSync(folder) ? folder : null
}

interface TestMongo {
  url: string
  stop(): void
}

async function start(): Promise<TestMongo | string> {
  if (spawnSync('java', ['-version']).status !== 0) return 'there is no java'
  const folder = libraries()
  if (folder === null) return 'Maven could not fetch mongo-java-server'
  const source = join(import.meta.dirname, 'ServeMongo.java')
  const server = spawn('java', ['-Xmx512m', '-cp', `${folder}/*`, source], { stdio: ['pipe', 'pipe', 'ignore'] })
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.startsWith('mongodb://')) return { url: line.trim(), stop: () => server.stdin.end() }
  }
  return 'mongo-java-server did not start'
}

/**
 * One MongoDB for the whole run: the one of MONGODB_URL, else mongo-java-server, else none and its tests are skipped.
 * On a build server (CI) a missing one is a failure. Files ask for it with `inject('mongoUrl')`.
 */
export default async function setup(project: TestProject): Promise<() => void> {
  const given = process.env['MONGODB_URL']
  if (given) {
    project.provide('mongoUrl', given)
    return () => {}
  }
  const started = await start()
  if (typeof started === 'string') {
    const sentence = `MongoDB tests need MONGODB_URL, or java 17 and mvn: ${started}`
    if (process.env['CI'] === 'true') throw new Error(sentence)
    console.warn(`${sentence}; they are skipped.`)
    project.provide('mongoUrl', '')
    return () => {}
  }
  project.provide('mongoUrl', started.url)
  return () => started.stop()
}
