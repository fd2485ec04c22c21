import type { NextConfig } from 'next';

const config: NextConfig = {
  // Loaded as they are, not bundled: the client is then seen as it is loaded.
  serverExternalPackages: ['openai', '@genvitals/node'],
};

export default config;
