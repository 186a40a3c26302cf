'use strict';

// The normal course: run IDs are generated once, passed unchanged, and found at every hop.

const { post } = require('./http.js');

const HOPS = ['api', 'webhook', 'smart-resume'];

/** @returns the run IDs of the three runs, and those of all records that services said they had made */
async function showCourse(report, services, log) {
  report.chapter('Made once, passed unchanged, found');
  const job = await showJob(report, services);
  const own = await showOwnRun(report, services, log);
  const scrape = await showScrape(report, services);
  const runs = { job: job[0], acme: job[1], duran: job[2], ann: own[1], scrape: scrape[1] };
  await showPriority(report, services, runs);
  return { runs, made: [...job, ...own, ...scrape] };
}

async function showJob(report, { api }) {
  const clients = ['Acme-Corp', 'Duran-Duran'];
  const { status, answer } = await post(`${api.url}/jobs`, { jobType: 'lead-scoring', clients });
  const [jobRunId] = answer.made ?? [];
  report.step(
    {
      what: 'a job of two clients',
      who: 'three processes',
      outcome: jobRunId,
      reason: 'the base, unchanged',
    },
    { status, made: answer.made, finished: answer.resumed?.finished, metrics: answer.resumed?.metrics },
    {
      status: 201,
      made: [jobRunId, ...clients.map((clientId) => `${jobRunId}-${clientId}`)],
      finished: answer.made,
      metrics: { leads: clients.join('').length },
    },
  );
  return answer.made;
}

/** With the events of each hop about the ID. */
async function showOwnRun(report, { api }, log) {
  const clientId = 'Ann-Carver';
  const { status, answer } = await post(`${api.url}/my/runs`, undefined, { 'x-client-id': clientId });
  const [jobRunId, runId] = answer.made ?? [];
  await log.find((event) => event.runId === runId && event.action === 'completed');
  const trace = HOPS.flatMap((hop) => log.events.filter((e) => e.service === hop && e.runId === runId));
  const course = trace.map(({ service, event, action, source, carrier }) => [
    service,
    action ?? event,
    source ?? carrier ?? null,
  ]);
  report.step(
    {
      what: "a client's own run",
      who: 'three processes',
      outcome: runId,
      reason: 'the compound ID, unchanged',
    },
    { status, runId, finished: answer.resumed?.finished, course, processes: pidsOf(trace).length },
    {
      status: 201,
      runId: `${jobRunId}-${clientId}`,
      finished: answer.made,
      course: [
        ['api', 'generate', null],
        ['api', 'resolve', 'generated'],
        ['api', 'created', null],
        ['webhook', 'resolve', 'body'],
        ['webhook', 'send', 'env'],
        ['smart-resume', 'receive', 'env'],
        ['smart-resume', 'found', null],
        ['smart-resume', 'updated', null],
        ['smart-resume', 'completed', null],
      ],
      processes: HOPS.length,
    },
  );
  report.table([
    ['service/pid', 'event about it', 'by', 'at'],
    ...trace.map((event) => [
      `${event.service}/${event.pid}`,
      event.action ?? event.event,
      event.source ?? event.carrier,
      event.at,
    ]),
  ]);
  return answer.made;
}

function pidsOf(events) {
  return [...new Set(events.map(({ pid }) => pid))];
}

async function showScrape(report, { api, provider }) {
  const clientId = 'Duran-Duran';
  const { answer } = await post(`${api.url}/my/scrapes`, undefined, { 'x-client-id': clientId });
  const [, runId] = answer.made ?? [];
  const done = await post(`${provider.url}/scrapes/${answer.externalId}/end`);
  report.step(
    {
      what: 'an external run',
      who: 'api, webhook',
      outcome: done.answer.runId,
      reason: 'mapped back from its own ID',
    },
    { ...done, answeredWith: typeof answer.externalId },
    { answeredWith: 'string', status: 200, answer: { runId, status: 'Completed', metrics: { leads: 40 } } },
  );
  report.note(`The provider calls it ${answer.externalId}; its webhook brought both IDs.`);
  return answer.made;
}

/** Four requests that name several runs; each lacks the source that won in the previous one. */
async function showPriority(report, { api }, { acme, duran, ann, scrape }) {
  const sources = { specificRunId: ann, query: scrape, body: acme, parentRunId: duran };
  const names = Object.keys(sources);
  const won = [];
  for (const at of names.keys()) {
    const present = Object.fromEntries(names.slice(at).map((name) => [name, sources[name]]));
    const { answer } = await post(...requestWith(api, present, duran));
    won.push([answer.source, answer.runId]);
  }
  report.step(
    {
      what: 'several IDs at once',
      who: 'api',
      outcome: 'the first one present wins',
      reason: 'one priority order',
    },
    won,
    Object.entries(sources),
  );
}

function requestWith({ url }, { specificRunId, query, body }, parentRunId) {
  return [
    `${url}/internal/runs/${parentRunId}${query === undefined ? '' : `?runId=${query}`}`,
    body === undefined ? undefined : { runId: body },
    specificRunId === undefined ? {} : { 'x-upstream-run-id': specificRunId },
  ];
}

module.exports = { showCourse };
