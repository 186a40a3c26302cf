'use strict';

// Ways in which a run ID gets lost or changed, most of them without a word, each planted in one run. `add` takes the
// place of how the API adds the job, `handle` of how the worker takes it, `environment` of what the child process is
// given, `post` of how that calls the webhook, and `listen` hears that the job has ended. `told` says by what it is
// told: an error, by its code and the service that throws it, or a finding of `check`, by its class and the service
// that it names as the culprit.

const { once } = require('node:events');
const http = require('node:http');
const { getBaseRunId, getClientId, resolveRunId } = require('unified-run-id');
const { inject, receive, requireRunId, withRunId } = require('unified-run-id/context');
const { LATE, RETRIES } = require('./service.js');

const JSON_BODY = { 'content-type': 'application/json' };
const OTHER_RUN = '251006-143000-Acme-Corp';

const post = (url, body, headers) => fetch(url, { method: 'POST', headers, body });

const FAULTS = {
  'nothing is injected': {
    add: (queue, data) => queue.add('score', data, RETRIES),
    told: { code: 'ERR_RUN_ID_MISSING', by: 'worker' },
  },

  'a job passes for a request': {
    handle: (job) => resolveRunId(job),
    told: { code: 'ERR_RUN_ID_TYPE', by: 'worker' },
  },

  'a run is started again': {
    handle: (job, { jobs }) =>
      receive(job, 'bullmq', async () => {
        const clientId = getClientId(requireRunId());
        return await jobs.getClientRun(resolveRunId({ body: { leads: job.data.leads } }, { clientId }));
      }),
    told: { finding: 'minted-again', by: 'worker' },
  },

  'a scheduler repeats a run': {
    add: (queue, data) =>
      queue.upsertJobScheduler('nightly', { every: 3_600_000 }, { name: 'score', data: inject(data) }),
    told: { code: 'ERR_RUN_ID_TYPE', by: 'worker' },
  },

  'a worker is made inside a run': {
    async handle(job, { makeWorker, work }) {
      await receive(job, 'bullmq', async () => {
        await work(job);
        makeWorker(LATE, work);
      });
    },
  },

  'that worker takes the next job': {
    add: (_queue, data, makeQueue) => makeQueue(LATE).add('score', inject(data)),
    told: { code: 'ERR_JOB_FINISHED', by: 'worker' },
  },

  'a listener asks for the run': {
    listen: () => requireRunId(),
    told: { code: 'ERR_RUN_ID_MISSING', by: 'worker' },
  },

  'the child is not handed the run': {
    environment: () => process.env,
    told: { code: 'ERR_RUN_ID_MISSING', by: 'score' },
  },

  'a redirect drops the query': {
    async post(url, body) {
      const proxy = http.createServer((_req, res) => res.writeHead(307, { location: url }).end()).listen(0);
      await once(proxy, 'listening');
      const answer = await post(withRunId(`http://127.0.0.1:${proxy.address().port}/`), body, JSON_BODY);
      proxy.close();
      return answer;
    },
    told: { code: 'ERR_RUN_ID_MISSING', by: 'webhook' },
  },

  'a parameter is set twice': {
    post: (url, body) => post(`${withRunId(url)}&runId=${OTHER_RUN}`, body, JSON_BODY),
    told: { code: 'ERR_RUN_ID_TYPE', by: 'webhook' },
  },

  'header and query disagree': {
    post: (url, body) => post(withRunId(url, OTHER_RUN), body, inject(JSON_BODY, 'headers')),
    told: { code: 'ERR_RUN_ID_CONFLICT', by: 'webhook' },
  },

  'the client is cut off': {
    post: (url, body) => post(url, body, inject(JSON_BODY, 'headers', getBaseRunId(requireRunId()))),
    told: { code: 'ERR_RUN_ID_KIND', by: 'webhook' },
  },

  'the case is changed': {
    post: (url, body) => post(url, body, inject(JSON_BODY, 'headers', requireRunId().toLowerCase())),
    told: { finding: 'case-changed', by: 'score' },
  },
};

module.exports = { FAULTS };
