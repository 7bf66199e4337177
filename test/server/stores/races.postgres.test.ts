/** The promises of races.test.ts, kept on PostgreSQL. */

process.env['TEST_STORE'] = 'postgres'
await import('../races.test.ts')
