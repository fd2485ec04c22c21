import { defineConfig } from 'tsdown';
import { publishedPackage } from '../../tsdown.base.ts';

const entry = [
  'index',
  'host',
  'express',
  'fastify',
  'hono',
  'next',
  'experiments',
  'open-feature',
  'receiver',
].map((name) => `src/${name}.ts`);

export default defineConfig(publishedPackage({ entry, dual: true }));
