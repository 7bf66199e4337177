/** Tells whether a request's body can be sent again: whatever is read only once would be sent empty the second time. */
export function isRepeatable(body: unknown): boolean {
  if (body === undefined || body === null || typeof body === 'string' || ArrayBuffer.isView(body)) return true
  return [URLSearchParams, FormData, Blob, ArrayBuffer].some((kind) => body instanceof kind)
}
