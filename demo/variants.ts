/** The headers of the demo's page: strict by default, and what each variant of it adds or takes away. */

import type { Variant } from './scenarios/scenario.ts'

interface Sites {
  /** The authorization server, whose API the page calls. */
  readonly service: string
  /** The only site that may frame the page. */
  readonly portal: string
}

type Headers = Readonly<Record<string, string>>

const needed = "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'"
const trusted = "require-trusted-types-for 'script'"

/** Headers by variant; '' is the usual page. */
export function variantHeaders({ service, portal }: Sites): Readonly<Record<Variant | '', Headers>> {
  const usual = `${needed}; img-src 'self'; connect-src 'self' ${service}; form-action 'self'; ${trusted}`
  const plain = policy(`${usual}; frame-ancestors 'none'`)
  return {
    '': plain,
    coop: { ...plain, 'cross-origin-opener-policy': 'same-origin' },
    // Images for the page's own logo; the element loads none.
    isolated: {
      ...plain,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    },
    strict: policy(
      `${needed}; img-src 'self'; connect-src 'self'; form-action 'none'; ${trusted}; frame-ancestors 'none'`,
    ),
    frame: policy(`${usual}; frame-ancestors ${portal}`),
    blocked: policy(
      `${usual}; frame-ancestors 'none'; sandbox allow-scripts allow-same-origin allow-forms allow-modals`,
    ),
  }
}

const variants: readonly Variant[] = ['coop', 'isolated', 'strict', 'frame', 'blocked']

/** The variant that a path asks for; '' where it asks for none. */
export function variantOf(path: string): Variant | '' {
  const name = /^\/with\/(\w+)\//.exec(path)?.[1]
  return variants.find((variant) => variant === name) ?? ''
}

function policy(value: string): Headers {
  return { 'content-security-policy': value, 'referrer-policy': 'strict-origin', 'x-content-type-options': 'nosniff' }
}
