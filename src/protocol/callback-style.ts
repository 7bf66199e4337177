/** The style of the callback page where it is sent by the backend: one calm message in the middle. */

export const callbackStyle =
  'body{display:grid;place-items:center;min-height:90vh;margin:0;font:1rem/1.5 system-ui,sans-serif}'
