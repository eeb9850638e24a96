import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import type { Result } from '../../workflows/model/problem.ts'
import { NewUser, password as passwordSchema } from '../contract/identity.ts'
import { validatorOf } from '../http/validate.ts'
import type { Product } from '../product.ts'
import type { CommandLine } from './command.ts'
import { withProduct } from './open-product.ts'
import { misuse, readArguments } from './read-arguments.ts'

type Say = (line: string) => void

const by = { system: 'command-line' }

/** From the keyboard without showing it, or the first line of what is piped in. */
async function readPassword(fromInput: boolean): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  if (!fromInput) process.stderr.write('Password: ')
  const reader = createInterface({ input: process.stdin, output: silent, terminal: !fromInput && process.stdin.isTTY })
  const answer = await Promise.race([once(reader, 'line'), once(reader, 'close')])
  reader.close()
  process.stdin.pause()
  if (!fromInput) process.stderr.write('\n')
  return String(answer[0] ?? '')
}

function told(result: Result<unknown>, done: string, say: Say): number {
  if (result.ok) {
    say(done)
    return 0
  }
  const { code, message, fields = [] } = result.refusal
  say(`${code}: ${message.zh} ${message.en}`)
  for (const field of fields) say(`  ${field.path}: ${field.message.zh} ${field.message.en}`)
  return 1
}

async function add(product: Product, user: NewUser, say: Say): Promise<number> {
  const checked = validatorOf(NewUser)(user)
  if (!checked.ok) return told(checked, '', say)
  const { username, name, roles } = user
  const created = await product.identity.createUser(user, by)
  return told(created, `${username} (${name}) may sign in, with the roles ${roles.join(', ') || 'none'}`, say)
}

async function change(product: Product, username: string, password: string, say: Say): Promise<number> {
  const checked = validatorOf(passwordSchema)(password)
  if (!checked.ok) return told(checked, '', say)
  const changed = await product.identity.setPassword(username, password, by)
  return told(changed, `${username} has a new password; all sessions of ${username} have ended`, say)
}

function list({ directory }: Product, say: Say): number {
  for (const { id, name, roles, canceled } of directory.people())
    say(`${id.padEnd(16)} ${name}  ${roles.join(', ')}${canceled ? '  disabled' : ''}`)
  return 0
}

/** `retour user`: people, for the first admin of a server and for who lost a password. */
export const user: CommandLine = {
  usage: 'user add <name> --username <u> --roles <a,b> | password <username> | list',
  summary: 'add a user, set a password (asked for, or --password-stdin), list users',
  async run(args, say) {
    const read = readArguments(args, {
      username: { type: 'string' },
      roles: { type: 'string' },
      'password-stdin': { type: 'boolean' },
    })
    if ('fault' in read) return misuse(say, this.usage, read.fault)
    const { values, positionals } = read
    const [deed, subject, more] = positionals
    const fromInput = values['password-stdin'] === true
    if (more === undefined && deed === 'list' && subject === undefined)
      return withProduct(async (product) => list(product, say))
    if (more === undefined && deed === 'password' && subject !== undefined) {
      const password = await readPassword(fromInput)
      return withProduct((product) => change(product, subject, password, say))
    }
    if (more === undefined && deed === 'add' && subject !== undefined && values.username !== undefined) {
      const roles = (values.roles ?? '').split(',').filter((role) => role !== '')
      const password = await readPassword(fromInput)
      const rest = { departmentId: null, managerId: null, email: null }
      const added: NewUser = { username: values.username, name: subject, password, roles, ...rest }
      return withProduct((product) => add(product, added, say))
    }
    return misuse(say, this.usage, 'Expected what to do with which user')
  },
}
