'use strict';

// What belongs to NestJS alone; the rest is held by the tests that run on all boundaries.

const assert = require('node:assert/strict');
const { channel } = require('node:diagnostics_channel');
const { describe, test } = require('node:test');
require('reflect-metadata');
const nest = require('@nestjs/common');
const { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, ContextIdFactory } = require('@nestjs/core');
const { Test } = require('@nestjs/testing');
const { tap } = require('rxjs');
const { configure, isRunId, normalizeRunId, RunIdError } = require('../index.js');
const { currentRunId, leaveRun, receive, runWithRunId } = require('../lib/context/index.js');
const expressEntry = require('../lib/boundary/express/index.js');
const { RunId, RunIdModule, runIdGuard } = require('../lib/boundary/nest/index.js');
const { decorate, openNest } = require('./support/nest-app.js');
const { send } = require('./support/servers.js');
const { thrownBy } = require('./support/thrown.js');

configure({ logger: null });

const ANN = '251006-143000-Ann-Carver';
const ACME = '251006-143000-Acme-Corp';

/** A controller of one path with one handler, which is given the run and the request. */
function controllerOf(path, handle, { decorators = [], parameters = [RunId(), nest.Req()] } = {}) {
  class Runs {
    answer(runId, req) {
      return handle(runId, req);
    }
  }
  return decorate(Runs, {
    decorators: [nest.Controller(path), ...decorators],
    methods: { answer: { on: [nest.Get()], parameters } },
  });
}

const tell = async (runId, req) => {
  await null;
  return { runId, shown: req.runId, current: currentRunId() };
};

async function withApp(platform, metadata, use, prepare) {
  const server = await openNest(platform, metadata, prepare);
  const ask = async (path, request = {}) => {
    const { status, text } = await send({ port: server.port, path, ...request });
    return { status, answer: JSON.parse(text) };
  };
  try {
    await use(ask, server.app);
  } finally {
    await server.close();
  }
}

async function eventsOf(name, action) {
  const seen = [];
  const listener = (event) => seen.push(event);
  channel(`unified-run-id:${name}`).subscribe(listener);
  try {
    await action();
  } finally {
    channel(`unified-run-id:${name}`).unsubscribe(listener);
  }
  return seen;
}

for (const platform of ['express', 'fastify']) {
  describe(`on ${platform}`, () => {
    test('guard, interceptor, pipe, handler, provider and filter have the run of their request', async () => {
      const seen = {};
      const note = (name) => (seen[name] = currentRunId());
      class Service {
        note() {
          note('service');
        }
      }
      nest.Injectable()(Service);
      class OfRequest {
        constructor() {
          note('provider of the request');
        }
      }
      nest.Injectable({ scope: nest.Scope.REQUEST })(OfRequest);
      class Runs {
        constructor(service, ofRequest) {
          Object.assign(this, { service, ofRequest });
        }
        async answer(runId) {
          await null;
          this.service.note();
          note('handler');
          if (runId !== currentRunId()) throw new Error('another run');
          throw new nest.ConflictException('to be filtered');
        }
      }
      decorate(Runs, {
        decorators: [
          nest.Controller(),
          (target) => nest.Inject(Service)(target, undefined, 0),
          (target) => nest.Inject(OfRequest)(target, undefined, 1),
        ],
        methods: { answer: { on: [nest.Get()], parameters: [RunId(), nest.Query('page')] } },
      });
      const providers = [
        Service,
        OfRequest,
        { provide: APP_GUARD, useValue: { canActivate: () => (note('guard'), true) } },
        {
          provide: APP_INTERCEPTOR,
          useValue: {
            intercept(_context, next) {
              note('interceptor');
              return next.handle().pipe(tap({ error: () => note('after the handler') }));
            },
          },
        },
        { provide: APP_PIPE, useValue: { transform: (value) => (note('pipe'), value) } },
        {
          provide: APP_FILTER,
          useValue: decorateFilter(nest.ConflictException, (_error, host) => {
            note('filter');
            const response = host.switchToHttp().getResponse();
            response.status(409).send({ filtered: currentRunId() });
          }),
        },
      ];
      const imports = [RunIdModule.forRoot()];
      await withApp(platform, { imports, providers, controllers: [Runs] }, async (ask) => {
        const { status, answer } = await ask(`/?runId=${ANN}`);
        assert.deepEqual([status, answer], [409, { filtered: ANN }]);
      });
      const names = ['provider of the request', 'guard', 'interceptor', 'pipe', 'service', 'handler'];
      const expected = Object.fromEntries(
        [...names, 'after the handler', 'filter'].map((name) => [name, ANN]),
      );
      assert.deepEqual(seen, expected);
    });

    test("a filter that answers a guard's refusal has the run", async () => {
      let current;
      const providers = [
        { provide: APP_GUARD, useValue: { canActivate: () => false } },
        {
          provide: APP_FILTER,
          useValue: decorateFilter(nest.ForbiddenException, (_error, host) => {
            current = currentRunId();
            host.switchToHttp().getResponse().status(403).send({});
          }),
        },
      ];
      const controllers = [controllerOf('', tell)];
      await withApp(platform, { imports: [RunIdModule.forRoot()], providers, controllers }, async (ask) => {
        assert.equal((await ask(`/?runId=${ANN}`)).status, 403);
      });
      assert.equal(current, ANN);
    });

    test('boundaries of both kinds divide the routes, as Nest selects them', async () => {
      const Starts = controllerOf('runs', tell);
      const Continues = controllerOf('webhook', tell);
      const Free = controllerOf('health', () => ({ current: currentRunId() ?? null }), {
        parameters: [],
      });
      const imports = [
        RunIdModule.forRoot({ generate: true, forRoutes: [Starts] }),
        RunIdModule.forRoot({ exclude: ['runs', 'health'] }),
      ];
      await withApp(platform, { imports, controllers: [Starts, Continues, Free] }, async (ask) => {
        const { answer } = await ask('/runs');
        assert.ok(isRunId(answer.runId), JSON.stringify(answer));
        assert.deepEqual(answer, { runId: answer.runId, shown: answer.runId, current: answer.runId });
        assert.equal((await ask('/webhook')).answer.code, 'ERR_RUN_ID_MISSING');
        assert.equal((await ask(`/webhook?runId=${ANN}`)).answer.runId, ANN);
        assert.deepEqual((await ask('/health')).answer, { current: null });
        assert.deepEqual((await ask(`/health?runId=${ANN}`)).answer, { current: null });
      });
    });

    test('a global prefix is taken into account', async () => {
      const imports = [RunIdModule.forRoot({ generate: true, forRoutes: ['runs'] })];
      const controllers = [controllerOf('runs', tell)];
      const prepare = (app) => app.setGlobalPrefix('v1');
      await withApp(
        platform,
        { imports, controllers },
        async (ask) => {
          assert.ok(isRunId((await ask('/v1/runs')).answer.runId));
        },
        prepare,
      );
    });

    test('a guard knows the client that only a guard has found out', async () => {
      const authenticates = {
        canActivate(context) {
          const request = context.switchToHttp().getRequest();
          request.user = { clientId: request.headers['x-client'] };
          return true;
        },
      };
      const clientId = (request) => request.user.clientId;
      for (const guard of [runIdGuard({ clientId }), runIdGuard({ clientId: async (r) => clientId(r) })]) {
        const controllers = [controllerOf('', tell, { decorators: [nest.UseGuards(authenticates, guard)] })];
        await withApp(platform, { imports: [RunIdModule.forRoot()], controllers }, async (ask) => {
          const headers = { 'x-client': 'Ann-Carver' };
          const events = await eventsOf('resolve', async () => {
            assert.equal((await ask(`/?runId=${ANN}`, { headers })).answer.runId, ANN);
          });
          assert.equal(events.length, 1);
          for (const [path, more] of [[`/?runId=${ACME}`, { headers }], [`/?runId=${ANN}`]]) {
            const { status, answer } = await ask(path, more);
            assert.equal(status, 403);
            assert.deepEqual(Object.keys(answer), ['statusCode', 'code', 'message']);
            assert.equal(answer.code, 'ERR_RUN_ID_CLIENT_MISMATCH');
          }
        });
      }
    });

    test('a guard finds its request within another run of the same request too', async () => {
      const guard = runIdGuard({ clientId: (request) => request.headers['x-client'] });
      const controllers = [
        controllerOf('within', (runId, req) => {
          const context = { switchToHttp: () => ({ getRequest: () => req }) };
          return runWithRunId(runId, () => guard.canActivate(context));
        }),
      ];
      await withApp(platform, { imports: [RunIdModule.forRoot()], controllers }, async (ask) => {
        const headers = { 'x-client': 'Ann-Carver' };
        assert.equal((await ask(`/within?runId=${ANN}`, { headers })).answer, true);
        assert.equal((await ask(`/within?runId=${ACME}`, { headers })).status, 403);
      });
    });

    test('without a boundary, @RunId() and the guard say what to mount', async () => {
      const guard = runIdGuard({ clientId: () => 'Ann-Carver' });
      const controllers = [
        controllerOf('bare', tell),
        controllerOf('guarded', tell, { decorators: [nest.UseGuards(guard)] }),
      ];
      // With the filter and without the boundary.
      const imports = [RunIdModule.forRoot({ forRoutes: ['elsewhere'] })];
      await withApp(platform, { imports, controllers }, async (ask) => {
        for (const path of ['/bare', '/guarded']) {
          const [event] = await eventsOf('reject', async () => {
            const { status, answer } = await ask(`${path}?runId=${ANN}`);
            assert.equal(status, 400);
            assert.equal(answer.code, 'ERR_RUN_ID_MISSING');
            assert.match(answer.message, /import RunIdModule\.forRoot\(\).*receive\(data/);
          });
          assert.match(event.at, /^__test__\/nest\.test\.js:\d+:\d+$/);
        }
      });
    });

    test('a filter for everything is given a refusal as an HttpException, with its cause', async () => {
      const caught = [];
      const everything = decorateFilter(undefined, (error, host) => {
        caught.push(error);
        const status = error instanceof nest.HttpException ? error.getStatus() : 500;
        host.switchToHttp().getResponse().status(status).send({});
      });
      const clientId = (request) => request.headers['x-client'];
      const imports = [RunIdModule.forRoot({ clientId })];
      const prepare = (app) => app.useGlobalFilters(everything);
      const headers = { 'x-client': 'Ann-Carver' };
      await withApp(
        platform,
        { imports, controllers: [controllerOf('', tell)] },
        async (ask) => {
          for (const [path, status] of [
            ['/?runId=nope', 400],
            [`/?runId=${ACME}`, 403],
          ]) {
            assert.equal((await ask(path, { headers })).status, status);
          }
          assert.equal((await ask('/', { headers: { 'x-client': 'Ann Carver' } })).status, 500);
        },
        prepare,
      );
      for (const error of caught) assert.ok(error.cause instanceof RunIdError);
      assert.deepEqual(
        caught.map(({ cause }) => cause.code.slice('ERR_RUN_ID_'.length)),
        ['FORMAT', 'CLIENT_MISMATCH', 'CLIENT'],
      );
    });

    test('what a handler refuses itself is answered with its status too', async () => {
      const controllers = [controllerOf('', () => normalizeRunId('foo-bar'))];
      await withApp(
        platform,
        { imports: [RunIdModule.forRoot({ generate: true })], controllers },
        async (ask) => {
          const { status, answer } = await ask('/');
          assert.deepEqual([status, answer.code], [400, 'ERR_RUN_ID_FORMAT']);
        },
      );
    });

    test('options may need what the application provides', async () => {
      class Sessions {
        clientOf = (request) => request.headers['x-client'];
      }
      nest.Injectable()(Sessions);
      class AuthModule {}
      nest.Module({ providers: [Sessions], exports: [Sessions] })(AuthModule);
      const imports = [
        RunIdModule.forRootAsync({
          imports: [AuthModule],
          inject: [Sessions],
          useFactory: async (sessions) => ({ clientId: (request) => sessions.clientOf(request) }),
        }),
      ];
      await withApp(platform, { imports, controllers: [controllerOf('', tell)] }, async (ask) => {
        const headers = { 'x-client': 'Ann-Carver' };
        assert.equal((await ask(`/?runId=${ANN}`, { headers })).answer.runId, ANN);
        assert.equal((await ask(`/?runId=${ACME}`, { headers })).status, 403);
      });
    });

    test('a middleware and the module, both mounted, find one run and tell of it once', async () => {
      const imports = [RunIdModule.forRoot({ generate: true })];
      const prepare = (app) => app.use(expressEntry.runIdBoundary({ generate: true }));
      const metadata = { imports, controllers: [controllerOf('', tell)] };
      const generated = await eventsOf('generate', () =>
        withApp(
          platform,
          metadata,
          async (ask) => {
            const { runId, shown, current } = (await ask('/')).answer;
            assert.ok(isRunId(runId));
            assert.deepEqual([shown, current], [runId, runId]);
          },
          prepare,
        ),
      );
      assert.equal(generated.length, 1);
    });

    test('nothing becomes request-scoped', async () => {
      class Service {}
      nest.Injectable()(Service);
      const controllers = [controllerOf('', tell)];
      const metadata = { imports: [RunIdModule.forRoot()], providers: [Service], controllers };
      await withApp(platform, metadata, async (_ask, app) => {
        for (const module of app.container.getModules().values()) {
          for (const group of [module.providers, module.controllers, module.injectables]) {
            for (const wrapper of group.values()) {
              // Nest's own, which every application has.
              const isOfNest = ['REQUEST', 'INQUIRER'].includes(wrapper.name);
              assert.ok(isOfNest || wrapper.isDependencyTreeStatic(), String(wrapper.name));
            }
          }
        }
        const contextId = ContextIdFactory.create();
        assert.equal(await app.resolve(Service, contextId), app.get(Service));
      });
    });

    test('a handler of messages has the run of its message, and what is outside of all has none', async () => {
      const controllers = [
        controllerOf('', async (runId) => ({
          runId,
          within: await receive({ runId: ACME }, 'data', async () => currentRunId()),
          left: leaveRun(() => currentRunId() ?? null),
        })),
      ];
      await withApp(platform, { imports: [RunIdModule.forRoot()], controllers }, async (ask) => {
        assert.deepEqual((await ask(`/?runId=${ANN}`)).answer, { runId: ANN, within: ACME, left: null });
      });
      assert.equal(currentRunId(), undefined);
    });
  });
}

describe('the contexts that are not HTTP', () => {
  /** The filter, as Nest has it. */
  async function filter() {
    const { providers } = RunIdModule.forRoot();
    const { useClass } = providers.find(({ provide }) => provide === APP_FILTER);
    const testing = await Test.createTestingModule({ providers: [useClass] }).compile();
    return testing.get(useClass);
  }
  const refusal = thrownBy(() => normalizeRunId('foo-bar'));
  const contextOf = (type, more) => ({ getType: () => type, ...more });

  test('a message is answered with the code and the words', async () => {
    const answers = [];
    const answer = (await filter()).catch(refusal, contextOf('rpc'));
    answer.subscribe({ error: (error) => answers.push(error) });
    assert.deepEqual(answers, [{ status: 'error', code: refusal.code, message: refusal.message }]);
  });

  test('a socket is told the same', async () => {
    const told = [];
    const client = { emit: (...event) => told.push(event) };
    (await filter()).catch(refusal, contextOf('ws', { switchToWs: () => ({ getClient: () => client }) }));
    assert.deepEqual(told, [
      ['exception', { status: 'error', code: refusal.code, message: refusal.message }],
    ]);
  });

  test('any other is given the error itself', async () => {
    const given = await filter();
    assert.equal(
      thrownBy(() => given.catch(refusal, contextOf('graphql'))),
      refusal,
    );
  });
});

describe('the options of the module', () => {
  for (const [title, options] of Object.entries({
    'an unknown key': { generates: true },
    'a text for generate': { generate: 'yes' },
    'an undefined clientId': { clientId: undefined },
    'one route in place of several': { forRoutes: 'runs' },
    'one exception in place of several': { exclude: 'health' },
    'an array': [],
    null: null,
  })) {
    test(`${title} is a TypeError at the call`, () => {
      const error = thrownBy(() => RunIdModule.forRoot(options));
      assert.ok(error instanceof TypeError);
      assert.match(error.message, /^RunIdModule\.forRoot: /);
      assert.match(
        error.stack.split('\n').find((row) => row.includes(' at ')),
        /nest\.test\.js/,
      );
    });
  }

  for (const options of [
    undefined,
    {},
    [],
    { useFactory: {} },
    { useFactory() {}, inject: 'x' },
    { use: 1 },
  ]) {
    test(`${JSON.stringify(options)} is a TypeError in place of a factory`, () => {
      const error = thrownBy(() => RunIdModule.forRootAsync(options));
      assert.ok(error instanceof TypeError);
      assert.match(error.message, /^RunIdModule\.forRootAsync: /);
    });
  }

  test('the class alone is no module', async () => {
    await assert.rejects(() => Test.createTestingModule({ imports: [RunIdModule] }).compile(), {
      name: 'TypeError',
      message: /import RunIdModule\.forRoot/,
    });
  });

  test('bad options of a factory are a TypeError when the application starts', async () => {
    const imports = [RunIdModule.forRootAsync({ useFactory: () => ({ generates: true }) })];
    await assert.rejects(() => Test.createTestingModule({ imports }).compile(), TypeError);
  });

  for (const options of [
    undefined,
    null,
    {},
    { clientId: undefined },
    { clientId: 'Ann' },
    { generate: true },
  ]) {
    test(`${JSON.stringify(options)} is a TypeError for a guard`, () => {
      const error = thrownBy(() => runIdGuard(options));
      assert.ok(error instanceof TypeError);
      assert.match(error.message, /^runIdGuard: /);
    });
  }
});

function decorateFilter(type, handle) {
  class Filter {
    catch(error, host) {
      return handle(error, host);
    }
  }
  nest.Catch(...(type === undefined ? [] : [type]))(Filter);
  return new Filter();
}
