/** The network address on the other side, as far as it can be believed. */

import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** A range of proxies whose `X-Forwarded-For` counts. */
export type TrustedProxy = readonly [ipaddr.IPv4 | ipaddr.IPv6, number]

/**
 * Reads a range such as `10.0.0.0/8`, or one address.
 *
 * @returns Undefined where it is none.
 */
export function readTrustedProxy(text: string): TrustedProxy | undefined {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text)
  const address = parseAddress(text)
  return address && [address, address.kind() === 'ipv4' ? 32 : 128]
}

/**
 * The address that counts for a request: the socket's, or behind trusted proxies the right-most entry of
 * `X-Forwarded-For` that is not one of them. Everything to the left of it is the caller's own word.
 *
 * @returns IPv4 as it is, IPv6 as its /64, which is what one subscriber gets (RFC 6177 §2); undefined where nobody told.
 */
export function clientAddress(
  remoteAddress: string | undefined,
  forwardedFor: string | null,
  trusted: readonly TrustedProxy[],
): string | undefined {
  let address = parseAddress(remoteAddress ?? '')
  if (!address) return undefined
  const hops = (forwardedFor ?? '').split(',')
  while (isTrusted(address, trusted)) {
    const hop = parseAddress(withoutPort(hops.pop()?.trim() ?? ''))
    if (!hop) break
    address = hop
  }
  return nameOf(address)
}

function isTrusted(address: ipaddr.IPv4 | ipaddr.IPv6, trusted: readonly TrustedProxy[]): boolean {
  return trusted.some(([range, bits]) => address.kind() === range.kind() && address.match([range, bits]))
}

/** IPv4 inside IPv6 (`::ffff:192.0.2.1`) is IPv4; a zone (`fe80::1%eth0`) is this machine's own name for a link. */
function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const bare = text.split('%')[0] ?? ''
  // The library tells by throwing, which costs more than the rest of a request.
  return isIP(bare) === 0 ? undefined : ipaddr.process(bare)
}

/** Some proxies write the port too: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  const match = /^(?:\[([^\]]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d+)?$/.exec(text)
  return match?.[1] ?? match?.[2] ?? text
}

function nameOf(address: ipaddr.IPv4 | ipaddr.IPv6): string {
  if (address.kind() === 'ipv4') return address.toString()
  const network = [...address.toByteArray().slice(0, 8), ...Array.from({ length: 8 }, () => 0)]
  return `${ipaddr.fromByteArray(network).toString()}/64`
}
