// Job tracking: a run ID of the wrong kind does not compile where it would always throw.

import type { BaseRunId, ClientRunId, RunId } from 'unified-run-id';
import { type ClientRunRecord, JobTracking, type JobRecord } from 'unified-run-id/job-tracking';
import { same } from '../same.mjs';

declare const db: { query(text: string, params?: unknown[]): Promise<{ rows: unknown[] }> };
declare const base: BaseRunId;
declare const compound: ClientRunId;
declare const runId: RunId;
declare const text: string;

const jobs = new JobTracking({ db });
const job = await jobs.createJob({ jobType: 'Lead Scoring' });
same<typeof job.runId, BaseRunId>(true);
// @ts-expect-error A job has a type.
await jobs.createJob({ notes: 'Acme-Corp' });
await jobs.createJob({ jobType: 'Lead Scoring', runId: text });

const client = { clientId: 'Ann-Carver' };

// A base, a text, and a run ID that nobody has looked at.
for (const of of [base, text, runId]) {
  same<ReturnType<typeof jobs.getJob>, Promise<JobRecord>>(true);
  await jobs.getJob(of);
}
await jobs.getJob(base);
await jobs.getJob(text);
await jobs.getJob('251006-143000');
await jobs.getJob(runId);
await jobs.updateJob(runId, { notes: null });
await jobs.completeJob(base, { status: 'Failed' });
await jobs.addJobMetrics(text, { leads: 1 });
await jobs.listClientRuns(base, client);

await jobs.createClientRun(compound);
await jobs.createClientRun(base, { ...client, notes: 'Acme-Corp' });
const found: ClientRunRecord = await jobs.getClientRun(compound);
await jobs.getClientRun(found.runId);
await jobs.getClientRun(found.jobRunId, client);
await jobs.getClientRun(text);
await jobs.getClientRun('251006-143000-Ann-Carver');
await jobs.getClientRun(runId);
await jobs.getClientRun(runId, client);
await jobs.updateClientRun(compound, { notes: null });
await jobs.updateClientRun(base, { notes: null, ...client });
await jobs.completeClientRun(compound, { status: 'Failed' });
await jobs.completeClientRun(base, { status: 'Failed', ...client });
await jobs.addClientMetrics(compound, { leads: 1 });
await jobs.addClientMetrics(base, { leads: 1 }, client);

const result: number = await jobs.run({ jobType: 'x', runId: base }, ({ runId: made }, { signal }) => {
  same<typeof made, BaseRunId>(true);
  return signal.aborted ? 1 : 2;
});
declare const ofUnknownKind: () => RunId;
await jobs.createJob({ jobType: 'x', runId: ofUnknownKind() });
await jobs.run({ jobType: 'x', runId: ofUnknownKind() }, () => {});
await jobs.run({ jobType: 'x', runId, attempt: { number: result, of: 3 }, heartbeat: 1_000 }, async () => {});
await jobs.runClient(compound, 'Ann-Carver', (run) => run.clientId.length, { notes: null });
// @ts-expect-error Of how many?
await jobs.run({ jobType: 'x', runId, attempt: { number: 1 } }, () => {});
// @ts-expect-error A job has no client.
await jobs.run({ jobType: 'x', runId: compound }, () => {});
// @ts-expect-error What to call?
await jobs.run({ jobType: 'x' });
const { jobs: stale } = await jobs.failStale({ olderThan: 60_000 });
same<typeof stale, BaseRunId[]>(true);
await jobs.listJobs({ order: 'desc', before: base, jobType: 'x' });
const [own] = await jobs.listClientRuns({ ...client, order: 'desc' });
same<ClientRunRecord, NonNullable<typeof own>>(true);
await jobs.addJobMetrics(base, { leads: 1 }, { once: 'delivery' });
await jobs.addClientMetrics(base, { leads: 1 }, { once: 'delivery', ...client });
const { left } = await jobs.deleteClientRuns(client);
same<typeof left, number>(true);
await jobs.deleteJobs({ startedBefore: new Date() });
// @ts-expect-error Not all of them.
await jobs.deleteJobs({ status: 'Failed' });

// A double of it is as simple as the method.
export const double: Pick<JobTracking, 'getJob' | 'getClientRun'> = {
  getJob: async (_runId: string) => job,
  getClientRun: async (_runId: string) => found,
};
// So is a wrapper.
export const lookUp = (...args: Parameters<typeof jobs.getJob>): Promise<JobRecord> => jobs.getJob(...args);

// @ts-expect-error A job has no client.
await jobs.getJob(compound);
// @ts-expect-error A job has no client.
await jobs.updateJob(compound, { notes: null });
// @ts-expect-error A job has no client.
await jobs.completeJob(compound);
// @ts-expect-error A job has no client.
await jobs.addJobMetrics(compound, { leads: 1 });
// @ts-expect-error A job has no client.
await jobs.listClientRuns(compound);
// @ts-expect-error Nor is one made for one.
await jobs.createJob({ jobType: 'Lead Scoring', runId: compound });
// @ts-expect-error Whose run?
await jobs.createClientRun(base);
// @ts-expect-error Whose run?
await jobs.createClientRun(base, { notes: 'Acme-Corp' });
// @ts-expect-error Whose run?
await jobs.getClientRun(base);
// @ts-expect-error Whose run?
await jobs.getClientRun(base, {});
// @ts-expect-error Nor does an undefined client say so.
await jobs.getClientRun(base, { clientId: undefined });
// @ts-expect-error Whose run?
await jobs.updateClientRun(base, { notes: null });
// @ts-expect-error Whose run?
await jobs.completeClientRun(base, { status: 'Failed' });
// @ts-expect-error Whose run?
await jobs.addClientMetrics(base, { leads: 1 });
// @ts-expect-error A number is no run ID.
await jobs.getJob(251006);
