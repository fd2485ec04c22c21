import { startTask, type Task } from '@genvitals/context';

/** What a visitor wants done: the visitor says what became of it, unless the app fails before there is an answer. */
export async function asTask(name: string, answer: (task: Task) => Promise<void>): Promise<void> {
  const task = startTask(name);
  try {
    await answer(task);
  } catch (error) {
    task.fail('error');
    throw error;
  }
}
