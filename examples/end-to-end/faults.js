'use strict';

// Ways in which a run ID is lost or changed, most of them silently, each injected into one run. `add` replaces how the API
// adds the job, `handle` how the worker processes it, `environment` what the child process is given, and `post` how the
// child calls the webhook; `listen` is called when the job has ended. `told` is the expected report: an error with its
// code, the service that throws it and how often, because most jobs are tried twice; and if the error occurs far from the
// fault, the finding of `check` and the service that it names as the culprit.

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
    told: { code: 'ERR_RUN_ID_MISSING', at: 'worker', times: 2 },
  },

  'a job passes for a request': {
    handle: (job) => resolveRunId(job),
    told: { code: 'ERR_RUN_ID_TYPE', at: 'worker', times: 2 },
  },

  'a run is started again': {
    handle: (job, { jobs }) =>
      receive(job, 'bullmq', async () => {
        const clientId = getClientId(requireRunId());
        return await jobs.getClientRun(resolveRunId({ body: { leads: job.data.leads } }, { clientId }));
      }),
    told: { code: 'ERR_JOB_NOT_FOUND', at: 'worker', times: 2, finding: 'minted-again', by: 'worker' },
  },

  'a scheduler repeats a run': {
    add: (queue, data) =>
      queue.upsertJobScheduler('nightly', { every: 3_600_000 }, { name: 'score', data: inject(data) }),
    told: { code: 'ERR_RUN_ID_TYPE', at: 'worker', times: 1 },
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
    told: { code: 'ERR_JOB_FINISHED', at: 'worker', times: 1 },
  },

  'a listener asks for the run': {
    listen: () => requireRunId(),
    told: { code: 'ERR_RUN_ID_MISSING', at: 'worker', times: 1 },
  },

  'the child is not handed the run': {
    environment: () => process.env,
    told: { code: 'ERR_RUN_ID_MISSING', at: 'score', times: 2 },
  },

  'a redirect drops the query': {
    async post(url, body) {
      const proxy = http.createServer((_req, res) => res.writeHead(307, { location: url }).end()).listen(0);
      await once(proxy, 'listening');
      const answer = await post(withRunId(`http://127.0.0.1:${proxy.address().port}/`), body, JSON_BODY);
      proxy.close();
      return answer;
    },
    told: { code: 'ERR_RUN_ID_MISSING', at: 'webhook', times: 2 },
  },

  'a parameter is set twice': {
    post: (url, body) => post(`${withRunId(url)}&runId=${OTHER_RUN}`, body, JSON_BODY),
    told: { code: 'ERR_RUN_ID_TYPE', at: 'webhook', times: 2 },
  },

  'header and query disagree': {
    post: (url, body) => post(withRunId(url, OTHER_RUN), body, inject(JSON_BODY, 'headers')),
    told: { code: 'ERR_RUN_ID_CONFLICT', at: 'webhook', times: 2 },
  },

  'the client is cut off': {
    post: (url, body) => post(url, body, inject(JSON_BODY, 'headers', getBaseRunId(requireRunId()))),
    told: { code: 'ERR_RUN_ID_KIND', at: 'webhook', times: 2, finding: 'suffix-missing', by: 'score' },
  },

  'the case is changed': {
    post: (url, body) => post(url, body, inject(JSON_BODY, 'headers', requireRunId().toLowerCase())),
    told: { code: 'ERR_JOB_NOT_FOUND', at: 'webhook', times: 2, finding: 'case-changed', by: 'score' },
  },
};

module.exports = { FAULTS };
