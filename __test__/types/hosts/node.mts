// With the types of Node.js: what its objects are to the library.

import { IncomingMessage } from 'node:http';
import { normalizeRunId, resolveRunId } from 'unified-run-id';
import { extract, inject } from 'unified-run-id/context';
import { same } from '../same.mjs';

declare const message: IncomingMessage;

resolveRunId(message, { generate: false });
resolveRunId(new Request('https://acme.example/?runId=251006-143000'));
resolveRunId({ query: new URLSearchParams('runId=251006-143000'), body: new FormData() });
new URLSearchParams('a=251006-143000').forEach(normalizeRunId);

same<ReturnType<typeof inject<Headers, 'headers'>>, Headers>(true);
inject(new Headers(), 'headers').get('run-id');
inject(process.env, 'env').RUN_ID satisfies string;
inject(new URL('https://acme.example/'), 'url') satisfies string;
extract(message.headers, 'headers');
extract(process.env, 'env');
extract(new URL('https://acme.example/'), 'url');
