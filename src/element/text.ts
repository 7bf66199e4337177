/** Every text the element shows, in English; `{name}` and its like stand for a value. */

import type { Reason } from '../client/index.ts'

/** The element's texts. */
export const defaultText = {
  connect: 'Connect',
  connectLabel: 'Connect {name}',
  reconnect: 'Reconnect',
  reconnectLabel: 'Reconnect {name}',
  disconnect: 'Disconnect',
  disconnectLabel: 'Disconnect {name}',
  cancel: 'Cancel',
  reopen: 'Reopen window',
  openWindow: 'Open window',
  retry: 'Try again',
  dismiss: 'Dismiss',
  loading: 'Checking…',
  idle: 'Not connected',
  needsReconnect: 'Access ended. Connect again.',
  denied: 'You declined. Nothing was connected.',
  cancelled: 'Cancelled. Nothing was connected.',
  expired: 'It took too long. Connect again.',
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
  blocked: 'Your browser blocked the window.',
  redeeming: 'Connecting…',
  disconnecting: 'Disconnecting…',
  connected: 'Connected',
  connectedAs: 'Connected as {account}',
  permissions: 'Permissions ({count})',
  missing: 'Not granted',
  requestId: 'Request {id}',
  fault: 'Not set up: {attribute} is missing or wrong.',
  entering: 'Fill in the form.',
  saving: 'Checking with the service…',
  formFailed: 'The form could not be loaded.',
  submit: 'Connect',
  optional: '(optional)',
  choose: 'Choose…',
  show: 'Show',
  showLabel: 'Show {name}',
  hide: 'Hide',
  hideLabel: 'Hide {name}',
  checkFields: 'Check what is marked.',
  unreachable: 'The connection failed. Nothing you typed is lost; try again.',
  inputMissing: 'Fill this in.',
  inputTooLong: 'At most {count} characters.',
  inputNotAllowed: 'A character in it cannot be right. Copy it once more.',
  inputNotOffered: 'Choose one of the list.',
  inputPattern: 'This does not look right. Compare it with the original.',
  inputSubdomain: 'Letters, digits and hyphens only.',
  inputHostname: 'A host name, such as example.com.',
  inputUrl: 'An address that begins with https://.',
  inputEmail: 'An email address, such as ana@example.com.',
  inputUuid: 'An id, such as 2f1c3a1e-0000-4000-8000-0123456789ab.',
}

/** What `text` may replace: the element's texts, and by a reason the message of that failure. */
export type Text = Readonly<Record<keyof typeof defaultText, string>> & { readonly [R in Reason]?: string }

/** Puts a value into a text's place. */
export function fill(text: string, value: string | number): string {
  return text.replace(/{\w+}/, () => String(value))
}
