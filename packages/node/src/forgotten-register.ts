import { say } from './notice.ts';

/** As an option of node's or a part of NODE_OPTIONS, with or without its equals sign. */
const FORGOTTEN = /(?:^|[\s=])@genvitals\/node(?=$|["'\s])/;

/** Tells whoever preloads this package and not its flag, which would do nothing and say nothing. */
export function tellForgottenRegister(): void {
  const options = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''];
  if (options.some((option) => FORGOTTEN.test(option)))
    say(
      'register',
      '@genvitals/node is loaded as an option of node, which does nothing: load @genvitals/node/register.',
    );
}
