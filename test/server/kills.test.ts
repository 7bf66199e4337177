import { killTest } from '../support/kills.ts'

killTest('sqlite', 20)
