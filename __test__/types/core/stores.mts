// Claiming run IDs in a store of the application's.

import type { BaseRunId, RunId } from 'unified-run-id';
import {
  claimRunId,
  type NearReason,
  nearRunIds,
  rankNear,
  type RunIdStore,
} from 'unified-run-id/job-tracking';
import { same } from '../same.mjs';

declare const text: string;
declare const runId: RunId;

same<ReturnType<typeof claimRunId>, Promise<BaseRunId>>(true);
await claimRunId({ create: () => true });
await claimRunId({ create: async (base: BaseRunId) => base === text, get: async () => [{}] });
await claimRunId({ create: async (base: string) => base === text, greatest: () => null });
await claimRunId({ create: () => false, existing: (runIds) => runIds });
await claimRunId({
  create: () => false,
  existing: async (runIds: string[]) => runIds,
  greatest: async () => text,
});

// @ts-expect-error It makes nothing.
await claimRunId({ get: () => [] });
// @ts-expect-error Neither true nor false.
await claimRunId({ create: async () => 'OK' });
// @ts-expect-error All rows, not the first.
await claimRunId({ create: () => true, get: async () => ({}) });
// @ts-expect-error An unknown function.
await claimRunId({ create: () => true, insert: () => true });

export const store: RunIdStore = { create: () => true };

const { runIds, base } = nearRunIds(text);
same<typeof runIds, readonly RunId[]>(true);
same<typeof base, BaseRunId>(true);
for (const near of rankNear(runId, [...runIds, text])) {
  same<typeof near.runId, RunId>(true);
  const reason: NearReason = near.reason;
  void reason;
}
// @ts-expect-error Keys that were not found are to be left out.
rankNear(runId, [text, null]);
