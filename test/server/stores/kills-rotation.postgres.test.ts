import { rotationKillTest } from '../../support/kills.ts'

rotationKillTest('postgres', 10)
