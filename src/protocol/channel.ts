/** What passes between the callback page and the page that started: no token, no object that anyone acts on unread. */

import { either, object, oneOf, text } from './schema.ts'

/** `ca:` and base64url(SHA-256(state)): only who knows the state can name the channel. */
export const channelPrefix = 'ca:'

export const channelMessage = either(
  /** From the callback page: its query string without `?`, and its own address: an answer that came back elsewhere is another server's. */
  object({ type: oneOf('callback'), query: text({ maxLength: 8_192 }), uri: text() }),
  /** From the page that started: the answer has arrived. */
  object({ type: oneOf('received') }),
  /** From a page that was loaded again: whoever waits with an answer, send it now. */
  object({ type: oneOf('waiting') }),
)
