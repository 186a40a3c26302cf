// What the types must refuse: each line after a directive fails to compile, or the directive does.

import unifiedRunIdService, {
  type BaseRunId,
  type ClientRunId,
  clientRunIdFor,
  configure,
  createClientRunId,
  generateRunId,
  generateTimestampRunId,
  getBaseRunId,
  getClientId,
  getNormalizedRunId,
  isClientRunId,
  isRunId,
  normalizeRunId,
  parseRunId,
  type RunId,
  RunIdError,
  resolveRunId,
  resolveRunIdWithSource,
  scanRunIds,
} from 'unified-run-id';

declare const text: string;
declare const base: BaseRunId;
declare const compound: ClientRunId;
declare const runId: RunId;
declare const error: RunIdError;

export const values: { base: BaseRunId; compound: ClientRunId; runId: RunId; text: string } = {
  // @ts-expect-error A run ID of a client is no base.
  base: compound,
  // @ts-expect-error A base is no run ID of a client.
  compound: base,
  // @ts-expect-error A plain string is no run ID.
  runId: text,
  // @ts-expect-error A base has no client.
  text: getClientId(base),
};

// @ts-expect-error Which kind of run ID it is must be asked first.
export const unknownKind: BaseRunId = runId;
// @ts-expect-error A literal is a plain string too.
export const literal: RunId = '251006-143000';
// @ts-expect-error With a client it is no base.
export const generatedBase: BaseRunId = generateTimestampRunId('Ann-Carver');
// @ts-expect-error Without a client it is a base.
export const generatedCompound: ClientRunId = generateTimestampRunId();
// @ts-expect-error A resolved run ID may carry a client.
export const resolvedBase: BaseRunId = resolveRunId({});
// @ts-expect-error Checking does not say which kind it is.
export const checkedBase: BaseRunId = normalizeRunId(text);

// @ts-expect-error A lost client ID is not passed as null.
generateTimestampRunId(null);
// @ts-expect-error A client ID is no number.
generateTimestampRunId(7);
// @ts-expect-error Is an await missing?
generateTimestampRunId(Promise.resolve('Ann-Carver'));

// @ts-expect-error A run ID is no request.
resolveRunId(text);
// @ts-expect-error There is no request: scripts pass {}.
resolveRunId();
// @ts-expect-error Nor is null one.
resolveRunId(null);
// @ts-expect-error An unknown option.
resolveRunId({}, { parent: base });
// @ts-expect-error An unknown option beside a known one.
resolveRunIdWithSource({}, { generate: false, clientID: 'Ann-Carver' });
// @ts-expect-error An array is no options.
resolveRunId({}, [base]);
// @ts-expect-error A promise is no options.
resolveRunId({}, Promise.resolve(base));
// @ts-expect-error A number is no parent.
resolveRunId({}, 251006143000);
// @ts-expect-error An unknown way to deal with conflicts.
resolveRunId({}, { onConflict: 'ignore' });
// @ts-expect-error A missing client may not switch the check off.
resolveRunId({}, { expectClientId: undefined });
// @ts-expect-error A text is not true.
resolveRunId({}, { generate: 'false' });

// @ts-expect-error An object is no run ID.
normalizeRunId({ runId: base });
// @ts-expect-error Nor is an array.
normalizeRunId([base]);
// @ts-expect-error Nor is what may be missing.
normalizeRunId(undefined);
// @ts-expect-error Nor is a promise.
getBaseRunId(Promise.resolve(base));
// @ts-expect-error Nor is null.
parseRunId(null);

// @ts-expect-error It takes a client.
createClientRunId(base);
// @ts-expect-error Null is no client.
createClientRunId(base, null);
// @ts-expect-error It carries a client already.
createClientRunId(compound, 'Ann-Carver');
// @ts-expect-error And so it does when it was found out.
if (isClientRunId(runId)) createClientRunId(runId, 'Ann-Carver');
// @ts-expect-error Whose run ID?
clientRunIdFor(base);
// @ts-expect-error Null is no client here either.
clientRunIdFor(base, getClientId(base));

// @ts-expect-error A client would be dropped.
normalizeRunId(text, 'Ann-Carver');
// @ts-expect-error By the other name too.
getNormalizedRunId(text, 'Ann-Carver');
// @ts-expect-error In a function that passes it on, too.
export const withClient = (id: string, client: string): RunId => normalizeRunId(id, client);

// @ts-expect-error The parts are frozen.
parseRunId(text).clientId = 'Acme-Corp';
export const partOf = parseRunId(text);
// @ts-expect-error Whether it has a client must be asked first.
export const partsOfBase: BaseRunId = partOf.runId;
// @ts-expect-error It returns a boolean, no run ID.
export const asked: RunId = isRunId(text);
// @ts-expect-error It returns nothing that could be called upon.
generateRunId().slice(0, 13);

// @ts-expect-error Bytes are scanned, not texts.
scanRunIds(text);
// @ts-expect-error What was found stays so.
scanRunIds(new Uint8Array())[0]!.offset = 0;

// @ts-expect-error Only the library makes these.
new RunIdError();
// @ts-expect-error What went wrong stays so.
error.code = 'ERR_RUN_ID_TYPE';
// @ts-expect-error There is no such code.
export const misspelt: boolean = error.code === 'ERR_RUN_ID_FORMATT';
// @ts-expect-error There is no such status.
export const teapot: boolean = error.statusCode === 418;
// @ts-expect-error There may be no source.
export const source: string = error.source;

// @ts-expect-error Settings are required.
configure();
// @ts-expect-error An unknown setting.
configure({ colour: 'red' });
// @ts-expect-error A logger is a function.
configure({ logger: 'stderr' });
// @ts-expect-error A clock returns a number.
configure({ now: () => new Date() });
// @ts-expect-error A lead is a number.
configure({ maxLeadSeconds: '60' });

// @ts-expect-error A retired name.
unifiedRunIdService.addClientSuffix(base, 'Ann-Carver');
