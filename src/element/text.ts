/** The texts of every card, in English; `{name}` and its like stand for a value. Loaded beside first paint. */

import type { Reason } from '../client/index.ts'
import type { Forms } from './count.ts'
import type { FailureText } from './failure-text.ts'
import { firstText } from './first-text.ts'
import type { formText } from './form-text.ts'
import type { listText } from './list-text.ts'

/** What a card says. */
export const defaultText = {
  ...firstText,
  disconnect: 'Disconnect',
  disconnectLabel: 'Disconnect {name}',
  cancel: 'Cancel',
  reopen: 'Reopen window',
  openWindow: 'Open window',
  dismiss: 'Dismiss',
  opening: 'Opening…',
  waiting: 'Continue in the new window.',
  maybeClosed: 'Window closed? Reopen it.',
  ready: 'One more click opens the window.',
  goOn: 'Continue',
  unfinished: 'Not finished yet. Continue at the service.',
  leave: 'Continue in this tab',
  elsewhere: 'Connecting may not work in here. Open this page in your browser:',
  copyLink: 'Copy link',
  copied: 'Copied',
  late: 'It was granted after you had cancelled.',
  keep: 'Keep',
  deniedStill: 'You declined. Nothing has changed.',
  cancelledStill: 'Cancelled. Nothing has changed.',
  expiredStill: 'It took too long. Nothing has changed.',
  blocked: 'Your browser blocked the window.',
  redeeming: 'Connecting…',
  disconnecting: 'Disconnecting…',
  connected: 'Connected',
  connectedAs: 'Connected as {account}',
  connectedOn: 'Connected on {date}',
  named: '{name} ({account})',
  sentences: '{first}. {second}',
  permissions: forms({ one: '{count} permission', other: '{count} permissions' }),
  missing: 'Not granted',
  requestId: 'Request {id}',
  copyId: 'Copy request id',
  add: 'Add another account',
  addLabel: 'Add another account of {name}',
  accounts: forms({ one: '{count} account connected', other: '{count} accounts connected' }),
  grant: 'Grant the rest',
  grantLabel: 'Grant the rest to {name}',
  disconnectTitle: 'Disconnect {name}?',
  disconnectWarning: 'Access ends for this app. You can connect again at any time.',
  failed_will_retry: 'The service could not be told yet. It will be told again.',
  unsupported: 'The service cannot be told. To end the access there too, remove this app in its settings.',
  unsupportedKey:
    'The service cannot be told. To end the access there too, delete the key or change the password there.',
  endedByTime: 'It was given for a limited time.',
  endedByService: 'The service has ended it.',
  endedByFault: 'Renewing it was interrupted.',
  entering: 'Fill in the form.',
  saving: 'Checking with the service…',
  formFailed: 'The form could not be loaded.',
}

/** The element's own texts in some language. */
export type OwnText = Readonly<typeof defaultText & typeof formText & typeof listText>

/** The names of any categories: an operator's own connectors may have others than the catalogue. */
interface AnyCategory {
  readonly [category: `category:${string}`]: string | undefined
}

/** What `text` may replace: the element's texts, by a reason the message of that failure, the sentences that stand for
 * failures in other languages than English, and the name of any category. */
export type Text = OwnText & { readonly [R in Reason]?: string } & Partial<FailureText> & AnyCategory

/** The texts of a card, and what else the host or a language has said. */
export type CardText = Readonly<typeof defaultText> & Partial<Text>

/** A text that counts: another language has other forms. */
function forms(text: Forms): Forms {
  return text
}
