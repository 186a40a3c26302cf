'use strict';

const { boundaryOf, madeAt } = require('../boundary.js');
const { EXPRESS } = require('../express/express-boundary.js');
const { FASTIFY, mount } = require('../fastify/fastify-boundary.js');
const { exceptionOf, filterOf } = require('./run-id-filter.js');
const packages = require('./packages.js');
const { keepNames } = require('../../core/names.js');
const { isPlainObject, readOptions, requireFunction, typeError } = require('../../core/options.js');

/** The options by which Nest itself selects routes; the others are those of a boundary. */
const ROUTING = ['forRoutes', 'exclude'];

const isArray = { accepts: Array.isArray, wants: 'an array' };
const ASYNC_OPTIONS = { imports: isArray, inject: isArray, useFactory: null };

const OPTIONS = Symbol('options of RunIdModule');

class RunIdModule {
  #host;
  #settings;

  constructor(host, settings) {
    if (settings === undefined)
      throw new TypeError('RunIdModule: import RunIdModule.forRoot(options) instead');
    this.#host = host;
    this.#settings = settings;
  }

  /** Nest calls this if there is HTTP. Only then is the platform known. */
  configure(consumer) {
    const { forRoutes = ['*'], exclude = [] } = this.#settings.routing;
    consumer
      .apply(this.#middleware())
      .exclude(...exclude)
      .forRoutes(...forRoutes);
  }

  #middleware() {
    const { boundary, caller, made } = this.#settings;
    const adapter = this.#host.httpAdapter;
    const isFastify = adapter.getType() === 'fastify';
    const enterAny = boundaryOf(boundary, caller, isFastify ? FASTIFY : EXPRESS, made);
    const enter = (req, done) =>
      enterAny(req, (refusal) => (refusal === undefined ? done() : done(exceptionOf(refusal))));
    return isFastify ? hookOf(adapter.getInstance(), enter) : (req, _res, next) => enter(req, next);
  }

  static forRoot(options) {
    const settings = settingsOf(options, RunIdModule.forRoot, madeAt(RunIdModule.forRoot));
    return moduleOf({ provide: OPTIONS, useValue: settings });
  }

  static forRootAsync(options) {
    const caller = RunIdModule.forRootAsync;
    requireOptions(options, caller);
    const { imports, inject, useFactory } = readOptions(options, ASYNC_OPTIONS, caller);
    requireFunction(useFactory, 'useFactory', caller);
    const made = madeAt(caller);
    const settings = async (...injected) => settingsOf(await useFactory(...injected), caller, made);
    return moduleOf({ provide: OPTIONS, inject, useFactory: settings }, imports);
  }
}

/**
 * A middleware on Fastify gets Node's own request, before the body is parsed: it only notes the selected requests,
 * because Nest selects the routes.
 */
function hookOf(fastify, enter) {
  const meant = new WeakSet();
  mount(fastify, enter, ({ raw }) => meant.has(raw));
  return (message, _res, next) => {
    meant.add(message);
    next();
  };
}

function requireOptions(options, caller) {
  if (!isPlainObject(options)) throw typeError(`${caller.name}: the options must be a plain object`, caller);
}

/** Refuses invalid options at the call, before Nest uses them. */
function settingsOf(options = {}, caller, made) {
  requireOptions(options, caller);
  const routing = {};
  const boundary = { ...options };
  for (const name of ROUTING) {
    const routes = boundary[name];
    delete boundary[name];
    if (routes === undefined) continue;
    if (!Array.isArray(routes)) throw typeError(`${caller.name}: ${name} must be an array`, caller);
    routing[name] = routes;
  }
  boundaryOf(boundary, caller, EXPRESS, made);
  return { routing, boundary, caller, made };
}

/** Each call creates its own class, because each is a separate boundary. */
function moduleOf(options, imports = []) {
  const { common, core } = packages;
  const module = { RunIdModule: class extends RunIdModule {} }.RunIdModule;
  common.Module({})(module);
  common.Inject(core.HttpAdapterHost)(module, undefined, 0);
  common.Inject(OPTIONS)(module, undefined, 1);
  return { module, imports, providers: [options, { provide: core.APP_FILTER, useClass: filterOf() }] };
}

keepNames({
  'RunIdModule.forRoot': RunIdModule.forRoot,
  'RunIdModule.forRootAsync': RunIdModule.forRootAsync,
});

module.exports = { RunIdModule };
