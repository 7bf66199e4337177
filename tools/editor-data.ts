/** Makes what editors read of the element: VS Code's custom data and JetBrains' web-types. */

import { type ElementDescription, type Named, choices, shortType } from './element-description.ts'

const REFERENCE = 'docs/element.md'

const line = (words = '') => words.replace(/\s+/g, ' ')
const toJson = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`
const nameOfSlot = ({ name, description }: Named) => ({ name: name || 'default', description: line(description) })
const nameAndWords = ({ name, description }: Named) => ({ name, description: line(description) })

/** @see https://code.visualstudio.com/api/extension-guides/custom-data-extension */
export function makeVsCodeData({ tagName, description, attributes, slots, events }: ElementDescription): string {
  const more = [
    ...slots.map(({ name, description: words }) => `- slot \`${name || 'default'}\`: ${line(words)}`),
    ...events.map(({ name, description: words }) => `- event \`${name}\`: ${line(words)}`),
  ].join('\n')
  return toJson({
    version: 1.1,
    tags: [
      {
        name: tagName,
        description: { kind: 'markdown', value: `${line(description)}\n\n${more}` },
        attributes: attributes.map(({ name, description: words, type }) => {
          const values = choices(type?.text).map((value) => ({ name: value }))
          return {
            name,
            description: line(words),
            ...(type?.text === 'boolean' && { valueSet: 'v' }),
            ...(values.length > 0 && { values }),
          }
        }),
      },
    ],
  })
}

/** @see https://github.com/JetBrains/web-types */
export function makeWebTypes(of: ElementDescription, version: string): string {
  const events = of.events.map((one) => ({ ...nameAndWords(one), value: { type: one.type.text } }))
  const properties = [
    ...of.attributes.flatMap(({ fieldName, description, type }) =>
      fieldName ? [{ name: fieldName, description: line(description), value: { type: shortType(type?.text) } }] : [],
    ),
    ...of.properties.map((one) => ({
      ...nameAndWords(one),
      value: { type: shortType(one.type?.text) },
      ...(one.readonly && { 'read-only': true }),
    })),
  ]
  const tag = {
    name: of.tagName,
    description: line(of.description),
    'doc-url': REFERENCE,
    attributes: of.attributes.map((one) => ({
      ...nameAndWords(one),
      value: { type: shortType(one.type?.text), ...(one.type?.text === 'boolean' && { kind: 'no-value' }) },
    })),
    slots: of.slots.map(nameOfSlot),
    events,
    js: { properties, events },
    css: { properties: of.cssProperties.map(nameAndWords), parts: of.parts.map(nameAndWords) },
  }
  return toJson({
    $schema: 'https://json.schemastore.org/web-types',
    name: 'connector-auth',
    version,
    'description-markup': 'markdown',
    contributions: { html: { elements: [tag] } },
  })
}
