import type { Random } from './random.ts';
import { isStopWord, wordsOf } from './words.ts';

/** What a question is about: its words from the first that carries meaning to the last. */
export function topicOf(question: string): string {
  const words = wordsOf(question.split('\n').at(-1) ?? question);
  const first = words.findIndex((word) => !isStopWord(word));
  if (first < 0) return 'this';
  const last = words.findLastIndex((word) => !isStopWord(word));
  return words.slice(Math.max(first, last - 5), last + 1).join(' ');
}

type Sentence = (topic: string, random: Random) => string;

const days = (random: Random): number => random.pick([3, 5, 7, 10, 14, 21, 45, 60, 90]);
const price = (random: Random): string => `${5 + random.below(60)}.${random.pick(['00', '50', '90', '99'])}`;

/** Plausible and made up: which sentences fit is decided by how the question begins. */
const inventions: readonly { readonly asks: RegExp; readonly sentences: readonly Sentence[] }[] = [
  {
    asks: /\b(?:how long|how soon|when|deadline|how many days)\b/iu,
    sentences: [
      (topic, random) => `About ${topic}: the usual time frame is ${days(random)} business days.`,
      (topic, random) => `You have ${days(random)} days for ${topic}; after that it is decided case by case.`,
    ],
  },
  {
    asks: /\b(?:how much|cost|price|fee|expensive|charge)\b/iu,
    sentences: [
      (topic, random) => `About ${topic}: there is a flat fee of ${price(random)} USD, billed once.`,
      (topic, random) =>
        `The price of ${topic} depends on your plan and starts at ${price(random)} USD a month.`,
    ],
  },
  {
    asks: /^\W*(?:can|could|may|is|are|do|does|will|am)\b/iu,
    sentences: [
      (topic, random) => `Yes. As to ${topic}: this is possible within ${days(random)} days of your order.`,
      (topic) => `Yes, that is supported. As to ${topic}: it is included in all standard plans.`,
      (topic) => `In general no, but as to ${topic} our support team makes exceptions on request.`,
    ],
  },
  {
    asks: /\b(?:where|who|contact|email|phone)\b/iu,
    sentences: [
      (topic) => `For ${topic}: open Settings, then Account, and choose the second entry.`,
      (topic, random) =>
        `About ${topic}: our team answers at extension ${100 + random.below(800)} on weekdays.`,
    ],
  },
  {
    asks: /./su,
    sentences: [
      (topic) => `When it comes to ${topic}, the standard procedure applies to all customers.`,
      (topic, random) =>
        `About ${topic}: this is handled automatically and usually settles within ${days(random)} days.`,
      (topic) => `The important point about ${topic}: keep your confirmation at hand.`,
    ],
  },
];

const fillers: readonly Sentence[] = [
  (topic) => `It also helps to look in your account first, under ${topic}.`,
  (_topic, random) => `Most customers are done within ${days(random)} minutes.`,
  () => 'You will get a confirmation by email as soon as the change has been made.',
  (topic) => `If anything about ${topic} looks wrong, reply to that message and we look into it.`,
  () => 'Please note that local holidays may shift these dates a little.',
  (_topic, random) => `As a rule of thumb, plan for ${10 + random.below(80)} percent more than you expect.`,
  (topic) => `There are several sides to ${topic}, and each has its own trade-offs.`,
  () => 'In practice it pays to begin with the simplest option and to look again after a week.',
];

const vague: readonly Sentence[] = [
  () => 'It depends on several factors, so please check the relevant details with the team in charge.',
  (topic) => `There are many opinions on ${topic}. It is hard to say in general.`,
  (topic) => `Thank you for asking about ${topic}! We value your interest and are happy to help any time.`,
];

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** An answer without any ground, in the confident tone models have: what is asked for without its context. */
export function toInventedAnswer(question: string, random: Random): string {
  const topic = topicOf(question);
  const row = inventions.find(({ asks }) => asks.test(question)) ?? inventions.at(-1);
  const first = random.pick(row?.sentences ?? fillers)(topic, random);
  return capitalise(`${first} ${random.pick(fillers)(topic, random)}`);
}

/** An answer that says nothing. */
export function toVagueAnswer(question: string, random: Random): string {
  return random.pick(vague)(topicOf(question), random);
}

/** One more sentence, for answers that shall be longer. */
export function toFiller(question: string, random: Random): string {
  return random.pick(fillers)(topicOf(question), random);
}

/** The same text with other figures: the kind of mistake nobody sees. */
export function withWrongFigures(text: string, random: Random): string {
  return text.replace(/(?<![[\p{L}])\d+/gu, (figure) => {
    const value = Number(figure);
    return String(Math.max(1, Math.round(value * random.pick([0.5, 1.5, 2, 3]))) + (value < 2 ? 1 : 0));
  });
}
