import assert from 'node:assert/strict'
import { test } from 'node:test'
import { integrityOf, makeParts } from '../../tools/script-tag-parts.ts'

const first = 'connector-auth.min.js'
const later = 'connector-auth.later.min.js'
const list = 'connector-auth.list.min.js'
const loader = 'var h={later:`$hash`};'

type Part = (shared: unknown, hashes: Record<string, string>, later: unknown) => Record<string, unknown>

/** Runs a part as the loader does. */
async function run(code: string, ...[shared, hashes, rest]: Parameters<Part>): Promise<Record<string, unknown>> {
  const module: { readonly default: Part } = await import(`data:text/javascript,${encodeURIComponent(code)}`)
  return module.default(shared, hashes, rest)
}

test('a part imports nothing and is lent what it needs, of the first file and of later', async () => {
  const made = makeParts(
    new Map([
      [first, `${loader}var x=2,Y=3;export{x as e,Y as Open}`],
      [later, `import{e as n}from"./${first}";var t=n*10;export{t as three,t as t}`],
      [list, `import{Open as o}from"./${first}";import{t as a}from"./${later}";export{b as sum};var b=a+o`],
    ]),
  )
  const code = made.get(first) ?? ''
  assert.match(code, /const \$shared=\[x,Y\];export\{Y as Open\};\n$/, 'what only parts need is no export')
  const hashes = {}
  const rest = await run(made.get(later) ?? '', [2, 3], hashes, true)
  assert.deepEqual(rest, { three: 20, t: 20 })
  assert.deepEqual(await run(made.get(list) ?? '', [2, 3], hashes, rest), { sum: 23 })
  assert.deepEqual(hashes, { list: integrityOf(made.get(list) ?? '', 'sha256') }, 'later brings the hash of the list')
  assert.ok(code.includes(integrityOf(made.get(later) ?? '', 'sha256')), 'the first file has the hash of later')
})

test('what is loaded later goes through the loader, wherever it stands', () => {
  const made = makeParts(
    new Map([
      [first, `${loader}function l(){}l(()=>import("./${later}"));export{l as e}`],
      [later, `import{e as q}from"./${first}";var f=()=>q(()=>import(\`./${list}\`));export{f as f}`],
      [list, 'var a=1;export{a as a}'],
    ]),
  )
  assert.match(made.get(first) ?? '', /l\(`later`\)/)
  assert.match(made.get(later) ?? '', /q\(`list`\)/)
  assert.equal([...made.values()].join('').includes('import('), false)
})

test('a part that lends something to another is loaded as any, and no import is left that nobody checks', () => {
  const makeFirst = (call: string) =>
    makeParts(new Map([[first, `${loader}function l(){}l(()=>${call});export{l as e}`]]))
  const made = makeFirst(`import("./${later}").then(e=>e.t)`)
  assert.match(made.get(first) ?? '', /l\(`later`\)/)
  for (const call of [`import("./${later}").then(e=>e.t.u)`, 'import("./other.js")'])
    assert.throws(() => makeFirst(call), /connector-auth\.min\.js imports something in a way that is not known/)
})

test('a part that needs a third file ends the build, and so does a first file that needs any', () => {
  const lone = [first, `${loader}var x=2;export{x as e}`] as const
  const third = makeParts.bind(null, new Map([lone, [later, 'export{}'], [list, 'import{a}from"./other.js"']]))
  assert.throws(third, /connector-auth\.list\.min\.js needs other\.js/)
  const eager = makeParts.bind(null, new Map([[first, `import{a}from"./${later}"`]]))
  assert.throws(eager, /needs connector-auth\.later\.min\.js at its start/)
})
