import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { execute } from '../../tools/execute.ts'

for (const [version, file] of [
  [18, 'tsconfig.18.json'],
  [19, 'tsconfig.json'],
] as const) {
  test(`tag and component are typed in JSX, with the types of React ${version}`, () => {
    const { file: program, parameters } = execute('tsc', [
      '-p',
      join(import.meta.dirname, 'types', file),
      '--listFiles',
    ])
    const { status, stdout } = spawnSync(program, parameters, { encoding: 'utf8' })
    const reacts = stdout.split('\n').filter((line) => line.endsWith('@types/react/index.d.ts'))
    assert.equal(status, 0, stdout.replaceAll(/^\/.*\n/gm, ''))
    assert.deepEqual(
      reacts.map((line) => line.includes('react-18')),
      [version === 18],
    )
  })
}
