/** Names requests, so that an answer, a log line and an audit row are found by each other. */

import { randomHex } from '../digest.ts'

const prefix = randomHex(64)
let count = 0

/** A new id: unique across processes by its first half, within one by its second. It is no secret. */
export function nextRequestId(): string {
  count = (count + 1) % 0x1_0000_0000
  return `req_${prefix}${count.toString(16).padStart(8, '0')}`
}
