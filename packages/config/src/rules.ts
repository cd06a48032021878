/** Loads rule files whole: parsed, checked against each other, in canonical units, or not at all. */

import type { Rule, RuleSet } from '@tocsin/core/domain/rule.ts'
import { ruleSetOf } from './content.ts'
import { duplicates, type Item, readItems, yamlFiles } from './files.ts'
import { didYouMean, hasErrors, type Problem, problemsError } from './problems.ts'
import { convertRule } from './rule-convert.ts'
import { type RuleFile, ruleFile, rulesFileShell } from './rule-schema.ts'
import { type Parsed, readYaml, validate } from './yaml.ts'

/**
 * Reads every rule of the files and folders.
 * @returns the set, or every problem found
 */
export function readRules(paths: readonly string[]): Parsed<RuleSet> {
  const problems: Problem[] = []
  const items: Item<RuleFile>[] = []
  const broken: string[] = []
  for (const path of paths) {
    const { files, problems: unreadable } = yamlFiles(path)
    problems.push(...unreadable)
    for (const file of files) {
      const yaml = readYaml(file)
      const shell = yaml.ok
        ? validate(rulesFileShell, yaml.value.value ?? { rules: [] }, { file: yaml.value, path: [] })
        : yaml
      if (!yaml.ok || !shell.ok) {
        problems.push(...(shell.ok ? [] : shell.problems))
        continue
      }
      const read = readItems(ruleFile, shell.value.rules, { file: yaml.value, path: ['rules'] })
      problems.push(...read.problems)
      items.push(...read.items)
      broken.push(...read.broken)
    }
  }
  const rules: Rule[] = []
  for (const { value, file, path } of items) {
    const converted = convertRule(value, (inner, complaint) => file.problem([...path, ...inner], complaint))
    problems.push(...converted.problems)
    rules.push(converted.rule)
  }
  problems.push(...duplicates(items, (rule) => rule.id, 'id'), ...unknownReplaced(items, broken))
  return hasErrors(problems) ? { ok: false, problems } : { ok: true, value: ruleSetOf(rules) }
}

/**
 * Loads every rule of the files and folders.
 * @throws TocsinError `rules-invalid` that lists every problem with file, line and field
 */
export function loadRules(paths: readonly string[]): RuleSet {
  const read = readRules(paths)
  if (!read.ok) throw problemsError('rules-invalid', read.problems)
  return read.value
}

function unknownReplaced(items: readonly Item<RuleFile>[], broken: readonly string[]): Problem[] {
  const known = new Set([...items.map((item) => item.value.id), ...broken])
  return items.flatMap(({ value, file, path }) =>
    (value.replaces ?? []).flatMap((name, index) =>
      known.has(name)
        ? []
        : [
            file.problem([...path, 'replaces', index], {
              expected: 'the id of a rule',
              found: `"${name}"${didYouMean(name, known)}`,
            }),
          ],
    ),
  )
}
