export { comparePrices, type Comparison, type Disagreement, type ModelName } from './disagreements.ts';
export type { OtherPrice } from './list-format.ts';
export { type OtherList, parseOtherList } from './other-list.ts';
export { pricesAge, type PricesAge, type RowsAge } from './staleness.ts';
