// The run in hand and its hand-over. Neither the DOM's types nor Node's are there.

import type { BaseRunId, RunId } from 'unified-run-id';
import {
  bindRun,
  type Carriers,
  type CustomCarrier,
  childEnv,
  currentRunId,
  extract,
  inject,
  leaveRun,
  receive,
  requireRunId,
  runIdFromEnv,
  runWithRunId,
  withRunId,
} from 'unified-run-id/context';
import { same } from '../same.mjs';

declare const base: BaseRunId;
declare const text: string;
declare const job: { data: { leads: string[]; runId?: string } };
declare const queued: { data: { leads: string[] }; opts: { attempts: number }; name: string };
declare const bus: CustomCarrier<Uint8Array, string>;
declare const env: Record<string, string | undefined>;

export const current: RunId | undefined = currentRunId();
export const url: string = withRunId('/done', requireRunId());
export const answer: number = runWithRunId(base, () => 42);
export const later: Promise<number> = runWithRunId(runIdFromEnv(), async () => 42);
same<ReturnType<typeof childEnv>['RUN_ID'], RunId>(true);

export const outside: number = leaveRun(() => 42);
const callback = bindRun((error: Error | null, rows: string[]) => rows.length);
same<typeof callback, (error: Error | null, rows: string[]) => number>(true);

const data = inject({ leads: [text] });
same<typeof data.runId, RunId>(true);
same<typeof data.leads, string[]>(true);
same<ReturnType<typeof inject<{ a: 1 }>>, { a: 1 } & { runId: RunId }>(true);
export const named: RunId = inject({ leads: [text] }, 'data', base).runId;
export const ofWorker: RunId = inject({}, 'workerData').runId;
export const variable: RunId = inject(env, 'env').RUN_ID;
const headers = inject({ accept: 'text/html' }, 'headers', text);
same<(typeof headers)['run-id'], RunId>(true);
same<typeof headers.accept, string>(true);
const map = inject(new Map([['accept', 'text/html']]), 'headers');
same<typeof map, Map<string, string>>(true);
export const injectedUrl: string = inject('/done', 'url');
export const injectedHref: string = inject({ href: 'https://acme.example/' }, 'url');
export const ofJob: RunId = inject({ leads: [text] }, 'bullmq').runId;
export const ofKafka: RunId = inject({ trace: text }, 'kafka')['run-id'];
same<ReturnType<typeof inject<{ trace: string }[], 'kafka'>>, { trace: string }[]>(true);
export const ofAmqp: RunId = inject({}, 'amqp', base)['run-id'];
export const ofSqs: RunId = inject({}, 'sqs').RunId.StringValue;
export const ofBus: string = inject(new Uint8Array(), bus);

export const extracted: RunId[] = [
  extract(job.data),
  extract(job.data, 'data'),
  extract(undefined, 'workerData'),
  extract(env, 'env'),
  extract(new Map<string, string>(), 'headers'),
  extract({ 'Run-Id': [text] }, 'headers'),
  extract('/done?runId=251006-143000', 'url'),
  extract(queued, 'bullmq'),
  extract({ value: text, headers: [{ 'run-id': text }] }, 'kafka'),
  extract({ properties: { headers: undefined } }, 'amqp'),
  extract({ MessageAttributes: {} }, 'sqs'),
  extract(new Uint8Array(), bus),
];
export const ofMessage: number = receive(new Uint8Array(), bus, () => 42);
export const received: Promise<number> = receive(job.data, 'data', async () => job.data.leads.length);
export const kinds: keyof Carriers = 'headers';

// @ts-expect-error A text is no data.
inject(text);
// @ts-expect-error There is no such carrier.
inject({}, 'cookie');
// @ts-expect-error An object is no URL.
inject({ leads: [text] }, 'url');
// @ts-expect-error A number is no run ID.
inject({}, 'data', 7);
// @ts-expect-error A number is no environment variable.
inject({ PORT: 8080 }, 'env');
// @ts-expect-error A text is no headers.
extract(text, 'headers');
// @ts-expect-error The data of a job is no job.
extract(queued.data, 'bullmq');
// @ts-expect-error What a carrier takes is its own.
inject(text, bus);
// @ts-expect-error A carrier has a way to read and one to write.
extract(text, { source: 'acme-bus', get: () => undefined });
// @ts-expect-error It takes a function.
receive(job.data, 'data');
// @ts-expect-error A function must be bound, not what it returned.
bindRun(text);
// @ts-expect-error An unknown option.
runWithRunId(base, () => 42, { replaces: true });
