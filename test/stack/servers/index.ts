import type { Recipe } from '../recipes/recipe.ts';
import { modelServer } from './model/recipe.ts';

/** Every server that the stack is made of. */
export const servers: readonly Recipe[] = [modelServer];
