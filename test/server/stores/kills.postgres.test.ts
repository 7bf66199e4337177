import { killTest } from '../../support/kills.ts'

killTest('postgres', 20)
