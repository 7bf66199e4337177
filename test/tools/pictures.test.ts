import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileOf, keptFile, keptFolder, keptWanted, takePictures } from '../../tools/pictures.ts'
import { pixelDistance } from '../../tools/pixels.ts'

const root = join(import.meta.dirname, '../..')

test('every view is where it was kept, box by box; and to the pixel in the browser that kept it', async (context) => {
  const kept: {
    readonly browser: string
    readonly boxes: Readonly<Record<string, readonly (readonly [string, number, number, number, number])[]>>
  } = JSON.parse(readFileSync(join(root, keptFile), 'utf8'))
  const { browser, pictures } = await takePictures({ root, ...keptWanted })
  assert.deepEqual(pictures.map(({ name }) => name).sort(), Object.keys(kept.boxes).sort())
  const moved: string[] = []
  for (const { name, boxes } of pictures) {
    const before = kept.boxes[name] ?? []
    if (before.length !== boxes.length) moved.push(`${name}: ${before.length} parts, now ${boxes.length}`)
    for (const [index, [part, ...sides]] of boxes.entries()) {
      const [was, ...at] = before[index] ?? ['nothing']
      // Another browser may round a line of text up.
      if (was !== part || sides.some((side, one) => Math.abs(side - (at[one] ?? Infinity)) > 2))
        moved.push(`${name}, ${part}: was ${was} ${at.join(' ')}, is ${sides.join(' ')}`)
    }
  }
  assert.deepEqual(moved, [], 'run `node tools/pictures.ts keep` if that is meant, and look at the pictures')
  await context.test(
    'pixels',
    { skip: browser !== kept.browser && `kept by Chromium ${kept.browser}, this is ${browser}` },
    () => {
      for (const { name, image } of pictures) {
        if (!image) continue
        const before = readFileSync(join(root, keptFolder, fileOf(name)))
        assert.ok(pixelDistance(before, image) <= 2, `${name} looks otherwise`)
      }
    },
  )
})
