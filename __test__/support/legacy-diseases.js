'use strict';

// The ways in which the service of __test__/legacy loses a run. Each drives its two processes, and returns whether the run
// was lost, and the response. `right` is the correct result: the run is `found`, or the code of a refusal.

const BATCH = { clientIds: ['Ann-Carver', 'Lee-Marlow'] };

/** Starts a job whose run ID another system chose. */
async function startJob(api, runId) {
  const { status, body } = await api.post('/api/jobs', { runId, ...BATCH });
  if (status !== 201) throw new Error(`No job: ${status} ${JSON.stringify(body)}`);
  return body;
}

const clientRun = (api, runId) => api.get(`/internal/client-runs?runId=${encodeURIComponent(runId)}`);

async function workOn(api, queue, data) {
  await api.post(`/internal/queue/${queue}`, data);
  const { body } = await api.post('/internal/drain');
  return body.results[0];
}

/** Whether a response, or the result of a job, names exactly the run. */
const names = (runId) => (answer) => answer.status === 200 && answer.body.runId === runId;

const DISEASES = [
  {
    name: 'the API creates the run of a client, and the webhook normalizes its ID to that of the job',
    right: 'found',
    async drive({ api, webhooks }) {
      const [runId] = (await startJob(api, '251006-150000')).clientRuns;
      const answer = await webhooks.post('/webhooks/posts', { runId, posts: [1, 2] });
      return { lost: !names(runId)(answer), answer };
    },
  },
  {
    name: 'the webhook adds the client to an ID that has it',
    right: 'found',
    async drive({ api, webhooks }) {
      const [runId] = (await startJob(api, '251006-150100')).clientRuns;
      const answer = await webhooks.post('/webhooks/comments', {
        runId,
        clientId: 'Ann-Carver',
        commentId: 'c-1',
      });
      return { lost: !names(runId)(answer), answer };
    },
  },
  {
    name: 'a run that is resumed is another one, because the ID is looked for in the wrong place',
    right: 'found',
    async drive({ api, webhooks }) {
      const [runId] = (await startJob(api, '251006-150200')).clientRuns;
      const answer = await webhooks.post('/webhooks/resume', { runId, clientId: 'Ann-Carver' });
      return { lost: !names(runId)(answer), answer };
    },
  },
  {
    name: 'an object that is passed as a run ID becomes the text undefined',
    right: 'ERR_RUN_ID_TYPE',
    async drive({ api, webhooks }) {
      const [runId] = (await startJob(api, '251006-150300')).clientRuns;
      const resource = { id: 'aB3dE5gH7jK9mN1pQ', status: 'SUCCEEDED' };
      const payload = { runId: { value: runId }, posts: 1 };
      const answer = await webhooks.post('/webhooks/apify', { resource, payload });
      return { lost: answer.status === 404 && answer.body.error.includes('undefined'), answer };
    },
  },
  {
    name: "an update in one client's name is written to another client's run",
    right: 'ERR_RUN_ID_CLIENT_MISMATCH',
    async drive({ api }) {
      const [runId, otherRunId] = (await startJob(api, '251006-150400')).clientRuns;
      const answer = await api.patch('/internal/client-runs', {
        runId,
        clientId: 'Lee-Marlow',
        Status: 'Failed',
      });
      const other = await clientRun(api, otherRunId);
      return { lost: other.body.Status === 'Failed', answer };
    },
  },
  {
    name: 'a part of an ID finds the first run that begins like it',
    right: 'ERR_RUN_ID_FORMAT',
    async drive({ api }) {
      await startJob(api, '251006-150500');
      const path = '/api/my/my-runs?runId=251006-1505';
      const answer = await api.get(path, { 'x-client-id': 'Ann-Carver' });
      return { lost: answer.status === 200, answer };
    },
  },
  {
    name: 'jobs without a run ID are all booked on a run called unknown',
    right: 'ERR_RUN_ID_TYPE',
    async drive({ api }) {
      const result = await workOn(api, 'metrics', { clientId: 'Ann-Carver', name: 'Posts', by: 1 });
      return { lost: result.runId === 'unknown', answer: { status: null, body: result } };
    },
  },
  {
    name: 'jobs that start in the same second are one job',
    right: 'found',
    async drive({ api }) {
      // Four requests at once begin in at most two seconds.
      const answers = await Promise.all([1, 2, 3, 4].map(() => api.post('/api/jobs', BATCH)));
      const runIds = new Set(answers.map(({ body }) => body.runId));
      return { lost: runIds.size < answers.length, answer: answers[0] };
    },
  },
];

module.exports = { DISEASES };
