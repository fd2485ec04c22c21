import { defineConfig } from 'tsdown';
import { publishedPackage } from '../../tsdown.base.ts';

export default defineConfig(publishedPackage({ entry: ['src/index.ts', 'src/host.ts'], dual: true }));
