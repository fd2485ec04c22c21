import type { CountKeeper, SimulatorCounts } from './counts.ts';
import { ApiError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { FaultQueue } from './fault-queue.ts';
import { faultNames, isFaultName } from './faults.ts';
import type { IncidentSchedule, IncidentState } from './incident-schedule.ts';
import { incidentNames, isIncidentName } from './incidents.ts';
import { isCount } from './settings.ts';
import type { JsonObject } from './json.ts';

/** What GET /simulator/counts answers: the counts, and what is going on. */
export interface SimulatorState extends SimulatorCounts {
  readonly seed: number;
  readonly incident: IncidentState | null;
}

export interface Controls {
  readonly seed: number;
  readonly counts: CountKeeper;
  readonly incidents: IncidentSchedule;
  readonly faults: FaultQueue;
}

/** A way to steer the simulator from outside. Needs no key and is not counted. */
export interface Control {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  serve(exchange: Exchange, controls: Controls): Promise<void> | void;
}

function toState({ seed, counts, incidents }: Controls): SimulatorState {
  return { ...counts.read(), seed, incident: incidents.state() };
}

function wrong(message: string): ApiError {
  return new ApiError(400, {
    message,
    type: 'invalid_request_error',
    param: null,
    code: 'simulator_control',
  });
}

function countAt(body: JsonObject, name: string): number | undefined {
  const value = body[name];
  if (value === undefined) return undefined;
  if (isCount(value)) return value;
  throw wrong(`Expected \`${name}\` to be a whole number >= 0, got ${JSON.stringify(value)}.`);
}

export const controls: readonly Control[] = [
  {
    method: 'GET',
    path: '/simulator/counts',
    serve: (exchange, given) => exchange.sendJson(200, toState(given)),
  },
  {
    method: 'POST',
    path: '/simulator/incident',
    async serve(exchange, given) {
      const body = await exchange.readJson();
      const name = body['name'] ?? undefined;
      if (name !== undefined && !isIncidentName(name)) {
        throw wrong(
          `Expected \`name\` to be null or one of ${incidentNames.join(', ')}, got ${JSON.stringify(name)}.`,
        );
      }
      const promptContains = body['promptContains'];
      const afterCalls = countAt(body, 'afterCalls');
      const afterMs = countAt(body, 'afterMs');
      if (promptContains !== undefined && typeof promptContains !== 'string') {
        throw wrong(`Expected \`promptContains\` to be a text, got ${JSON.stringify(promptContains)}.`);
      }
      given.incidents.set(name, {
        ...(afterCalls === undefined ? {} : { afterCalls }),
        ...(afterMs === undefined ? {} : { afterMs }),
        ...(promptContains === undefined ? {} : { promptContains }),
      });
      exchange.sendJson(200, toState(given));
    },
  },
  {
    method: 'POST',
    path: '/simulator/fault',
    async serve(exchange, given) {
      const body = await exchange.readJson();
      const { name } = body;
      if (!isFaultName(name)) {
        throw wrong(`Expected \`name\` to be one of ${faultNames.join(', ')}, got ${JSON.stringify(name)}.`);
      }
      given.faults.add(name, countAt(body, 'times') ?? 1);
      exchange.sendJson(200, toState(given));
    },
  },
];
