/** Puts values where a record's dotted paths say that they stand in an answer. */

/** A value and its path: `data.tokens.0.value`. */
export type Placed = readonly [path: string, value: unknown]

type Node = Record<string, unknown> | unknown[]

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null

const isIndex = (name: string | undefined) => /^\d+$/.test(name ?? '')

/** Makes a JSON value with each value at its path; a path that begins with a number makes a list. */
export function build(values: readonly Placed[]): unknown {
  const root = empty(values[0]?.[0].split('.')[0])
  for (const [path, value] of values) put(root, path.split('.'), value)
  return root
}

function put(node: Node, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) return write(node, name, value)
  const there = read(node, name)
  const inner = isNode(there) ? there : empty(rest[0])
  if (inner !== there) write(node, name, inner)
  put(inner, rest, value)
}

function empty(name: string | undefined): Node {
  return isIndex(name) ? [] : {}
}

function read(node: Node, name: string): unknown {
  return Array.isArray(node) ? node[Number(name)] : node[name]
}

function write(node: Node, name: string, value: unknown): void {
  if (!Array.isArray(node)) node[name] = value
  else {
    // A hole in a list is null in JSON; services answer whole lists.
    for (let index = node.length; index < Number(name); index += 1) node[index] = {}
    node[Number(name)] = value
  }
}
