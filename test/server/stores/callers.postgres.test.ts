/** The promises of callers.test.ts, kept on PostgreSQL. */

process.env['TEST_STORE'] = 'postgres'
await import('../callers.test.ts')
