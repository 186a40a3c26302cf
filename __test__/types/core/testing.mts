// A test's clock and events. Neither the types of Node.js nor those of disposing are there.

import type { RunIdEvent } from 'unified-run-id';
import { expectUnchanged, isolate, silence } from 'unified-run-id/testing';
import { same } from '../same.mjs';

declare const runId: string;

export const now: number = isolate(() => 42);
export const later: Promise<number> = isolate(async () => 42);
isolate(
  ({ clock, events }) => {
    clock.set('2025-10-06T14:30:00Z');
    clock.set(new Date());
    clock.set(0);
    clock.advance(1000);
    const all = events();
    same<typeof all, RunIdEvent[]>(true);
    const [generated] = events('generate');
    const lead: number | undefined = generated?.leadSeconds;
    const [sent] = events('send');
    const carrier: string | undefined = sent?.carrier;
    // @ts-expect-error A kind that there is not.
    events('generated');
    // @ts-expect-error No time.
    clock.set(null);
    // @ts-expect-error How far?
    clock.advance();
    return [lead, carrier];
  },
  { thread: true },
);
// @ts-expect-error An unknown option.
isolate(() => 42, { clock: 0 });
// @ts-expect-error A promise is no function.
isolate(Promise.resolve());

expectUnchanged(runId);
export const answer: Promise<string> = expectUnchanged(runId, async () => 'done');
// @ts-expect-error A run ID is a text.
expectUnchanged({ runId });

const undo = silence();
undo();
// @ts-expect-error It takes nothing.
silence(true);
