'use strict';

const { boundaryOf, madeAt } = require('../boundary.js');

/** Options that `register` itself understands, and passes on. */
const OF_REGISTER = ['prefix', 'logLevel', 'logSerializers'];

const DECORATORS = ['runId', 'runIdSource'];

function show(request, run) {
  request.runId = run.runId;
  request.runIdSource = run.source;
}

function routeOf({ method, routeOptions }) {
  return typeof routeOptions?.url === 'string' ? `${method} ${routeOptions.url}` : method;
}

const FASTIFY = { show, routeOf, behind: ({ raw }) => raw };

/**
 * The plugin, which Fastify calls with itself; called with options alone, it makes a plugin with these options, whose
 * events name the line of that call.
 */
function runIdBoundary(fastify, options, done) {
  if (arguments.length < 2) return pluginOf(arguments[0], madeAt(runIdBoundary));
  return addBoundary(fastify, options, done, () => null);
}

function pluginOf(own, made) {
  return markAsPlugin((fastify, options, done) => {
    addBoundary(fastify, own === undefined ? options : own, done, made);
  });
}

function addBoundary(fastify, options, done, made) {
  let enter;
  try {
    enter = boundaryOf(withoutRegister(options), runIdBoundary, FASTIFY, made);
  } catch (error) {
    done(error); // Thrown, it would end the process.
    return;
  }
  mount(fastify, enter);
  done();
}

/** @param {(request: any) => boolean} [isMeant] whether the boundary applies to this request */
function mount(fastify, enter, isMeant = () => true) {
  // Fastify is fast only with requests of one shape.
  for (const name of DECORATORS) {
    if (!fastify.hasRequestDecorator(name)) fastify.decorateRequest(name, null);
  }
  // After the body is parsed and before validation, which may change what was sent.
  fastify.addHook('preValidation', (request, _reply, proceed) => {
    if (request.is404 || !isMeant(request)) proceed();
    else enter(request, proceed);
  });
}

function withoutRegister(options) {
  if (typeof options !== 'object' || options === null) return options;
  const descriptors = Object.getOwnPropertyDescriptors(options);
  for (const name of OF_REGISTER) delete descriptors[name];
  return Object.create(Object.getPrototypeOf(options), descriptors);
}

/** As fastify-plugin does it: the hooks belong to the instance that registers the plugin. */
function markAsPlugin(plugin) {
  return Object.assign(plugin, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: 'unified-run-id',
    [Symbol.for('plugin-meta')]: { name: 'unified-run-id', fastify: '5.x' },
  });
}

markAsPlugin(runIdBoundary);

module.exports = { FASTIFY, mount, runIdBoundary };
