// Exports used as the documentation says, from an ES module. That each can be imported is tested by generated text.

import unifiedRunIdService, {
  type BaseRunId,
  type BaseRunIdParts,
  CLIENT_ID_PATTERN,
  type ClientRunId,
  clientRunIdFor,
  type ClientRunIdParts,
  configure,
  createClientRunId,
  type FoundRunId,
  generateRunId,
  generateTimestampRunId,
  getBaseRunId,
  getClientId,
  getNormalizedRunId,
  isBaseRunId,
  isClientId,
  isClientRunId,
  isRunId,
  normalizeRunId,
  parseRunId,
  type ResolvedRunId,
  type ResolveOptions,
  RUN_ID_PATTERN,
  type RunId,
  RunIdError,
  type RunIdErrorCode,
  type RunIdEvent,
  type RunIdParts,
  type RunIdRequest,
  type RunIdSource,
  resolveRunId,
  resolveRunIdWithSource,
  scanRunIds,
  type Settings,
} from 'unified-run-id';
import { same } from '../same.mjs';

declare const text: string;
declare const maybeText: string | undefined;
declare const unknownValue: unknown;

const base = generateTimestampRunId();
const compound = generateTimestampRunId('Ann-Carver');
const either = generateTimestampRunId(maybeText);
same<typeof base, BaseRunId>(true);
same<typeof compound, ClientRunId>(true);
same<typeof either, RunId>(true);
same<BaseRunId, ClientRunId>(false);
same<RunId, string>(false);

// A run ID is a string wherever one is asked for.
const asText: string = base;
const asRunId: RunId = compound;
same<typeof asText, string>(true);
same<typeof asRunId, RunId>(false);

const request: RunIdRequest = { query: { runId: text }, body: unknownValue, headers: {} };
same<ReturnType<typeof resolveRunId>, RunId>(true);
resolveRunId(request);
resolveRunId({ method: 'GET', url: '/', query: new Map([['runId', text]]) });
resolveRunId(request, text);
resolveRunId(request, null);
resolveRunId(request, undefined);
resolveRunId({}, base);
resolveRunId(() => {});
resolveRunId(new (class Request {})());

const options: ResolveOptions = {
  parentRunId: text,
  clientId: 'Ann-Carver',
  generate: false,
  expectClientId: 'Ann-Carver',
  onConflict: 'throw',
};
resolveRunId(request, options);
resolveRunId(request, { parentRunId: null, clientId: maybeText, onConflict: 'report' });

const resolved = resolveRunIdWithSource(request, options);
same<typeof resolved, ResolvedRunId>(true);
same<typeof resolved.runId, RunId>(true);
same<typeof resolved.source, RunIdSource>(true);
same<RunIdSource, 'specificRunId' | 'query' | 'body' | 'header' | 'parentRunId' | 'generated'>(true);

// What is known already is not forgotten.
same<typeof passedBase, BaseRunId>(true);
same<typeof passedText, RunId>(true);
same<typeof passedScript, RunId>(true);
const passedBase = normalizeRunId(base);
const passedText = normalizeRunId(text);
const passedScript = getNormalizedRunId(maybeText);

if (isRunId(unknownValue)) same<typeof unknownValue, RunId>(true);
else same<typeof unknownValue, unknown>(true);
const runIds = [text].filter(isRunId);
same<typeof runIds, RunId[]>(true);

if (isBaseRunId(either)) same<typeof either, BaseRunId>(true);
else same<typeof either, ClientRunId>(true);
if (isClientRunId(unknownValue)) same<typeof unknownValue, ClientRunId>(true);
if (isClientId(unknownValue)) same<typeof unknownValue, string>(true);
const basesAlone = runIds.filter(isBaseRunId);
same<typeof basesAlone, BaseRunId[]>(true);

// As callbacks, which get more than the run ID.
const checked = [text].map(normalizeRunId);
same<typeof checked, RunId[]>(true);
const checkedScript = [text].map(getNormalizedRunId);
same<typeof checkedScript, RunId[]>(true);
new Set([text]).forEach(normalizeRunId);
new Map([[text, text]]).forEach(normalizeRunId);
text.replace(/[0-9]{6}-[0-9]{6}/, normalizeRunId);
[text].map(parseRunId);

const parts = parseRunId(text);
same<typeof parts, RunIdParts>(true);
same<typeof parts.baseRunId, BaseRunId>(true);
same<typeof parts.clientId, string | null>(true);
same<typeof parts.runId, RunId>(true);
if (parts.clientId === null) {
  same<typeof parts, BaseRunIdParts>(true);
  same<typeof parts.runId, BaseRunId>(true);
} else {
  same<typeof parts, ClientRunIdParts>(true);
  same<typeof parts.runId, ClientRunId>(true);
  same<typeof parts.clientId, string>(true);
}
same<typeof parts.startedAt, Date>(true);

const joined = createClientRunId(base, 'Ann-Carver');
same<typeof joined, ClientRunId>(true);
// What may be a base: a text, and a run ID that nobody has looked at.
createClientRunId(text, 'Ann-Carver');
createClientRunId('251006-143000', 'Ann-Carver');
createClientRunId(either as RunId, 'Ann-Carver');
const ofClient = [base, compound, either, text].map((runId) => clientRunIdFor(runId, 'Ann-Carver'));
same<typeof ofClient, ClientRunId[]>(true);
const itsBase = getBaseRunId(joined);
same<typeof itsBase, BaseRunId>(true);
const itsClient = getClientId(joined);
same<typeof itsClient, string | null>(true);

const finds = scanRunIds(new Uint8Array());
same<typeof finds, FoundRunId[]>(true);
same<(typeof finds)[number]['runId'], RunId>(true);
same<(typeof finds)[number]['startedAt'], Date>(true);
same<(typeof finds)[number]['offset'], number>(true);
for (const find of finds) if (find.clientId !== null) same<typeof find.runId, ClientRunId>(true);

same<typeof RUN_ID_PATTERN, string>(true);
same<typeof CLIENT_ID_PATTERN, string>(true);
new RegExp(RUN_ID_PATTERN).test(text);

// It ends the function, so that nothing has to be returned.
function generateAsBefore(): string {
  generateRunId('Ann-Carver', 1);
}
same<ReturnType<typeof generateRunId>, never>(true);
same<ReturnType<typeof generateAsBefore>, string>(true);

const settings: Settings = {
  sequenceFile: '/var/lib/acme/run-id',
  maxLeadSeconds: 60,
  logger: (event) => same<typeof event, RunIdEvent>(true),
  debug: true,
  service: 'api',
  now: () => 0,
};
same<ReturnType<typeof configure>, void>(true);
configure(settings);
configure({ logger: (event) => Object.assign(event, { level: 'warn' }) });
configure({ logger: null, now: null, service: maybeText });

try {
  normalizeRunId(text);
} catch (error) {
  if (error instanceof RunIdError) {
    same<typeof error, RunIdError>(true);
    same<typeof error.code, RunIdErrorCode>(true);
    same<typeof error.name, 'RunIdError'>(true);
    same<typeof error.source, string | undefined>(true);
    same<typeof error.received, string | undefined>(true);
    same<typeof error.hint, string | undefined>(true);
    same<typeof error.path, string | undefined>(true);
    same<typeof error.retryAfterMs, number | undefined>(true);
    const plain: Error = error;
    const status: number = error.statusCode;
    error.status = 404; // As Koa does.
    same<typeof error.expose, boolean>(true);
    if (error.code === 'ERR_RUN_ID_EXHAUSTED') same<typeof plain | typeof status, Error | number>(true);
  }
}

/** The kind of an event says what it holds. */
export function shown(event: RunIdEvent): string | number | null {
  switch (event.event) {
    case 'generate':
      return event.leadSeconds;
    case 'resolve':
      return `${event.runId} ${event.source satisfies RunIdSource}`;
    case 'send':
    case 'receive':
      return event.peer ?? event.carrier;
    case 'observe':
      return event.counts?.[0]?.count ?? event.place;
    case 'end':
      return event.n;
    case 'pass':
      return event.runId;
    case 'reject':
      return event.code satisfies RunIdErrorCode | null;
    case 'conflict':
      return event.otherRunId;
    case 'record':
      // A list of jobs, or an external ID that stands for no run, has none.
      same<typeof event.runId, RunId | null>(true);
      same<typeof event.table, 'job' | 'client' | null>(true);
      return event.near?.[0]?.reason ?? event.action;
    case 'configure':
      return Object.keys(event.settings).length;
    default:
      return event satisfies never;
  }
}

same<typeof unifiedRunIdService.normalizeRunId, typeof normalizeRunId>(true);
