/** Loads a part of the script-tag build, and lets it run only when it is the very file that this build wrote; no other
 * build has it.
 *
 * A part imports nothing: it is a function of what the first file lends it. An import by its address could bring a second
 * copy of the first file, one that nobody checks, wherever the page's own address of that has a query or was redirected.
 */

interface Policy {
  createScriptURL(url: string): unknown
}

declare global {
  interface Window {
    readonly trustedTypes?: { createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy }
  }
}

type Part = (shared: readonly unknown[], hashes: Readonly<Record<string, string>>, later: unknown) => object

/** What the first file lends; the build appends it. */
declare const $shared: readonly unknown[]

/** By the name of a part. `later` brings those of all others along: the first file pays for one hash only. */
const hashes: Record<string, string> = { later: '$hash' }
const parts: Record<string, Promise<object> | undefined> = {}
// By a name, or Vite takes what is made of it for an asset.
const here = import.meta.url
let faults = ''
let policy: Policy | undefined

/** Gives what a part exports. A fault is told to who asks, and the next one tries again.
 *
 * @see Subresource Integrity §3.5
 */
export function loadPart(name: string): Promise<object> {
  return (parts[name] ??= run(name).catch((cause: unknown) => {
    parts[name] = undefined
    // Firefox keeps what it refused, and would refuse that address for ever.
    faults += '?'
    throw cause
  }))
}

async function run(name: string): Promise<object> {
  const later = name === 'later' || (await loadPart('later'))
  const url = new URL(`connector-auth.${name}.min.js${faults}`, here).href
  // Nobody else can reach this policy, so it may say yes.
  policy ??= window.trustedTypes?.createPolicy('connector-auth', { createScriptURL: String })
  // Not <link rel=modulepreload>: WebKit ignores its integrity. What a script element loaded, import() does not ask for again.
  const script = document.createElement('script')
  await new Promise((onload, onerror) => {
    Object.assign(script, {
      type: 'module',
      crossOrigin: '',
      integrity: hashes[name],
      nonce: document.querySelector<HTMLElement>('[nonce]')?.nonce,
      src: policy?.createScriptURL(url) ?? url,
      onload,
      onerror,
    })
    document.head.append(script)
  }).finally(() => script.remove())
  const loaded: { readonly default: Part } = await import(/* @vite-ignore */ url)
  return loaded.default($shared, hashes, later)
}
