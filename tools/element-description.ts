/** Reads what custom-elements.json says of `<connector-auth>`. */

import { parse } from '../src/protocol/parse.ts'
import { type Infer, anything, flag, list, object, text } from '../src/protocol/schema.ts'

const words = text({ maxLength: 10_000 })
const type = object({ text: words })
const named = object({ name: words }, { description: words, default: words })
const attribute = object({ name: words }, { description: words, type, fieldName: words, default: words })
const field = object({ name: words, type }, { description: words })
const event = object({ name: words, type }, { description: words, fields: list(field) })
const member = object(
  { name: words, kind: words },
  {
    description: words,
    type,
    attribute: words,
    privacy: words,
    static: flag,
    readonly: flag,
    return: object({ type }),
    parameters: list(object({ name: words }, { type, optional: flag, description: words })),
  },
)
const namedType = object({ name: words }, { fields: list(field), values: list(words) })
const element = object(
  { name: words, tagName: words, description: words },
  {
    attributes: list(attribute),
    members: list(member),
    events: list(event),
    slots: list(named),
    cssParts: list(named),
    cssProperties: list(named),
    types: list(namedType),
  },
)
const manifest = object({ modules: list(object({}, { declarations: list(anything) })) })
const tag = object({}, { tagName: words })

export type ElementAttribute = Infer<typeof attribute>
export type ElementEvent = Infer<typeof event>
export type ElementMember = Infer<typeof member>
export type NamedType = Infer<typeof namedType>
export type Named = Infer<typeof named>

/** The element's public side, every list there. */
export interface ElementDescription {
  readonly tagName: string
  readonly description: string
  readonly attributes: readonly ElementAttribute[]
  /** Public ones only, without the attributes' own. */
  readonly properties: readonly ElementMember[]
  readonly methods: readonly ElementMember[]
  readonly events: readonly ElementEvent[]
  readonly slots: readonly Named[]
  readonly parts: readonly Named[]
  readonly cssProperties: readonly Named[]
  /** What the signatures name. */
  readonly types: readonly NamedType[]
}

/** Finds the element in a manifest.
 *
 * @param json - The manifest's text.
 * @throws {Error} where it has none.
 */
export function describeElement(json: string): ElementDescription {
  const { modules } = parse(manifest, JSON.parse(json), 'drop')
  const found = modules
    .flatMap(({ declarations = [] }) => declarations)
    .find((one) => parse(tag, one, 'drop').tagName !== undefined)
  if (found === undefined) throw new Error('The manifest has no element.')
  const { attributes = [], members = [], slots = [], ...rest } = parse(element, found, 'drop')
  const open = members.filter((one) => (one.privacy ?? 'public') === 'public' && !one.static)
  return {
    tagName: rest.tagName,
    description: rest.description,
    attributes,
    properties: open.filter(({ kind, attribute: written }) => kind === 'field' && !written),
    methods: open.filter(({ kind }) => kind === 'method'),
    events: rest.events ?? [],
    slots,
    parts: rest.cssParts ?? [],
    cssProperties: rest.cssProperties ?? [],
    types: rest.types ?? [],
  }
}

/** The values of a type that is a choice of words, without quotes; empty for every other type. */
export function choices(typeText = ''): readonly string[] {
  const words = typeText.split('|').map((one) => one.trim())
  const chosen = words.filter((one) => !['null', 'undefined'].includes(one))
  return chosen.every((one) => /^'[^']*'$/.test(one)) ? chosen.map((one) => one.slice(1, -1)) : []
}

/** A type as a reader wants it: an attribute that is not there needs no `null | undefined`. */
export function shortType(typeText = 'string'): string {
  return typeText.replace(/ \| (null|undefined)\b/g, '')
}
