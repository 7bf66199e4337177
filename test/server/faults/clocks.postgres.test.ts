/** The promises of clocks.test.ts, kept on PostgreSQL. */

process.env['TEST_STORE'] = 'postgres'
await import('./clocks.test.ts')
