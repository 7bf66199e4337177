/** The callback page: a document that runs one script and says one sentence. */

import { callbackScript, callbackScriptHash, callbackStyleHash } from './callback-script.ts'
import { callbackStyle } from './callback-style.ts'

/** The script in the document, or beside it (static pages, whose host may forbid inline scripts and styles). */
export type CallbackScript = { readonly inline: true } | { readonly src: string }

/** The Content-Security-Policy of the page with its script inline. */
export const callbackPolicy = `default-src 'none'; script-src '${callbackScriptHash}'; style-src '${callbackStyleHash}'; frame-ancestors 'none'; base-uri 'none'`

/** Writes the document. Light and dark come from `color-scheme`, so the static form needs no style at all. */
export function callbackPage(script: CallbackScript): string {
  const [head, element] =
    'src' in script
      ? [
          `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; base-uri 'none'">`,
          `<script src="${attribute(script.src)}"></script>`,
        ]
      : [`<style>${callbackStyle}</style>`, `<script>${callbackScript}</script>`]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Connecting</title>
${head}
</head>
<body role="status">One moment …<noscript> This page needs JavaScript. Close this window, allow it and connect again.</noscript>${element}</body>
</html>
`
}

function attribute(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}
