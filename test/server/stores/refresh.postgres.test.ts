/** The promises of refresh.test.ts, kept on PostgreSQL. */

process.env['TEST_STORE'] = 'postgres'
await import('../refresh.test.ts')
