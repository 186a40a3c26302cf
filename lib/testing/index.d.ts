/**
 * For tests of code that uses this library: a settable clock, the events of each test, and the assertion that a
 * run ID stays unchanged. `AsyncLocalStorage` keeps tests apart, so they may run concurrently, in one file or in
 * many; when a test is over, it leaves nothing behind. See docs/testing.md.
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

/** The clock of a test, from which its run IDs are generated, in a separate sequence. It stands still. */
export interface TestClock {
  /**
   * Sets the time. Before the first call, a test uses the clock that it would have without `isolate`. Setting it
   * back works like a real clock that is set back: the sequence continues from the last ID, and beyond
   * `maxLeadSeconds` it throws `ERR_RUN_ID_CLOCK`.
   *
   * @param time in UTC, to the second or the millisecond, with its `Z`; a valid `Date`; or milliseconds since 1970
   * @throws {TypeError} for anything else
   */
  readonly set: (time: string | Date | number) => void;
  /**
   * Moves the time forward, or back if `ms` is negative.
   *
   * @param ms milliseconds
   * @throws {TypeError} if it is not such a number, and before the clock is set
   */
  readonly advance: (ms: number) => void;
}

/**
 * Returns the events of a test so far, in order, in a new array for each call. With a kind, only those events.
 */
export interface TestEvents {
  (): RunIdEvent[];
  /** @throws {TypeError} for an unknown kind */
  <Kind extends RunIdEvent['event']>(kind: Kind): EventOf<Kind>[];
}

/** What a test receives. Frozen. */
export interface IsolatedTest {
  readonly clock: TestClock;
  readonly events: TestEvents;
}

/** Options of {@link isolate}. Unknown keys are a `TypeError`. */
export interface IsolateOptions {
  /**
   * Whether events in this thread outside any test also belong to this one, such as in a server that was started
   * before it. For tests that run one after another: if two run at once, the second is refused. Default false.
   */
  thread?: boolean | undefined;
}

/**
 * Calls `fn` in a test of its own, and returns its result. The test is over when `fn` has returned, or its
 * promise has settled. Everything that `fn` calls or leaves running has the test's clock; other tests' events are
 * not included. A nested test inherits what it does not set itself, and its events also belong to the outer test.
 *
 * While a test is running, conflicts between the sources of a request are detected in this thread.
 *
 * @throws {TypeError} if `fn` is not a function or the options are malformed, and for a second concurrent
 * `thread: true`
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
 * Calls `fn`, returns its result, and fails if `runId` did not stay unchanged: if an event shows a different run
 * ID, a new one, or a refused value instead. It also fails if no event shows `runId`, because then nothing is
 * proved. A base and its clients are one run, and a client's job is looked up by its base; any other run ID is a
 * change. Without `fn`, it checks the events so far of the test that it is called in.
 *
 * @throws {AssertionError} from `node:assert`, which says what the run ID became, through which event and at
 * which line. If `fn` threw, that error is the `cause`; if nothing was changed, that error is thrown itself.
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT` for the `runId`
 * @throws {TypeError} if `fn` is not a function, or is missing outside a test
 * @example
 * await expectUnchanged('251006-143000-Ann-Carver', () => app.inject(withRunId('/webhook', runId)));
 * // AssertionError: Run ID 251006-143000-Ann-Carver became 251006-143000 (suffix-missing, by pass at src/score.js:12:5)
 */
export function expectUnchanged(runId: string): void;
export function expectUnchanged<T>(runId: string, fn: () => T): T;

/**
 * Ends a {@link silence}. Calling it again does nothing. It is disposable if the runtime supports
 * `Symbol.dispose`.
 */
export type Undo = (() => void) & Disposing;

/** The method that `using` calls, if the project's types include it. */
type Disposing = SymbolConstructor extends { readonly dispose: infer Key extends symbol }
  ? { readonly [key in Key]: () => void }
  : unknown;

/**
 * Stops logging, to stderr or to a logger, until it is undone: inside a test for that test, elsewhere for the
 * thread. Events are still published.
 *
 * @returns a function that ends it
 * @example
 * const undo = silence();
 * assert.throws(() => normalizeRunId('nope')); // no line on stderr
 * undo();
 */
export function silence(): Undo;

// Without it every declaration above counts as exported.
export {};
