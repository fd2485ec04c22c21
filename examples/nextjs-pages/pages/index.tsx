import OpenAI from 'openai';

/** Runs on the server, for each request. */
export async function getServerSideProps() {
  const response = await new OpenAI().responses.create({
    model: 'gpt-4o-mini',
    input: 'Greet in one sentence.',
  });
  return { props: { greeting: response.output_text } };
}

export default function Page({ greeting }: { greeting: string }) {
  return <p>{greeting}</p>;
}
