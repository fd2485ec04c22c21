import { attributes, type AttributeValue, events, metrics } from '@genvitals/conventions';
import { logRecordsIn, type Attributes, type LogRecord, type LogsData } from '@genvitals/otlp';
import { type AppCase, type Arm, text, toAppCase } from './app-case.ts';
import type { LatestPoints } from './latest-points.ts';

export type VoteRating = AttributeValue<'feedbackRating'>;
export type TaskStatus = AttributeValue<'taskStatus'>;

/** A person's last word on an answer. */
export interface ObservedVote extends AppCase {
  readonly rating: VoteRating;
  /** Whether there was another word before. */
  readonly isChanged: boolean;
  /** Unix milliseconds of the last word. */
  readonly votedAtMs: number;
}

/** What the counters say of the tasks of one name in one case. */
export interface ObservedTasks extends AppCase {
  readonly name: string;
  readonly started: number;
  readonly ends: Readonly<Record<TaskStatus, number>>;
}

/** A unit of an experiment that chance put into an arm; hashed. */
export interface Exposure extends Arm {
  readonly unit: string;
}

/** What the telemetry says of people: filled by what was received over OTLP and by nothing else. */
export interface PeopleBook {
  addLogs(data: LogsData): void;
  votes(): ObservedVote[];
  /** Votes as the counter has them, which counts a changed one as it first was. */
  countedVotes(): number;
  tasks(): ObservedTasks[];
  /** Each unit of an arm once. */
  exposures(): Exposure[];
  conversations(): { readonly started: number; readonly escalated: number };
}

const NANOS_PER_MS = 1e6;
const BY_CHANCE = 'split';

/** @param points the counters, which somebody else fills */
export function createPeopleBook(points: LatestPoints): PeopleBook {
  const votes = new Map<string, ObservedVote>();
  const exposures = new Map<string, Exposure>();
  return {
    addLogs(data) {
      for (const { logRecord } of logRecordsIn(data)) {
        if (logRecord.eventName === events.evaluationResult.name) addVote(votes, logRecord);
        if (logRecord.eventName === events.featureFlagEvaluation.name)
          addExposure(exposures, logRecord.attributes);
      }
    },
    votes: () => [...votes.values()],
    countedVotes: () => points.sumOf(metrics.feedbackSubmissions.name) ?? 0,
    tasks: () => toTasks(points),
    exposures: () => [...exposures.values()],
    conversations: () => ({
      started: points.sumOf(metrics.conversationStarted.name) ?? 0,
      escalated: points.sumOf(metrics.conversationEscalations.name) ?? 0,
    }),
  };
}

function addVote(votes: Map<string, ObservedVote>, { attributes: record, timeUnixNano }: LogRecord): void {
  const id = text(record[attributes.evaluationId.key]);
  const rating = attributes.feedbackRating.values.find(
    (value) => value === record[attributes.evaluationScoreLabel.key],
  );
  // Verdicts of judges are the same event.
  if (id === undefined || rating === undefined) return;
  const votedAtMs = Number(timeUnixNano) / NANOS_PER_MS;
  const known = votes.get(id);
  const isChanged = known !== undefined || record[attributes.feedbackRevision.key] === true;
  if (known !== undefined && known.votedAtMs > votedAtMs) votes.set(id, { ...known, isChanged });
  else votes.set(id, { ...toAppCase(record), rating, isChanged, votedAtMs });
}

function addExposure(exposures: Map<string, Exposure>, record: Attributes): void {
  const experiment = text(record[attributes.featureFlagKey.key]);
  const variant = text(record[attributes.featureFlagResultVariant.key]);
  const unit = text(record[attributes.featureFlagContextId.key]);
  if (record[attributes.featureFlagResultReason.key] !== BY_CHANCE) return;
  if (experiment === undefined || variant === undefined || unit === undefined) return;
  exposures.set(JSON.stringify([experiment, variant, unit]), { experiment, variant, unit });
}

function toTasks(points: LatestPoints): ObservedTasks[] {
  const noEnds = Object.fromEntries(
    attributes.taskStatus.values.map((status) => [status, 0]),
  ) as ObservedTasks['ends'];
  const nameOf = (labels: Attributes): string => text(labels[attributes.taskName.key]) ?? 'unset';
  const started = points.of(metrics.taskStarted.name).map(({ attributes: labels, value }): ObservedTasks => ({
    ...toAppCase(labels),
    name: nameOf(labels),
    started: value,
    ends: noEnds,
  }));
  const ended = points
    .of(metrics.taskOutcomes.name)
    .flatMap(({ attributes: labels, value }): ObservedTasks[] => {
      const status = attributes.taskStatus.values.find((each) => each === labels[attributes.taskStatus.key]);
      if (status === undefined) return [];
      return [
        { ...toAppCase(labels), name: nameOf(labels), started: 0, ends: { ...noEnds, [status]: value } },
      ];
    });
  return [...started, ...ended];
}
