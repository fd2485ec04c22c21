import { defineConfig, type UserConfig } from 'tsdown';
import { publishedPackage } from '../../tsdown.base.ts';

const config: UserConfig = publishedPackage({ entry: ['src/index.ts', 'src/user-prices.ts'], dual: true });

export default defineConfig(config);
