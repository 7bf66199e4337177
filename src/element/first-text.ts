/** The texts that a single button shows before anything else is loaded, in English. */

/** The first texts; the rest stand in `text.ts`. */
export const firstText = {
  connect: 'Connect',
  connectLabel: 'Connect {name}',
  reconnect: 'Reconnect',
  reconnectLabel: 'Reconnect {name}',
  loading: 'Checking…',
  idle: 'Not connected',
  needsReconnect: 'Access ended. Connect again.',
  denied: 'You declined. Nothing was connected.',
  cancelled: 'Cancelled. Nothing was connected.',
  expired: 'It took too long. Connect again.',
  part_unavailable: 'A part of this page could not be loaded.',
  retry: 'Try again',
  fault: 'Not set up: {attribute} is missing or wrong.',
}

/** What is shown before the rest is loaded. */
export type FirstText = Readonly<typeof firstText>
