/** Tells public addresses from special-purpose ones. */

import { isIPv4, isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * Tells whether an address is a public unicast one; everything in a special-purpose range is not.
 *
 * Addresses that carry another one inside (IPv4-mapped, NAT64, 6to4, Teredo, ISATAP) are not public either.
 *
 * @see RFC 6890 and the IANA special-purpose address registries
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return ipaddr.IPv4.parse(address).range() === 'unicast'
  // A zone belongs to addresses of one link (RFC 4007 §11).
  if (!isIPv6(address) || address.includes('%')) return false
  const parsed = ipaddr.IPv6.parse(address)
  // Global unicast is 2000::/3 only (RFC 4291 §2.4); the library calls unassigned space unicast too.
  const global = parsed.range() === 'unicast' && ((parsed.parts[0] ?? 0) & 0xe000) === 0x2000
  return global && !isIsatap(parsed)
}

/** An interface identifier that carries an IPv4 address of the site behind it (RFC 5214 §6.1). */
function isIsatap({ parts }: ipaddr.IPv6): boolean {
  return ((parts[4] ?? 0) & 0xfdff) === 0 && parts[5] === 0x5efe
}

/** The address that stands literally in a URL's host, without brackets; undefined where it is a name. */
export function literalAddress(hostname: string): string | undefined {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  return isIPv4(bare) || isIPv6(bare) ? bare : undefined
}
