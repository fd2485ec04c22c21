import { greet } from './actions';

export default function Page() {
  return (
    <form action={greet}>
      <input name="name" defaultValue="Ada" />
      <button>Greet</button>
    </form>
  );
}
