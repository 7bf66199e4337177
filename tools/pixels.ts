/** Tells how far two pictures are apart: a browser may draw the same rounded edge one shade lighter the next time. */
import { inflateSync } from 'node:zlib'

type Pixels = { readonly width: number; readonly height: number; readonly bytes: Uint8Array }

/** The greatest difference of two pictures in one colour of one pixel, of 255; Infinity where their sizes differ.
 *
 * @param one - PNG as browsers write it: 8 bits a colour, not interlaced.
 * @throws {TypeError} for any other.
 */
export function pixelDistance(one: Buffer, other: Buffer): number {
  const [left, right] = [readPixels(one), readPixels(other)]
  if (left.width !== right.width || left.height !== right.height || left.bytes.length !== right.bytes.length)
    return Infinity
  return left.bytes.reduce((most, byte, at) => Math.max(most, Math.abs(byte - (right.bytes[at] ?? 0))), 0)
}

/** @see PNG (Third Edition) §9.2, §11.2 */
function readPixels(png: Buffer): Pixels {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)]
  const colours = { 2: 3, 6: 4 }[png[25] ?? 0]
  if (png[24] !== 8 || !colours || png[28] !== 0) throw new TypeError('Such a PNG cannot be read here.')
  const rows = inflateSync(Buffer.concat([...dataOf(png)]))
  const stride = width * colours
  const bytes = new Uint8Array(stride * height)
  for (let at = 0; at < bytes.length; at++) {
    const [row, first] = [Math.floor(at / stride), at % stride < colours]
    const left = first ? 0 : (bytes[at - colours] ?? 0)
    const corner = first ? 0 : (bytes[at - stride - colours] ?? 0)
    const filter = rows[row * (stride + 1)]
    bytes[at] = (rows[at + row + 1] ?? 0) + predict(filter, left, bytes[at - stride] ?? 0, corner)
  }
  return { width, height, bytes }
}

function* dataOf(png: Buffer): Generator<Buffer> {
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') yield png.subarray(at + 8, at + 8 + png.readUInt32BE(at))
}

function predict(filter: number | undefined, left: number, up: number, corner: number): number {
  const [toLeft, toUp, toCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)]
  const nearest = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner
  return [0, left, up, (left + up) >> 1, nearest][filter ?? 0] ?? 0
}
