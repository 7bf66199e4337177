import { rotationKillTest } from '../support/kills.ts'

rotationKillTest('sqlite', 10)
