import { getRuntime, type OpenAIClass } from './runtime.ts';

/**
 * Patches an openai class by hand: for apps whose bundler inlines openai, where no hook can see it, and
 * for runtimes without module hooks. Doing it twice, or beside the hook, changes nothing.
 * @param OpenAI the client class, or a subclass of it such as AzureOpenAI
 * @returns the same class
 */
export function instrument<Class extends OpenAIClass>(OpenAI: Class): Class {
  // Subclasses, and the callable wrapper that `require` gives, name the class itself.
  getRuntime().patch((OpenAI as { readonly OpenAI?: OpenAIClass }).OpenAI ?? OpenAI, '');
  return OpenAI;
}
