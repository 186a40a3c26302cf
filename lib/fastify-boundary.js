'use strict';

const { boundaryOf } = require('./boundary.js');

/** What `register` itself understands, and passes on. */
const OF_REGISTER = ['prefix', 'logLevel', 'logSerializers'];

const ENTERED = Symbol('unified-run-id.entered');

const DECORATORS = ['runId', 'runIdSource', 'specificRunId', ENTERED];

const CARRIER = {
  isMadeByCaller: false, // but Fastify, some time after `register`
  runOf: (request) => request[ENTERED],
  enter(request, run) {
    request.runId = run.runId;
    request.runIdSource = run.source;
    request[ENTERED] = run;
  },
};

function runIdBoundary(fastify, options, done) {
  let enter;
  try {
    enter = boundaryOf(withoutRegister(options), runIdBoundary, CARRIER);
  } catch (error) {
    done(error); // Thrown, it would end the process.
    return;
  }
  // Requests of one shape are what Fastify is fast with.
  for (const name of DECORATORS) {
    if (!fastify.hasRequestDecorator(name)) fastify.decorateRequest(name, null);
  }
  // After the body is parsed and before validation, which may change what was sent.
  fastify.addHook('preValidation', (request, _reply, proceed) => {
    if (request.is404) proceed();
    else enter(request, proceed);
  });
  done();
}

function withoutRegister(options) {
  if (typeof options !== 'object' || options === null) return options;
  const descriptors = Object.getOwnPropertyDescriptors(options);
  for (const name of OF_REGISTER) delete descriptors[name];
  return Object.create(Object.getPrototypeOf(options), descriptors);
}

// As fastify-plugin marks one: its hooks belong to the instance that registers it.
Object.assign(runIdBoundary, {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: 'unified-run-id',
  [Symbol.for('plugin-meta')]: { name: 'unified-run-id', fastify: '5.x' },
});

module.exports = { runIdBoundary };
