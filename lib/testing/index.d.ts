/**
 * For tests of code that uses this library: a clock to set, the events of each test, and the assertion that a run ID
 * stays as it is. What belongs to a test is kept by `AsyncLocalStorage`, so tests may run at once, in one file and in
 * many; when a test is over nothing of it is left behind. See docs/testing.md.
 */

import type { RunIdEvent } from '../../index.js';

/** Events of one kind. */
type EventOf<Kind extends RunIdEvent['event']> = RunIdEvent extends infer Event
  ? Event extends { readonly event: infer Kinds }
    ? Kind extends Kinds
      ? Event & { readonly event: Kind }
      : never
    : never
  : never;

/** The clock of a test, by which its run IDs are generated, in a sequence of its own. It stands still. */
export interface TestClock {
  /**
   * Shows a time. Before the first call a test has the clock that is there without it. Setting it back is tried as a
   * clock that goes back: the sequence holds and advances, and beyond `maxLeadSeconds` it is `ERR_RUN_ID_CLOCK`.
   *
   * @param time in UTC, to the second or the millisecond, with its `Z`; a valid `Date`; or milliseconds since 1970
   * @throws {TypeError} for anything else
   */
  readonly set: (time: string | Date | number) => void;
  /**
   * Goes on, or back where `ms` is negative.
   *
   * @param ms milliseconds
   * @throws {TypeError} for what is no such number, and before the clock is set
   */
  readonly advance: (ms: number) => void;
}

/** The events of a test so far, in their order; a new array for each call. With a kind, those alone. */
export interface TestEvents {
  (): RunIdEvent[];
  /** @throws {TypeError} for a kind that there is not */
  <Kind extends RunIdEvent['event']>(kind: Kind): EventOf<Kind>[];
}

/** What a test is given. Frozen. */
export interface IsolatedTest {
  readonly clock: TestClock;
  readonly events: TestEvents;
}

/** Options of {@link isolate}. Unknown keys are a `TypeError`. */
export interface IsolateOptions {
  /**
   * Whether what happens in this thread outside of any test belongs to this one too, such as in a server that was started
   * before it. For tests that run one after another: of two at once the second is refused. Default false.
   */
  thread?: boolean | undefined;
}

/**
 * Calls `fn` in a test of its own, and returns what it returns. The test is over when `fn` has returned, or its promise
 * is settled. What `fn` calls, and what that leaves running, has the test's clock; another test's events are not among
 * its own. Within a test, what the inner one lacks is the outer one's, and its events are the outer one's too.
 *
 * While there is a test, conflicts between the sources of a request are looked for in this thread.
 *
 * @throws {TypeError} for a `fn` or options that are none, and for a second `thread: true` at once
 * @example
 * test('a run is started at half past two', () =>
 *   isolate(async ({ clock, events }) => {
 *     clock.set('2025-10-06T14:30:00Z');
 *     await startRun();
 *     assert.deepEqual(events('generate').map(({ runId }) => runId), ['251006-143000']);
 *   }));
 */
export function isolate<T>(fn: (test: IsolatedTest) => T, options?: IsolateOptions): T;

/**
 * Calls `fn`, returns what it returns, and fails where `runId` did not stay as it was meanwhile: where an event shows
 * another run ID, a new one, or a refused value in its place. It also fails where no event shows `runId`, since then
 * nothing was proved. A base and its clients are one run, and a client's job is found by its base; any other run ID is a
 * change. Without `fn` it looks at the events so far of the test that it is called in.
 *
 * @throws {AssertionError} of `node:assert`, which says what it became, by which event and at which line. What `fn`
 * threw is its `cause`; where nothing was changed, that is thrown itself.
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT` for the `runId`
 * @throws {TypeError} for a `fn` that is none, and without one outside of a test
 * @example
 * await expectUnchanged('251006-143000-Ann-Carver', () => app.inject(withRunId('/webhook', runId)));
 * // AssertionError: Run ID 251006-143000-Ann-Carver became 251006-143000 (suffix-missing, by pass at src/score.js:12:5)
 */
export function expectUnchanged(runId: string): void;
export function expectUnchanged<T>(runId: string, fn: () => T): T;

/** Ends a {@link silence}. Calling it again does nothing. It is disposable where the runtime knows `Symbol.dispose`. */
export type Undo = (() => void) & Disposing;

/** The method that `using` calls, where the types of the project know of it. */
type Disposing = SymbolConstructor extends { readonly dispose: infer Key extends symbol }
  ? { readonly [key in Key]: () => void }
  : unknown;

/**
 * Stops the log, on stderr or to a logger, until it is undone: in a test for what happens in that test, elsewhere for the
 * thread. Events are published as before.
 *
 * @returns what ends it
 * @example
 * const undo = silence();
 * assert.throws(() => normalizeRunId('nope')); // no line on stderr
 * undo();
 */
export function silence(): Undo;

// Without it every declaration above counts as exported.
export {};
