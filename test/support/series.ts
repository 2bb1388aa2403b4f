export { series } from '../../src/rules/tests/series.ts'
