export type { Cost, CostKind, CostParts, PriceQuery, PriceSource, Tier, TokenKind } from './cost.ts';
export { overlay } from './overlay.ts';
export type { PriceRow, TokenPrices } from './price-row.ts';
export { createPricer, type Pricer } from './pricer.ts';
export { type CostReason, costReasons } from './reasons.ts';
export type { OverlayRow } from './sources.ts';
export type { Deployment, Discount, Provisioned, UserPrices } from './user-prices.ts';
