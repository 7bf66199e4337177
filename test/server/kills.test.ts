import { killTests } from '../support/kills.ts'

killTests({ kind: 'sqlite', alone: 20, besideRotation: 10 })
