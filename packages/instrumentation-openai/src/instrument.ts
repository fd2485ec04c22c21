import * as pricing from '@genvitals/pricing';
import { providePricing } from './prices.ts';
import { getRuntime, type OpenAIClass } from './runtime.ts';

function isClass(value: unknown): value is OpenAIClass {
  return typeof value === 'function' && typeof value.prototype === 'object';
}

/**
 * Patches an openai class by hand: for apps whose bundler inlines openai, where no hook can see it, and
 * for runtimes without module hooks. Doing it twice, or beside the hook, changes nothing.
 * @param OpenAI the client class, or a subclass of it such as AzureOpenAI
 * @returns the same class
 */
export function instrument<Class extends OpenAIClass>(OpenAI: Class): Class {
  providePricing(pricing);
  const runtime = getRuntime();
  // Subclasses, and the callable wrapper that `require` gives, name the class itself.
  const target: unknown = (OpenAI as { readonly OpenAI?: unknown } | undefined | null)?.OpenAI ?? OpenAI;
  if (isClass(target)) runtime.patch(target, '');
  else {
    runtime.diagnostics.warnOnce(
      'instrument',
      `instrument(OpenAI) wanted the client class of the openai package, got ${typeof OpenAI}: nothing is seen by it; check how openai is imported.`,
    );
  }
  return OpenAI;
}
