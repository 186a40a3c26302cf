import type { BaseRunId, RunId } from 'unified-run-id';
import { childEnv, currentRunId, requireRunId, runWithRunId, withRunId } from 'unified-run-id/context';
import { runIdBoundary, runIdErrors } from 'unified-run-id/express';
import plugin, { type BoundaryOptions } from 'unified-run-id/fastify';
import { JobTracking } from 'unified-run-id/job-tracking';

declare const db: { query(text: string, params?: unknown[]): Promise<{ rows: unknown[] }> };

const jobs = new JobTracking({ db });
const job = await jobs.createJob({ jobType: 'Lead Scoring' });
export const base: BaseRunId = job.runId;
await jobs.createClientRun(base, { clientId: 'Ann-Carver' });
// @ts-expect-error A job has a type.
await jobs.createJob({ notes: 'Acme-Corp' });

runIdBoundary({ generate: true, clientId: async () => 'Ann-Carver' });
runIdErrors();
// @ts-expect-error There is no such option.
runIdBoundary({ generates: true });

export const options: BoundaryOptions = { parentRunId: (request) => String(request.headers['x-parent']) };
export const asPlugin: typeof plugin = plugin;

export const env: RunId = childEnv().RUN_ID;
export const current: RunId | undefined = currentRunId();
export const url: string = withRunId('/done', requireRunId());
export const answer: number = runWithRunId(base, () => 42);
