/** Which suites there are, and the files of each. */
import { globSync } from 'node:fs'
import { join } from 'node:path'

/** A suite: rooms that run on Node side by side, rooms that run in a browser, journeys, one at a time, or those in every engine. */
export type Suite = {
  readonly name: string
  readonly kind: 'node' | 'browser' | 'journeys' | 'engines'
  /** Absolute paths, sorted. */
  readonly files: readonly string[]
}

const NODE_ROOMS = [
  'protocol',
  'api',
  'server',
  'node',
  'cli',
  'fakes',
  'agent',
  'demo',
  'docs',
  'tools',
  'reference-systems',
]
/** Drive a browser themselves. */
const JOURNEY_ROOMS = ['journeys', 'react', 'examples']
const BROWSER_ROOMS = ['client', 'element']
/** Need more than Chromium: run where they are asked for, and with `--full`. */
const ENGINE_ROOMS = ['engines']

/** Lists the suites of a checkout that have test files.
 *
 * @param root - folder that holds `test/`.
 * @param wanted - room names (`server`, `journeys`, …); empty means all.
 * @param full - with the files that end in `.full.ts`, which take long or need more than PostgreSQL and Chromium.
 * @throws {Error} when a wanted room has no tests.
 */
export function listSuites(root: string, wanted: readonly string[] = [], full = false): Suite[] {
  const known = [...NODE_ROOMS, ...BROWSER_ROOMS, ...JOURNEY_ROOMS, ...ENGINE_ROOMS]
  const files = new Map(known.map((room) => [room, testFiles(root, room, full)]))
  for (const room of wanted) {
    if (!files.get(room)?.length) throw new Error(`There are no tests of "${room}"; rooms are ${known.join(', ')}.`)
  }
  const pick = (rooms: readonly string[]): string[] =>
    rooms.filter((room) => wanted.length === 0 || wanted.includes(room)).flatMap((room) => files.get(room) ?? [])
  const suites: Suite[] = [
    { name: 'node', kind: 'node', files: pick(NODE_ROOMS) },
    { name: 'browser', kind: 'browser', files: pick(BROWSER_ROOMS) },
    { name: 'journeys', kind: 'journeys', files: pick(JOURNEY_ROOMS) },
    { name: 'engines', kind: 'engines', files: wanted.length > 0 || full ? pick(ENGINE_ROOMS) : [] },
  ]
  return suites.filter((suite) => suite.files.length > 0)
}

function testFiles(root: string, room: string, full: boolean): string[] {
  return globSync(`test/${room}/**/*.${full ? '{test,full}' : 'test'}.ts`, { cwd: root })
    .sort()
    .map((file) => join(root, file))
}
