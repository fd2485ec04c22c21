import { feedbackErrors } from '@genvitals/context/receiver';
import type { DocsTable } from './ledger-tables.ts';

/** What the page on feedback has of the ways in which something is refused. */
export function feedbackTables(): readonly DocsTable[] {
  return [
    {
      id: 'feedback-errors',
      head: ['Code', 'Status', 'What is wrong, and what to do', 'Again later'],
      rows: Object.entries(feedbackErrors).map(([name, row]) => [
        `\`${name}\``,
        'status' in row ? String(row.status) : 'thrown',
        row.sentence,
        row.retry ? 'may help' : '',
      ]),
    },
  ];
}
