/** Tells a fault of PostgreSQL, which time or an operator mends, from a mistake in what it was asked. */

import { DatabaseError } from 'pg'

/**
 * Classes of SQLSTATE in which the server could not, for a reason that is not the query's: connection, operator,
 * resources, disk, rolled back to resolve a conflict, wrong credentials, no such database.
 *
 * @see PostgreSQL documentation, appendix A
 */
const faultClasses = new Set(['08', '25', '28', '3D', '40', '53', '55', '57', '58', 'F0', 'XX'])
/** The schema is not the one that was migrated, or may not be used. */
const faultCodes = new Set(['42P01', '42703', '42501'])

/** Tells whether the server's own error is its fault. */
export function isServerFault(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false
  const { code = '' } = error
  return faultClasses.has(code.slice(0, 2)) || faultCodes.has(code)
}

/** Tells whether the server rolled a transaction back because of another one: `serialization_failure`, `deadlock_detected`. */
export function isLostRace(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === '40001' || error.code === '40P01')
}

/**
 * Tells whether a connection is of no more use after an error: everything that the server did not say itself (time-outs,
 * resets), all that ends its session, and a server that has become read-only, as the old one does after a failover.
 */
export function endsConnection(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return true
  const { code = '', severity = '' } = error
  return severity === 'FATAL' || severity === 'PANIC' || /^(08|57P|25P03|25006)/.test(code)
}
