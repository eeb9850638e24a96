#!/usr/bin/env node
import type { CommandLine } from './command.ts'

/** Every command; a new one is a file and a line here. Loaded when it is asked for, so that each starts quickly. */
const commands: Record<string, () => Promise<CommandLine>> = {
  start: async () => (await import('./start.ts')).start,
  verify: async () => (await import('./verify.ts')).verify,
  user: async () => (await import('./user.ts')).user,
  backup: async () => (await import('./backup.ts')).backup,
  restore: async () => (await import('./restore.ts')).restore,
  test: async () => (await import('./test.ts')).test,
  check: async () => (await import('./check.ts')).check,
  feel: async () => (await import('./feel.ts')).feel,
  decide: async () => (await import('./decide.ts')).decide,
  pack: async () => (await import('./pack.ts')).pack,
}

async function help(): Promise<void> {
  console.log('Usage: npx retour <command>\n')
  const all = await Promise.all(Object.values(commands).map((load) => load()))
  for (const { usage, summary } of all) console.log(`  ${usage}\n      ${summary}`)
}

const [name = 'help', ...args] = process.argv.slice(2)
const load = Object.hasOwn(commands, name) ? commands[name] : undefined
if (load) {
  const command = await load()
  const isHelp = args.includes('--help')
  if (isHelp) console.log(`Usage: npx retour ${command.usage}\n\n  ${command.summary}`)
  try {
    process.exitCode = isHelp ? 0 : await command.run(args, (line) => console.log(line))
  } catch (error) {
    console.error(`retour ${name}: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
} else {
  await help()
  const wanted = ['help', '--help', '-h'].includes(name)
  if (!wanted) console.error(`\nretour: expected one of these commands, but got "${name}"`)
  process.exitCode = wanted ? 0 : 2
}
