import { killTests } from '../../support/kills.ts'

killTests({ kind: 'postgres', alone: 20, besideRotation: 10 })
