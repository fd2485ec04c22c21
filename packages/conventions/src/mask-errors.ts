/** What may be wrong with a file of patterns, and what to do. Until it is right, no content is captured. */
export const maskErrors = {
  MASK_UNREADABLE: {
    sentence: 'The file cannot be read.',
    remedy: 'check the path and who may read it',
  },
  MASK_NOT_JSON: {
    sentence: 'The file is not JSON.',
    remedy: 'correct it, or see the example in docs/content.md',
  },
  MASK_INVALID: {
    sentence: 'The file has a place that is not as it should be.',
    remedy: 'correct that place, or see the example in docs/content.md',
  },
  MASK_PATTERN_REFUSED: {
    sentence: 'A pattern is one that cannot be used everywhere, or that takes too long.',
    remedy: 'write it another way; docs/content.md says which ones are taken',
  },
} as const;

export type MaskErrorCode = keyof typeof maskErrors;
