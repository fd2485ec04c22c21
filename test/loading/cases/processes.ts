import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AppOptions, type Flag, runApp } from '../app.ts';
import { totalOf } from '../collector.ts';
import { inTime, type LoadingCase, withWorld, type World } from '../loading-case.ts';
import { callSpans } from '../spans.ts';

/** A worker of a cluster may outlive the primary that the test waits for. */
async function settle({ collector }: World, calls: number): Promise<void> {
  for (let waited = 0; waited < 3000 && totalOf(collector, 'genvitals.client.calls') < calls; waited += 50) {
    await sleep(50);
  }
}

/** The app ends as without us, and each of its processes or threads has told of its own calls. */
async function compare(
  file: string,
  flag: Flag,
  calls: number,
  options: AppOptions = {},
  instanceCount = calls,
): Promise<string> {
  return withWorld(async (world) => {
    const { collector, upstream, env } = world;
    const bare = await runApp(file, { ...options, env: { ...env, ...options.env } });
    await sleep(100);
    const requestsBare = upstream.requests.length;
    const traced = await runApp(file, { ...options, flag, env: { ...env, ...options.env } });
    await settle(world, calls);
    for (const key of ['code', 'signal', 'stdout', 'stderr'] as const)
      assert.equal(traced[key], bare[key], key);
    assert.equal(upstream.requests.length, 2 * requestsBare);
    assert.equal(callSpans(collector).length, calls, 'one span a call');
    assert.equal(
      totalOf(collector, 'genvitals.client.calls'),
      calls,
      'counted over all processes and threads',
    );
    const instances = new Set(
      collector.metrics.map(({ resource }) => resource.attributes['service.instance.id']),
    );
    assert.ok(instances.size >= instanceCount, `expected ${instanceCount} instances, got ${instances.size}`);
    return `${calls} of ${calls} calls told, by ${instances.size} instances`;
  });
}

const group = 'Processes and threads';

export const processCases: readonly LoadingCase[] = [
  {
    group,
    name: 'main thread and two worker threads, one of which calls process.exit()',
    isFast: true,
    run: (flag) => inTime(() => compare('threads.cjs', flag, 3)),
  },
  ...['disconnect', 'primary kills', 'worker kill', 'primary dies'].map((how) => ({
    group,
    name: `cluster of 4, ${how}`,
    run: (flag: Flag) => inTime(() => compare('cluster.cjs', flag, 4, { args: [how] })),
  })),
  ...['threads.cjs', 'cluster.cjs'].map((file) => ({
    group,
    name: `service.instance.id set for all of a deployment, ${file.split('.')[0]}`,
    run: (flag: Flag) => {
      const env = { OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=pod-1' };
      return inTime(() => compare(file, flag, file === 'threads.cjs' ? 3 : 4, { args: ['disconnect'], env }));
    },
  })),
  {
    group,
    name: 'loader thread of the app (module.register)',
    run: (flag) => inTime(() => compare('loader.mjs', flag, 1)),
  },
  {
    group,
    name: 'ES module whose top-level await never settles',
    run: (flag) => inTime(() => compare('never.mjs', flag, 1)),
  },
  {
    group,
    name: 'ES module whose top-level await rejects',
    run: (flag) => inTime(() => compare('rejecting.mjs', flag, 1)),
  },
];
