/** The instructions that a single question is answered by, one for each arm of the experiment `answer-style`. */
export const answerPrompts = {
  control: 'Answer briefly, from the context if there is one.',
  candidate: `Answer briefly, from the context if there is one, and name the document that you took it from.
Give figures as they stand there: prices with their currency, times with their unit.
If the context does not say it, say so and name the telephone service, Monday to Friday from 9 to 18 o'clock.`,
} as const;
