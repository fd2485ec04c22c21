/** What may be wrong with a file of prices, and what to do. */
export const priceErrors = {
  PRICES_UNREADABLE: {
    sentence: 'The file cannot be read.',
    remedy: 'check the path and who may read it',
  },
  PRICES_NOT_YAML: {
    sentence: 'The file is neither YAML nor JSON.',
    remedy: 'correct the line, or see the example in docs/pricing.md',
  },
  PRICES_INVALID: {
    sentence: 'The file has a place that is not what the schema wants.',
    remedy: 'correct that place; docs/pricing.md has the schema and an example',
  },
  PRICE_LIST_NOT_JSON: {
    sentence: 'A price list to compare with is not JSON.',
    remedy: 'download it anew, as the raw file and not the page that shows it',
  },
  PRICE_LIST_UNKNOWN: {
    sentence: 'A price list to compare with is in no form that is known.',
    remedy: "take pricing/*.json of Portkey-AI/models, or LiteLLM's model_prices_and_context_window.json",
  },
  PRICE_LIST_OF_WHOM: {
    sentence: 'A price list of one provider does not tell whose it is.',
    remedy: 'name the provider, or give the file the name it has in its repository',
  },
} as const;

export type PriceErrorCode = keyof typeof priceErrors;

/** A file of prices that is of no use. */
export class PriceError extends Error {
  readonly code: PriceErrorCode;
  readonly wanted: string;
  readonly came: string;

  constructor(code: PriceErrorCode, at: string, wanted: string, came: string, options?: ErrorOptions) {
    super(`${code}: ${at}: wanted ${wanted}, got ${came}; ${priceErrors[code].remedy}`, options);
    this.name = 'PriceError';
    this.code = code;
    this.wanted = wanted;
    this.came = came;
  }
}
