/** Makes docs/element.md: the recipes as they are written, and the reference from the element's own comments. */

import { type ElementDescription, type ElementMember, type Named, shortType } from './element-description.ts'

/** In a table, a cell is one line, and a bar in it is not a border. */
const cell = (words = '') => words.replace(/\s+/g, ' ').trim().replaceAll('|', '\\|')
const code = (words: string) => (words ? `\`${words.replaceAll('|', '\\|')}\`` : '')

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

/** A section, or nothing where there is nothing to tell. */
function section(title: string, rows: readonly unknown[], ...body: readonly string[]): string {
  return rows.length > 0 ? [`### ${title}`, ...body].join('\n\n') : ''
}

const names = (title: string, list: readonly Named[], show: (one: Named) => string): string =>
  section(
    title,
    list,
    table(
      [title.toLowerCase(), ''],
      list.map((one) => [show(one), cell(one.description)]),
    ),
  )

function signature({ name, parameters = [], return: result }: ElementMember): string {
  const given = parameters.map((one) => `${one.name}${one.optional ? '?' : ''}: ${one.type?.text ?? 'unknown'}`)
  return `${name}(${given.join(', ')}): ${result?.type.text ?? 'void'}`
}

/** What every event has is said once. */
function events({ events: all }: ElementDescription): string {
  const [first, ...others] = all.map(({ fields = [] }) => fields)
  const common = (first ?? []).filter(({ name }) => others.every((fields) => fields.some((one) => one.name === name)))
  const rows = all.map(({ name, type, description, fields = [] }) => {
    const own = fields.filter((field) => !common.some((one) => one.name === field.name))
    return [code(name), code(type.text), cell(description), own.map((field) => code(field.name)).join(' ')]
  })
  const shared = common.map(({ name, type }) => `\`${name}: ${type.text}\``).join(', ')
  const lead = `All bubble and leave shadow roots. All have ${shared}.`
  return section('Events', all, lead, table(['event', 'type', '', 'and'], rows))
}

/** What the fields mean, once for each type of event. */
function fieldsOfEvents({ events: all }: ElementDescription): string {
  const rows = new Map<string, readonly string[]>()
  for (const { type, fields = [] } of all)
    for (const { name, type: of, description } of fields)
      if (description) rows.set(`${type.text} ${name}`, [code(type.text), code(name), code(of.text), cell(description)])
  return rows.size > 0 ? table(['event type', 'field', 'type', ''], [...rows.values()]) : ''
}

/** The types that signatures name: a choice of words, or fields. */
function namedTypes({ types }: ElementDescription): string {
  const fields = types.flatMap(({ name, fields: all = [] }) =>
    all.map((one) => [code(name), code(one.name), code(shortType(one.type.text)), cell(one.description)]),
  )
  const words = types.flatMap(({ name, values = [] }) =>
    values.length > 0 ? `\`${name}\` is one of ${values.map((value) => code(`'${value}'`)).join(', ')}.` : [],
  )
  return section('Types', types, ...words, table(['type', 'field', 'type', ''], fields))
}

/** Joins the page.
 *
 * @param recipes - The hand-written part, which begins with the page's title.
 */
export function makeElementDocs(of: ElementDescription, recipes: string): string {
  const attributes = of.attributes.map((one) => [
    code(one.name),
    code(one.fieldName ?? ''),
    code(shortType(one.type?.text)),
    cell(one.description),
  ])
  const properties = of.properties.map((one) => [
    code(one.name) + (one.readonly ? ' (read only)' : ''),
    code(shortType(one.type?.text)),
    cell(one.description),
  ])
  const methods = of.methods.map((one) => [code(signature(one)), cell(one.description)])
  const looks = of.cssProperties.map((one) => [code(one.name), code(one.default ?? ''), cell(one.description)])
  const parts = [
    recipes.replace(/^<!--.*-->\n+/, '').trimEnd(),
    `## Reference\n\n\`<${of.tagName}>\`: ${of.description}`,
    section('Attributes', attributes, table(['attribute', 'property', 'type', ''], attributes)),
    section('Properties', properties, table(['property', 'type', ''], properties)),
    section('Methods', methods, table(['method', ''], methods)),
    events(of),
    fieldsOfEvents(of),
    namedTypes(of),
    names('Slots', of.slots, ({ name }) => (name ? code(name) : '(default)')),
    names('Parts', of.parts, ({ name }) => code(`::part(${name})`)),
    section('Custom properties', looks, table(['custom property', 'default', ''], looks)),
  ]
  return `${parts.filter(Boolean).join('\n\n')}\n`
}
