/** Entry `connector-auth/postgres`: the store of several replicas; needs the package `pg`. */

export { type PostgresOptions, postgresStore } from './stores/postgres.ts'
