/** The analyzer's settings; it would otherwise write its own path into package.json. */

import { existsSync, readFileSync } from 'node:fs'

/** By the name of a class or an interface: what it extends, and the fields of its own. */
const types = new Map()

/** The fields of an event, its parents' first; a field that is said again says more. */
function fieldsOf(name) {
  const { parents = [], fields = [] } = types.get(name) ?? {}
  const all = [...parents.flatMap(fieldsOf), ...fields]
  return [...new Map(all.map((field) => [field.name, field])).values()]
}

/** The fields that a class or an interface declares itself. */
function ownFields(ts, { members }) {
  return members
    .filter((member) => ts.isPropertySignature(member) || ts.isPropertyDeclaration(member))
    .map((member) => {
      const [comment] = ts.getJSDocCommentsAndTags(member)
      const description = ts.getTextOfJSDocComment(comment?.comment)
      return {
        name: member.name.getText(),
        type: { text: member.type?.getText() ?? 'unknown' },
        ...(description && { description }),
      }
    })
}

/** The analyzer knows an event's type by name only; its fields are what a listener wants to know. */
const eventFields = {
  name: 'event-fields',
  analyzePhase({ ts, node }) {
    if (!(ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) || !node.name?.text.endsWith('Event')) return
    const parents = (node.heritageClauses ?? []).flatMap(({ types: named }) => named.map((one) => one.getText()))
    const fields = ownFields(ts, node)
    types.set(node.name.text, { parents: parents.filter((parent) => parent !== 'EventFields'), fields })
  },
  packageLinkPhase({ customElementsManifest }) {
    for (const { declarations = [] } of customElementsManifest.modules)
      for (const event of declarations.flatMap(({ events = [] }) => events)) event.fields = fieldsOf(event.type.text)
  },
}

/** What the methods take, and where it is declared: the name alone tells a reader nothing. */
const options = {
  EntryOptions: 'src/element/connector-auth.ts',
  WaitOptions: 'src/api/wait.ts',
  ReadOptions: 'src/element/read-options.ts',
}

/** Tells the fields of those types, and the words of `Status`, which are the names of what can be shown. */
const namedTypes = {
  name: 'named-types',
  initialize({ ts }) {
    const declared = (file, name) =>
      existsSync(file)
        ? ts
            .createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
            .statements.find((statement) => statement.name?.text === name)
        : undefined
    const views = declared('src/element/view.ts', 'View')
    if (views) types.set('Status', { values: views.type.types.map((view) => nameOfView(ts, view)) })
    for (const [name, file] of Object.entries(options)) {
      const declaration = declared(file, name)
      if (declaration) types.set(name, { fields: ownFields(ts, declaration) })
    }
  },
  packageLinkPhase({ customElementsManifest }) {
    const element = customElementsManifest.modules
      .flatMap(({ declarations = [] }) => declarations)
      .find(({ tagName }) => tagName)
    const told = ['Status', ...Object.keys(options)].filter((name) => types.has(name))
    if (element && told.length > 0) element.types = told.map((name) => ({ name, ...types.get(name) }))
  },
}

/** `idle` of `{ readonly name: 'idle'; … }`. */
function nameOfView(ts, { members }) {
  const { literal } = members.find((member) => member.name.getText() === 'name').type
  return literal.text
}

/** Folders are read side by side, and the first to answer would stand first. */
const inOrder = {
  name: 'in-order',
  packageLinkPhase({ customElementsManifest }) {
    customElementsManifest.modules.sort((one, other) => (one.path < other.path ? -1 : 1))
  },
}

export default {
  litelement: true,
  globs: ['src/element/**/*.ts'],
  packagejson: false,
  plugins: [eventFields, namedTypes, inOrder],
}
