/** The promises of redeem.test.ts, kept on PostgreSQL. */

process.env['TEST_STORE'] = 'postgres'
await import('../redeem.test.ts')
