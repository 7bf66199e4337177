/** What the element's reference says is what its sources do: parts, defaults and categories. */

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { listText } from '../../src/element/list-text.ts'
import { cardParts } from '../../src/element/views/parts.ts'
import { catalogue } from '../../src/server/catalogue/catalogue.ts'
import { describeElement } from '../../tools/element-description.ts'

const root = join(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const sources = globSync('src/element/**/*.ts', { cwd: root }).map((file) => ({ file, code: read(file) }))
const element = describeElement(read('custom-elements.json'))
const documented = element.parts.map(({ name }) => name)
/** A card in a card shows no list. */
const ofLists = ['list', 'search', 'category', 'rows', 'row']

test('every part that is rendered is documented, once, and no other', () => {
  const rendered = sources.flatMap(({ code }) =>
    [...code.matchAll(/\spart="([^"]*)"/g)].flatMap(([, names = '']) => names.replace(/\$\{[^}]*\}/g, '').split(/\s+/)),
  )
  assert.deepEqual(documented.toSorted(), [...new Set(rendered)].filter(Boolean).toSorted())
})

const view = /type View =([^]*?)\n\n/.exec(read('src/element/view.ts'))?.[1] ?? ''
/** The state `list` is no card's: it has the list itself as its part. */
const states = [...view.matchAll(/\bname: '(\w+)'/g)].flatMap(([, name = '']) => (name === 'list' ? [] : [name]))

test('a card in a card lets every part through that a card has, and that of its state', () => {
  assert.ok(states.includes('connected') && states.includes('idle'))
  const wanted = new Set([...documented.filter((name) => !ofLists.includes(name)), ...states])
  assert.deepEqual(cardParts.split(',').toSorted(), [...wanted].toSorted())
})

test('no state has the name of another part: ::part() reaches one thing by one name', () => {
  assert.deepEqual(
    states.filter((name) => documented.includes(name)),
    [],
  )
})

test('every custom property has a default, which is the one of the styles', () => {
  const styles = sources.filter(({ file }) => file.endsWith('styles.ts')).map(({ code }) => code)
  const used = styles.flatMap((code) =>
    [...code.matchAll(/var\(--connector-auth-([\w-]+), /g)].map((match) => fallback(code, match)),
  )
  assert.ok(used.length >= element.cssProperties.length)
  const told = new Map(element.cssProperties.map(({ name, default: value }) => [name, value]))
  for (const [name, value] of used) assert.equal(told.get(name), value, name)
  assert.deepEqual([...told.keys()].toSorted(), [...new Set(used.map(([name]) => name))].toSorted())
})

test('nothing that the sources say of an attribute is lost', () => {
  const said = [
    ...read('src/element/connector-auth.ts').matchAll(/@attr \{.*?\} ([\w-]+) - ([^@]*?)(?=\n \* *(?:@|\n))/g),
  ]
  assert.equal(said.length, element.attributes.length)
  for (const [, name = '', words = ''] of said) {
    const told = element.attributes.find((one) => one.name === name)?.description ?? ''
    assert.equal(told.replace(/\s+/g, ' '), words.replace(/\s*\n \*\s*/g, ' ').trim(), name)
  }
})

test('the words of Status are the names of the views, and the fields of every options type are told', () => {
  const told = new Map(element.types.map(({ name, ...rest }) => [name, rest]))
  assert.deepEqual(told.get('Status')?.values?.toSorted(), ['list', ...states].toSorted())
  const page = read('docs/element.md')
  for (const [name, field] of [
    ['EntryOptions', 'inputs'],
    ['WaitOptions', 'timeoutSeconds'],
    ['ReadOptions', 'forceRefresh'],
  ])
    assert.match(page, new RegExp(`\\| \`${name}\` \\| \`${field}\` \\| .+ \\| .+ \\|`))
})

test('every category of the catalogue has a name', () => {
  const names = new Set(Object.keys(listText))
  const categories = new Set(Object.values(catalogue).map(({ category }) => `category:${category}`))
  assert.ok(categories.size > 20)
  assert.deepEqual(
    [...categories].filter((category) => !names.has(category)),
    [],
  )
})

/** A property and what stands in for it, in the properties' own names. */
function fallback(code: string, { 0: start, 1: name = '', index }: RegExpExecArray): [string, string] {
  const from = index + start.length
  let depth = 1
  let end = from
  for (; depth > 0; end += 1) depth += code[end] === '(' ? 1 : code[end] === ')' ? -1 : 0
  const own = { tint: 'accent', round: 'radius', dense: 'density' }
  const value = Object.entries(own).reduce(
    (text, [short, long]) => text.replaceAll(`var(--${short})`, `var(--connector-auth-${long})`),
    code.slice(from, end - 1),
  )
  return [`--connector-auth-${name}`, value]
}
