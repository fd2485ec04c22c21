/** As much of JSON Schema as the file needs. */
export interface Schema {
  readonly type: 'object' | 'array' | 'string' | 'number';
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** False, or what every other property is. */
  readonly additionalProperties?: false | Schema;
  readonly minProperties?: number;
  readonly items?: Schema;
  readonly enum?: readonly (string | number)[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

const usd = (description: string): Schema => ({ type: 'number', minimum: 0, description });

const name = (description: string): Schema => ({ type: 'string', minLength: 1, description });

const usdPerMillionTokens: Schema = {
  type: 'object',
  description: 'By kind. Kinds do not overlap: `input` is what was neither cached nor sound nor picture.',
  minProperties: 1,
  additionalProperties: false,
  properties: {
    input: usd('Text that was not cached.'),
    cache_read: usd('Input that came from the cache.'),
    cache_write: usd('Input that was written to the cache.'),
    output: usd('Text, and reasoning unless that has a price of its own.'),
    reasoning: usd('Reasoning, where it costs other than output.'),
    audio_input: usd('Sound that was sent.'),
    audio_output: usd('Sound that was answered.'),
    image_input: usd('Pictures that were sent.'),
    image_output: usd('Pictures that were answered.'),
  },
};

const model = name(
  'As it stands in answers. Without a date for its dated ones too; `gpt-4o*` for a beginning.',
);
const provider = name('`openai`, `azure.ai.openai` and so on, or a name of your own.');
const azureProvider: Schema = { ...provider, description: 'Unless it is `azure.ai.openai`.' };

const price: Schema = {
  type: 'object',
  additionalProperties: false,
  required: ['provider', 'model'],
  properties: {
    provider,
    model,
    tier: {
      type: 'string',
      enum: ['standard', 'batch', 'flex', 'priority'],
      description: 'The one it holds for; `standard` unless said.',
    },
    from: {
      type: 'string',
      pattern: '^\\d{4}-\\d{2}-\\d{2}$',
      description: 'First day of it (UTC).',
    },
    usdPerMillionTokens,
    longContext: {
      type: 'object',
      description: 'Prices of the whole request where its input is longer.',
      additionalProperties: false,
      required: ['aboveInputTokens', 'usdPerMillionTokens'],
      properties: { aboveInputTokens: { type: 'number', minimum: 1 }, usdPerMillionTokens },
    },
    usdPerThousandCalls: {
      type: 'object',
      description: "The provider's own tools, by their type, such as `web_search`.",
      additionalProperties: usd('For a thousand calls.'),
    },
    usdPerRequest: usd('For each request, beside its tokens.'),
    usdPerAudioMinute: usd('For recordings that are paid by their length.'),
    usdPerMillionCharacters: usd('For texts that are paid by their length.'),
  },
};

/** The file that `GENVITALS_PRICES` names, once it is parsed. */
export const userPricesSchema: Schema = {
  type: 'object',
  additionalProperties: false,
  required: ['version'],
  properties: {
    version: { type: 'number', enum: [1], description: 'Of this form.' },
    prices: {
      type: 'array',
      description:
        'Your prices. The token prices of an entry replace all of the list for that model and tier.',
      items: price,
    },
    discounts: {
      type: 'array',
      description: 'Off everything that a call costs. Of those that match, the last holds.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['percent'],
        properties: {
          provider,
          model,
          percent: { type: 'number', minimum: 0, maximum: 100 },
        },
      },
    },
    provisioned: {
      type: 'array',
      description: 'Throughput that is paid by the hour: its tokens have no price.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['deployment'],
        properties: { provider: azureProvider, deployment: name('The name that is asked for.') },
      },
    },
    deployments: {
      type: 'array',
      description: 'Which model stands behind a name of your own.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['deployment', 'model'],
        properties: {
          provider: azureProvider,
          deployment: name('The name that is asked for.'),
          model: name('The model, by the name it has in price lists.'),
        },
      },
    },
  },
};
