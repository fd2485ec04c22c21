/** One server-sent event as the API writes it: chat has no `event:` line, Responses has. */
export function toEvent(data: unknown, event?: string): string {
  const head = event === undefined ? '' : `event: ${event}\n`;
  return `${head}data: ${JSON.stringify(data)}\n\n`;
}

export const doneEvent = 'data: [DONE]\n\n';
