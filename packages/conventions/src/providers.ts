/** One provider that the instrumentation knows by the host of a base URL. */
export interface ProviderRow {
  /** As people call the API. */
  readonly title: string;
  /**
   * Host names: each holds for itself and for every name below it. `*` stands for any part of one label, such
   * as a region.
   */
  readonly hosts: readonly string[];
  /** The port that its server listens on by default, where people run it on their own machine. */
  readonly localPort?: number;
  /** Clients with an API version are its own, whatever the host: a gateway may stand in front. */
  readonly hasApiVersion?: true;
  /** `semconv`: the conventions list the name; `genvitals`: they have none, and allow for others. */
  readonly source: 'semconv' | 'genvitals';
}

/** Whose API answers at which host, by the value of `gen_ai.provider.name`. To know another, add its row. */
export const providers = {
  openai: {
    title: 'OpenAI, its regional hosts too',
    hosts: ['api.openai.com'],
    source: 'semconv',
  },
  'azure.ai.openai': {
    title: 'Azure OpenAI, Azure AI Foundry',
    hosts: [
      'openai.azure.com',
      'cognitiveservices.azure.com',
      'services.ai.azure.com',
      'api.cognitive.microsoft.com',
      'openai.azure.us',
      'cognitiveservices.azure.us',
      'openai.azure.cn',
      'cognitiveservices.azure.cn',
    ],
    hasApiVersion: true,
    source: 'semconv',
  },
  'azure.ai.inference': {
    title: 'Azure AI model inference',
    hosts: ['models.ai.azure.com', 'inference.ai.azure.com'],
    source: 'semconv',
  },
  anthropic: { title: 'Anthropic', hosts: ['api.anthropic.com'], source: 'semconv' },
  'aws.bedrock': {
    title: 'Amazon Bedrock',
    hosts: [
      'bedrock-mantle.*.api.aws',
      'bedrock-runtime.*.amazonaws.com',
      'bedrock-runtime-fips.*.amazonaws.com',
      'bedrock-runtime.*.vpce.amazonaws.com',
    ],
    source: 'semconv',
  },
  cohere: { title: 'Cohere', hosts: ['api.cohere.ai', 'api.cohere.com'], source: 'semconv' },
  deepseek: { title: 'DeepSeek', hosts: ['api.deepseek.com'], source: 'semconv' },
  'gcp.gemini': {
    title: 'Gemini API',
    hosts: ['generativelanguage.googleapis.com'],
    source: 'semconv',
  },
  'gcp.vertex_ai': {
    title: 'Vertex AI, its regional hosts too',
    hosts: [
      'aiplatform.googleapis.com',
      '*-aiplatform.googleapis.com',
      'aiplatform.*.rep.googleapis.com',
      '*-aiplatform.*.rep.googleapis.com',
    ],
    source: 'semconv',
  },
  groq: { title: 'Groq', hosts: ['api.groq.com'], source: 'semconv' },
  'ibm.watsonx.ai': { title: 'IBM watsonx.ai', hosts: ['ml.cloud.ibm.com'], source: 'semconv' },
  mistral_ai: {
    title: 'Mistral AI',
    hosts: ['api.mistral.ai', 'codestral.mistral.ai'],
    source: 'semconv',
  },
  moonshot_ai: {
    title: 'Moonshot AI (Kimi)',
    hosts: ['api.moonshot.ai', 'api.moonshot.cn', 'api.kimi.com'],
    source: 'semconv',
  },
  perplexity: { title: 'Perplexity', hosts: ['api.perplexity.ai'], source: 'semconv' },
  x_ai: { title: 'xAI', hosts: ['api.x.ai'], source: 'semconv' },
  openrouter: { title: 'OpenRouter', hosts: ['openrouter.ai'], source: 'genvitals' },
  ollama: { title: 'Ollama', hosts: ['ollama.com'], localPort: 11_434, source: 'genvitals' },
  vllm: { title: 'vLLM', hosts: [], localPort: 8000, source: 'genvitals' },
  llama_cpp: { title: 'llama.cpp', hosts: [], localPort: 8080, source: 'genvitals' },
  lm_studio: { title: 'LM Studio', hosts: [], localPort: 1234, source: 'genvitals' },
} as const satisfies Record<string, ProviderRow>;

/** The providers that have a name of their own; any other one goes by the name of its host. */
export type ProviderName = keyof typeof providers;

/** What a server on the own machine is called that no row knows by its port. */
export const LOCAL_PROVIDER = 'localhost';

/** Hosts that are the own machine, in the notation of the rows. */
export const LOCAL_HOSTS: readonly string[] = [
  'localhost',
  '127.*.*.*',
  '::1',
  '0.0.0.0',
  '::',
  'host.docker.internal',
  'host.containers.internal',
];
