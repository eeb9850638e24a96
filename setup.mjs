// Makes a fresh machine ready: packages as the lock file says, the client built, and for the tests a browser.
// Plain JavaScript, because it runs on the machine's own Node before anything is installed.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('.', import.meta.url))
process.chdir(root)
const say = (line) => process.stderr.write(`${line}\n`)

function stop(line) {
  say(line)
  process.exit(1)
}

function run(command, args, env = {}) {
  const done = spawnSync(command, args, { stdio: ['ignore', 2, 2], env: { ...process.env, ...env } })
  return done.status === 0
}

function checkNode() {
  const bundled = process.platform === 'linux' && process.arch === 'x64'
  const major = Number(process.versions.node.split('.')[0])
  if (!bundled && major < 24)
    stop(`Retour needs Node 24 or later on ${process.platform} ${process.arch}; this is ${process.version}.`)
}

function installPackages() {
  const mark = 'node_modules/.retour-lock'
  const wanted = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return
  say('Installing packages (about a minute) ...')
  if (!run('npm', ['ci'])) stop('npm ci failed; see above. Retour needs the npm registry for its first start.')
  mkdirSync('node_modules', { recursive: true })
  writeFileSync(mark, wanted)
}

function newest(path) {
  if (!existsSync(path)) return 0
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))))
}

function buildClient() {
  const sources = ['client', 'server/contract', 'workflows/model', 'vite.config.ts', 'package-lock.json']
  if (newest('dist/index.html') > Math.max(...sources.map(newest))) return
  say('Building the client ...')
  const path = [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter)
  if (!run(join(root, 'node_modules/.bin/vite'), ['build', '--logLevel', 'error'], { PATH: path }))
    stop('The client could not be built; see above.')
}

function installed(command) {
  try {
    return execFileSync('sh', ['-c', `command -v ${command}`], { encoding: 'utf8' }).trim() !== ''
  } catch {
    return false
  }
}

function provideBrowser() {
  const names = ['chromium', 'google-chrome', 'chromium-browser', 'google-chrome-stable']
  if (process.env.CHROME_PATH || names.some(installed)) return
  const debianRoot = process.getuid?.() === 0 && installed('apt-get')
  if (debianRoot) {
    say('Installing Chromium and a Chinese font for the browser tests ...')
    const quiet = { DEBIAN_FRONTEND: 'noninteractive' }
    run('apt-get', ['update', '-qq'], quiet)
    if (run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-noto-cjk'], quiet)) return
  }
  const how = 'No Chromium found: install chromium or google-chrome, or set CHROME_PATH.'
  if (process.env.CI) stop(how)
  say(`${how} The browser tests are skipped.`)
}

checkNode()
installPackages()
buildClient()
if (process.argv.includes('--browser')) provideBrowser()
