// Written by scripts/declare.js: the border of the addon.

/** A result, or the rejection in its place: the only array that crosses the border. */
export type Answer<T> = T | (T extends string ? Lengthless<RejectionTuple> : RejectionTuple);

/** Strings have a length, too: without it, using a rejection as a string does not compile. */
type Lengthless<T extends readonly unknown[]> = Pick<T, Exclude<keyof T, keyof unknown[]>>;

/** The value, if it is a run ID. Never throws, whatever it is given. */
export function isRunId(value: string): string | undefined;
/** The value, if it is a client ID. */
export function isClientId(value: string): string | undefined;
/** Why a text of at most MAX_LENGTH is not a run ID, packed into one text; undefined if another function has to say. */
export function refuseText(value: string): string | undefined;
/** The value, if it is a run ID; counted as passed. */
export function pass(value: string): string | undefined;
/** A new base; undefined if the slow path has to say why there is none. */
export function nextBase(): string | undefined;
/** A new run ID of a client; undefined if the slow path has to say why there is none. */
export function nextClientRunId(clientId: string): string | undefined;
/**
 * Counts what would have happened at a place, by the numbers of the outcome and the code, which is negative for none.
 * Undefined if there is nothing more to do; otherwise whether it is the first of its kind: an example of that is kept,
 * and in debug mode each is reported.
 */
export function countObserved(place: number, outcome: number, code: number): boolean | undefined;
/** Memory for that many 64-bit floats, which all threads sum; undefined if the runtime does not accept external memory. */
export function openTally(length: number): ArrayBuffer | undefined;

export const MAX_LENGTH: number;
export const BASE_LENGTH: number;
export const MAX_SERVICE_LENGTH: number;
export const MAX_LEAD_LIMIT: number;
/** The character for the first code in a packed rejection. */
export const FIRST_CODE: number;
export const PATTERN: string;
export const CLIENT_ID_PATTERN: string;
export const GENERATED: 'generated';
export const PROCESS: string;
/** The files of this addon that the process has loaded, if the system lists them. */
export const COPIES: string[];
export const SOURCES: readonly SourceObject[];
export const CODES: readonly CodeObject[];
export const FAULTS: readonly FaultName[];
export const UNREAD: readonly string[];
export const UNKNOWN_LEVEL: string | null;
export const EVENTS: EventsObject;
export const RETIRED: readonly string[];
export const RETIRED_VALUES: readonly string[];

/** Loads the addon from the first of these folders in which one works on this host. */
export function load(roots: string[], host?: Pick<NodeJS.Process, 'platform' | 'arch' | 'version'>): object;

/** A fault that JavaScript reports. */
export type FaultName =
  | 'not-a-request'
  | 'second-argument'
  | 'missing'
  | 'missing-on-demand'
  | 'missing-in'
  | 'other-client'
  | 'conflict'
  | 'retired'
  | 'contended'
  | 'database'
  | 'store'
  | 'job-not-found'
  | 'job-exists'
  | 'job-twice'
  | 'job-finished'
  | 'job-open-clients'
  | 'attempt-running'
  | 'attempt-taken-over'
  | 'attempt-stale'
  | 'job-unknown-outcome'
  | 'not-linked'
  | 'linked-to-another';

/** A kind of event. */
export interface KindObject {
  /** Its name. */
  name: string;
  /** Its fields in addition to the common ones. */
  fields: Array<string>;
  /** The least level at which it is logged. */
  level: number;
}

/** What became of a record. */
export interface ActionObject {
  /** Its name. */
  name: string;
  /** The least level at which it is logged. */
  level: number;
  /** Whether the call that tells it ends in an error. */
  isFailure: boolean;
}

/** All that JavaScript knows of events. */
export interface EventsObject {
  /** Stands before an event in a log. */
  marker: string;
  /** Of the table. */
  version: number;
  /** The most bytes of a line. */
  maxLine: number;
  /** The most bytes of the counts in a line. */
  maxCounts: number;
  /** Fields of every event. */
  common: Array<string>;
  /** The kinds of events. */
  kinds: Array<KindObject>;
  /** What becomes of records. */
  actions: Array<ActionObject>;
  /** The source of a run ID that came as baggage. */
  baggage: string;
  /** Who may have sent it. */
  senders: Array<string>;
  /** What is observed. */
  outcomes: Array<string>;
  /** The least level at which one observation is logged. */
  outcomeLevel: number;
  /** Why a record is near one that was not found. */
  reasons: Array<string>;
  /** The tables of records. */
  tables: Array<string>;
  /** The carriers by which run IDs are handed over. */
  carriers: Array<string>;
  /** In ascending order. */
  levels: Array<string>;
}

/** A place in which a run ID may be passed. */
export interface SourceObject {
  /** Name in results. */
  name: string;
  /** Name in errors. */
  path: string;
}

/** What callers tell errors apart by. */
export interface CodeObject {
  /** Such as `ERR_RUN_ID_FORMAT`. */
  code: string;
  /** HTTP status. */
  statusCode: number;
}

/** A generated run ID. */
export interface GeneratedObject {
  /** The run ID. */
  runId: string;
  /** Seconds it is ahead of the clock. */
  leadSeconds: number;
  /** A warning to show, once. */
  warning?: string;
}

/** The parts of a run ID. */
export interface PartsObject {
  /** The first 13 characters. */
  baseRunId: string;
  /** The base's second, in milliseconds since 1970. */
  startedAtMs: number;
}

/** Rejections that were not logged. */
export interface LeftOutObject {
  /** The error code. */
  code: string;
  /** The line of code; null for the others, and if it is not known. */
  at: string | null;
  /** Whether these are all places that are not counted individually. */
  isOthers: boolean;
  /** How many. */
  count: number;
}

/** Settings of the process. */
export interface SettingsObject {
  /** Absolute path. */
  sequenceFile?: string;
  /** Seconds. */
  maxLeadSeconds?: number;
  /** Name of the level that is logged. */
  log?: string;
  /** Whether every event is logged. */
  debug?: boolean;
  /** Name of the service. */
  service?: string;
}

/** Why a value is not a run ID; nothing if it is one. */
export function refuseRunId(
  value: unknown,
  caller: unknown,
  source?: string | undefined | null,
): RejectionTuple | null;

/** Why a value is not a client ID; nothing if it is one. */
export function refuseClientId(value: unknown, source?: string | undefined | null): RejectionTuple | null;

/**
 * The rejection of a request that could not be read completely, by the name of the reason, or of something that is
 * not a request; nothing for an unknown name.
 */
export function refuseUnread(
  reason: string,
  value: unknown,
  caller: unknown,
  source?: string | undefined | null,
): RejectionTuple | null;

/**
 * The rejection that JavaScript reports, by its name in the core's table of faults. `detail` is what else its message or
 * its hint needs, such as the called function's name.
 */
export function refuse(
  name: FaultName,
  value: unknown,
  detail?: string | undefined | null,
  source?: string | undefined | null,
): RejectionTuple;

/** A value as it may be shown. */
export function show(value: unknown): string;

/** A new run ID, by the real clock if no other is given. `clientId` is absent only if it is `undefined`. */
export function generate(
  clientId: unknown,
  source: unknown,
  clock?: OwnClock | undefined | null,
): Answer<GeneratedObject>;

/** A base with a client ID. */
export function joinClient(base: unknown, clientId: unknown, caller: unknown): Answer<string>;

/** The run ID of a client, from a base or from this client's own run ID. */
export function clientRunIdFor(runId: unknown, clientId: unknown, caller: unknown): Answer<string>;

/** The parts of a run ID. */
export function parts(value: unknown, caller: unknown): Answer<PartsObject>;

/** Changes settings of the process, all or none; returns a rejection if it can't. */
export function configure(settings: SettingsObject): RejectionTuple | null;

/** Whether every event is logged. */
export function isDebug(): boolean;

/** The number of the level that is logged. */
export function logLevel(): number;

/** The number of the next line of this thread. */
export function nextLine(): number;

/** Whether the end of this thread is to be reported now. */
export function takeEnd(): boolean;

/** The service's name. */
export function service(): string | null;

/** Whether the process's own environment, which a worker thread may share or not, holds this run ID. */
export function environmentHolds(runId: string): boolean;

/** Keeps the run ID that was removed from the environment, for this thread or, from the main one, for all. */
export function keepInherited(runId: string, isMainThread: boolean): void;

/** The run ID that was removed from the environment. */
export function inherited(): string | null;

/** Takes a line from the reject log's allowance: 0, or the milliseconds until there is room. */
export function takeLogLine(): number;

/** Counts a rejection that was not logged, by the number of its code and its call site, if known. */
export function leaveOut(code: number, at?: string | undefined | null): void;

/**
 * Writes a line to standard error, or keeps or counts it; `reports` is the number of lost lines that it reports. Returns
 * whether anything waits.
 */
export function writeLine(line: string, reports: number): boolean;

/** Writes as much of the waiting lines as standard error accepts. Returns whether anything still waits. */
export function flushLines(): boolean;

/** The same at the end of the process, which waits for a while. */
export function flushLinesAtExit(): void;

/** How many lost lines the next line has to report. */
export function dueReport(atEnd: boolean): number;

/** How many lines were lost since the start. */
export function linesLost(): number;

/** How far the last base is ahead of the clock, in seconds. */
export function leadSeconds(): number;

/** The sums of the counts of all threads of the process, by their places in a tally. */
export function tallies(): Array<number>;

/** The rejections that were not logged since the last call, the most frequent first. */
export function takeLeftOut(): Array<LeftOutObject>;

/** A run ID that exists, and why it is close to another. */
export interface NearObject {
  /** The run ID. */
  runId: string;
  /** Why. */
  reason: string;
}

/** Why a value is not a run ID of the given kind; nothing if it is one. */
export function refuseKind(value: unknown, wanted: 'Base' | 'Client', caller: unknown): RejectionTuple | null;

/** The greatest base that may exist by now, given the lead: the clock's second plus `maxLeadSeconds`. */
export function greatestBase(clock?: OwnClock | undefined | null): string;

/** The bases after a given one that another claim may have used, in order: at most 64, none beyond the greatest. */
export function basesAfter(base: string, clock?: OwnClock | undefined | null): Array<string>;

/** Makes sure that the next base of a clock is more than `extra` seconds above a given one, as far as the lead allows. */
export function raiseSequence(base: string, extra: number, clock?: OwnClock | undefined | null): void;

/** What to look for when a run ID was not found. */
export interface NearLookupsObject {
  /** Jobs of exactly these IDs. */
  jobs: Array<string>;
  /** Client runs of exactly these IDs. */
  clientRuns: Array<string>;
  /** Client runs of these IDs in any case. */
  spellings: Array<string>;
}

/** What to look for when a run ID was not found. */
export function nearLookups(runId: string): NearLookupsObject;

/** The existing run IDs that are close to one that was not found, the most likely first. */
export function rankNear(runId: string, found: Array<string>): Array<NearObject>;

/** Logs that are followed. */
export class Following {
  /**
   * Files, and the numbers of those that are streams, whose data is handed over. The times for which runs are kept and
   * findings wait for late lines are in milliseconds.
   */
  constructor(
    files: Array<string>,
    streams: Array<number>,
    keepMs: number,
    settleMs: number,
    options: CheckObject,
  );
  /** Hands over a stream's data; nothing at its end. Not to be called during a step. */
  feed(stream: number, bytes: Uint8Array): void;
  /** Reads what is new, and returns the result as JSON. `wall` is the time of a monotonic clock, in milliseconds. */
  step(wall: number): Promise<string>;
  /** The files that are not read at present, as JSON. */
  problems(): string;
  /** The clients of runs that are new since the last call; all that are kept, if some were forgotten. */
  clients(): Array<string>;
  /** Reads what is left, and judges all that is kept. */
  finish(wall: number): Promise<Verdict>;
  /** After it has finished: the last reports, the groups with findings of forgotten runs, and the new clients, as JSON. */
  last(): string;
}

/** A run ID in a buffer. */
export interface FindObject {
  /** The run ID. */
  runId: string;
  /** Bytes before it. */
  offset: number;
  /** The line it is in, from 1. */
  line: number;
}

/** Every run ID in a buffer, in order. */
export function scanBuffer(bytes: Uint8Array): Array<FindObject>;

/** A class of inconsistencies. */
export interface ClassObject {
  /** Its name in reports. */
  name: string;
  /** How much harm it does. */
  severity: string;
  /** What it means. */
  sentence: string;
  /** Its heading. */
  title: string;
  /** What to do about it. */
  remedy: string;
}

/** The classes of inconsistencies, in the order in which they are tried. */
export function findingClasses(): Array<ClassObject>;

/** The service of a process in a verdict; other process names unchanged. */
export function serviceOf(process: string): string;

/** An argument as one word of a shell. */
export function shellQuoted(argument: string): string;

/** How far the reading of logs has come. */
export class Progress {
  /** Nothing read yet. */
  constructor();
  /** Bytes read so far. */
  read(): number;
  /** Stops the reading: only what was read is judged. */
  stop(): void;
}

/** Every run ID of some files. JavaScript fetches it in pieces: as one text, it may exceed the maximum length of a string. */
export class Inventory {
  /** How many run IDs were selected. */
  get count(): number;
  /** How many there are in all. */
  get all(): number;
  /** How often those that were selected were found. */
  get finds(): number;
  /** At most `count` of the selected ones from the one at `from` on, as JSON. */
  rows(from: number, count: number): string;
  /** The files that could not be read to their ends, as JSON. */
  problems(): string;
}

/** Which run IDs are requested, and in which order. */
export interface SelectionObject {
  /** Of this client. */
  client?: string;
  /** Of runs that began then or later, in milliseconds since 1970. */
  since?: number;
  /** Of runs that began before. */
  until?: number;
  /** The name of an order. */
  sort: string;
}

/** Every run ID in files. */
export function scanFiles(
  files: Array<string>,
  selection: SelectionObject,
  progress: Progress,
): Promise<Inventory>;

/** What was extracted. */
export interface ExtractObject {
  /** Lines read. */
  lines: number;
  /** Records extracted. */
  kept: number;
  /** The files that could not be read to their ends, as JSON. */
  problems: string;
  /** Why the extract could not be written, in the system's words; absent where it was. */
  unwritten?: string;
  /** Whether that is because its reader is gone. */
  isAbandoned: boolean;
}

/** Writes what `check` needs from files, under their `names`, to standard output. `by` is a name that no other process has. */
export function extractFiles(
  files: Array<string>,
  names: Array<string>,
  by: string,
  host: string,
  progress: Progress,
): Promise<ExtractObject>;

/** The numbers of the files that are extracts. */
export function extractsAmong(files: Array<string>): Promise<Array<number>>;

/** The files from which extracts were made, written into a folder: a JSON array of `{ path, name }`. */
export function divideExtracts(
  extracts: Array<string>,
  names: Array<string>,
  folder: string,
): Promise<string>;

/** What is wrong in files. JavaScript fetches it in pieces: as one text, it may exceed the maximum length of a string. */
export class Verdict {
  /** Everything but findings and groups, as JSON. */
  summary(): string;
  /** At most `count` of the groups from the one at `from` on, the worst first, as a JSON array. */
  groups(from: number, count: number): string;
  /** At most `count` of the findings from the one at `from` on, those of the worst group first, as a JSON array. */
  findings(from: number, count: number): string;
  /** What a page draws of them, as the JSON of [`picture::Picture`]; `null` if that was not requested. */
  picture(): string;
}

/** How files are judged, and which findings are requested. */
export interface CheckObject {
  /** The silence after which a run counts as never completed, in milliseconds. */
  staleMs: number;
  /** The names of the files on the command line, if these are copies. */
  names?: Array<string>;
  /** The arguments there, including folders and patterns in which the files were found. */
  given?: Array<string>;
  /** How many of the files were cut off, because the pipe that fills them was interrupted. */
  cut?: number;
  /** Whether the lives of the worst runs are read for a page. */
  picture?: boolean;
  /** Findings that last until then or later, in milliseconds since 1970. */
  since?: number;
  /** Those that begin before. */
  until?: number;
  /** Of this client. */
  client?: string;
  /** Of this run ID. */
  run?: string;
  /** Of this service. */
  service?: string;
  /** Of this process. */
  process?: string;
  /** Of these classes. */
  classes?: Array<string>;
  /** Of this severity and above. */
  severity?: string;
}

/** What is wrong in files. */
export function checkFiles(files: Array<string>, options: CheckObject, progress: Progress): Promise<Verdict>;

/** The life of a run. JavaScript fetches it in pieces: as one text, it may exceed the maximum length of a string. */
export class Flow {
  /** All but the lists, with how long these are, as JSON. */
  summary(): string;
  /** The files that could not be read to their ends, as JSON. */
  problems(): string;
  /** At most `count` events from the one at `from` on, as JSON; with their lines, which are read again, or without. */
  events(from: number, count: number, hasLines: boolean): string;
  /** The same of hand-overs. */
  handOvers(from: number, count: number): string;
  /** The same of findings. */
  findings(from: number, count: number): string;
  /** The same of the events at which findings are seen. */
  marks(from: number, count: number): string;
}

/** The life of a run in files, which have `names` on the command line. */
export function flowFiles(
  runId: string,
  files: Array<string>,
  names: Array<string>,
  staleMs: number,
  progress: Progress,
): Promise<Flow>;

/** How often something was observed at a place since the process began. */
export interface CountObject {
  /** The name of the place; null for the others, and if it is not known. */
  place: string | null;
  /** Whether it stands for all places that are not counted individually. */
  isOthers: boolean;
  /** What would have happened. */
  outcome: string;
  /** With which error of this library. */
  code: string | null;
  /** How often. */
  count: number;
  /** The first received value. */
  received: string | null;
}

/** The number under which a place is counted; 0 for those beyond the limit, 1 for unknown places. */
export function observedPlace(name: string): number;

/** Keeps the received value as the example for an outcome and a code, given by their numbers. */
export function keepObserved(place: number, outcome: number, code: number, received: string): void;

/** Whether anything was counted since the counts were last taken. */
export function observedIsDue(): boolean;

/** The counts that have changed since they were last taken. */
export function takeObserved(): Array<CountObject>;

/** A clock that shows the time it is given, with its own sequence. */
export class OwnClock {
  /** A clock that shows no time yet. */
  constructor();
  /** Shows a time, in milliseconds since 1970. One that is not finite is refused when it is read. */
  show(nowMs: number): void;
}

/**
 * The content of an error: the code's number in `CODES`, the message, the received value, the hint, and what few
 * errors have.
 *
 * An array, because setting each property would take longer than everything else, and because nothing else that crosses
 * the border is one: that is how JavaScript distinguishes a rejection from a result. Each element takes time, too.
 */
export type RejectionTuple = [
  field0: number,
  field1: string,
  field2: string | null,
  field3: string | null,
  field4: DetailsTuple | null,
];

/** The source, the file, and the milliseconds until the same call may succeed. */
export type DetailsTuple = [field0: string | null, field1: string | null, field2: number | null];
