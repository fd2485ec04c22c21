/** The shop's order system, as far as the assistant may look into it. */
const orders: Readonly<
  Record<string, { readonly status: string; readonly item: string; readonly arrives: string }>
> = {
  'B-1042': { status: 'shipped', item: 'Trekking bike "Elbe", size 54', arrives: '12 May' },
  'B-1077': { status: 'packed', item: 'E-bike "Fjord", size 50', arrives: '15 May' },
  'B-1101': { status: 'waiting for payment', item: 'Road bike "Weser", size 56', arrives: 'not known yet' },
  'B-1123': { status: 'delivered', item: 'Child seat and adapter', arrives: '2 May' },
  'B-1150': { status: 'returned', item: 'Helmet "Gull", size M', arrives: 'refund sent on 4 May' },
};

export const orderNumbers = Object.keys(orders);

/** What a tool call gets back, as text for the model. */
export function findOrder(number: string): string {
  const order = orders[number.trim().toUpperCase()];
  return JSON.stringify(
    order === undefined ? { error: `There is no order ${number}.` } : { number, ...order },
  );
}
