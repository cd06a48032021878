// Commands in the pages: each exists with its options, each is documented, and those that need no running system are run.

import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root, tocsin } from '../support/system.ts'
import { commandsOf, fieldsOf, jsonAt, page, pages, scriptsOf } from './pages.ts'

const helps = new Map<string, Promise<string>>()

/** What `--help` says of a command; '' for the program's own. */
function helpOf(command: string): Promise<string> {
  let help = helps.get(command)
  if (!help) {
    const words = command.split(' ').filter((word) => word !== '')
    help = tocsin([...words, '--help']).then(({ code, out }) => (code === 0 ? out : ''))
    helps.set(command, help)
  }
  return help
}

/** Names of the subcommands that a help lists. */
function subcommands(help: string): string[] {
  const list = help.split('\nCommands:\n')[1] ?? ''
  return [...list.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help')
}

/** Every command that does something: `status`, `user add` … */
async function allCommands(): Promise<string[]> {
  const top = subcommands(await helpOf(''))
  const nested = await Promise.all(
    top.map(async (name) => subcommands(await helpOf(name)).map((inner) => `${name} ${inner}`)),
  )
  return top.flatMap((name, i) => (nested[i]?.length ? nested[i] : [name]))
}

test('each command that a page shows exists, with its options', async () => {
  const known = await allCommands()
  const faults: string[] = []
  for (const of of pages()) {
    for (const words of commandsOf(of)) {
      const [first = '', second = ''] = words
      if (first.startsWith('-') || first === '…') continue
      const command = [`${first} ${second}`, first].find((name) => known.includes(name))
      if (command === undefined) {
        faults.push(`${of.path}: tocsin ${words.join(' ')}`)
        continue
      }
      const help = await helpOf(command)
      const options = words.map((word) => /^--[a-z-]+/.exec(word)?.[0]).filter((option) => option !== undefined)
      for (const option of options) {
        if (option !== '--help' && !help.includes(`${option} `)) faults.push(`${of.path}: ${command} has no ${option}`)
      }
    }
  }
  expect(faults).toEqual([])
})

test('cli.md tells of each command, and of each of publish’s options', async () => {
  const told = page('docs/cli.md')
  const shown = commandsOf({ path: 'docs/cli.md', text: told }).map((words) => words.join(' '))
  for (const command of await allCommands())
    expect(
      shown.some((line) => line.startsWith(command)),
      command,
    ).toBe(true)
  const options = [...(await helpOf('publish')).matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option = '']) => option)
  for (const option of options) expect(told).toContain(`\`${option}`)
})

test('each script that a page tells to run exists', () => {
  const scripts = fieldsOf(jsonAt('package.json', 'scripts'))
  const told = pages().flatMap(scriptsOf)
  expect(told).toContain('demo')
  expect(told.filter((name) => !scripts.includes(name))).toEqual([])
})

test('the examples of cli.md that need no running system do what they say', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-docs-'))
  try {
    cpSync(join(root, 'registry/demo'), join(folder, 'registry/demo'), { recursive: true })
    const alone = /^tocsin ((?:user (?:add|remove) \S|user list$|enterprise secret \S|registry check \S).*)$/gm
    const examples = [...page('docs/cli.md').matchAll(alone)].map(([, line = '']) => line)
    expect(examples.length).toBeGreaterThan(5)
    const outputs: string[] = []
    for (const line of examples) {
      // INIT_CWD is where pnpm says that it was called from.
      const { code, out, err } = await tocsin(line.split(' '), { cwd: folder, env: { INIT_CWD: folder } })
      expect({ line, code, err }).toEqual({ line, code: 0, err: '' })
      outputs.push(out)
    }
    const all = outputs.join('')
    expect(all).toMatch(/duty1: password \S+\n/)
    expect(all).toContain('duty1\t值班一\tofficer\teverywhere')
    expect(all).toContain('county\t岩口县查看\tviewer\t999903000000')
    expect(all).toContain('duty1: removed')
    expect(all).toMatch(/chengxi-chem: secret \S+\n/)
    expect(all).toContain('no errors')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
