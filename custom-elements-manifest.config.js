/** The analyzer's settings; it would otherwise write its own path into package.json. */

/** By the name of a class or an interface: what it extends, and the fields of its own. */
const types = new Map()

/** The fields of an event, its parents' first; a field that is said again says more. */
function fieldsOf(name) {
  const { parents = [], fields = [] } = types.get(name) ?? {}
  const all = [...parents.flatMap(fieldsOf), ...fields]
  return [...new Map(all.map((field) => [field.name, field])).values()]
}

/** The analyzer knows an event's type by name only; its fields are what a listener wants to know. */
const eventFields = {
  name: 'event-fields',
  analyzePhase({ ts, node }) {
    if (!(ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) || !node.name?.text.endsWith('Event')) return
    const parents = (node.heritageClauses ?? []).flatMap(({ types: named }) => named.map((one) => one.getText()))
    const fields = node.members
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
    types.set(node.name.text, { parents: parents.filter((parent) => parent !== 'EventFields'), fields })
  },
  packageLinkPhase({ customElementsManifest }) {
    for (const { declarations = [] } of customElementsManifest.modules)
      for (const event of declarations.flatMap(({ events = [] }) => events)) event.fields = fieldsOf(event.type.text)
  },
}

/** Folders are read side by side, and the first to answer would stand first. */
const inOrder = {
  name: 'in-order',
  packageLinkPhase({ customElementsManifest }) {
    customElementsManifest.modules.sort((one, other) => (one.path < other.path ? -1 : 1))
  },
}

export default { litelement: true, globs: ['src/element/**/*.ts'], packagejson: false, plugins: [eventFields, inOrder] }
