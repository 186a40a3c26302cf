/**
 * The boundary of a NestJS application, on its Express and Fastify platforms: every request behind it has one checked run
 * ID. Needs `@nestjs/common` and `@nestjs/core` 11 or later.
 */

import type { BoundaryOptions } from '../index.js';

/** A controller, or a path as Nest's `forRoutes` takes it. */
export type NestRoute =
  string | { path: string; method: number } | (abstract new (...args: any[]) => unknown);

/** Options of {@link RunIdModule.forRoot}. Unknown keys are a `TypeError`. */
export interface RunIdModuleOptions<Request = any> extends BoundaryOptions<Request> {
  /** The routes that have this boundary, as `MiddlewareConsumer.forRoutes` takes them. Default: all. */
  forRoutes?: NestRoute[] | undefined;
  /** The routes that do not, as `MiddlewareConsumer.exclude` takes them. */
  exclude?: Array<string | { path: string; method: number }> | undefined;
}

/** Options of {@link RunIdModule.forRootAsync}, as in Nest's own modules. */
export interface RunIdModuleAsyncOptions<Request = any> {
  /** Modules that export the injected providers. */
  imports?: any[] | undefined;
  /** The providers that `useFactory` receives. */
  inject?: any[] | undefined;
  useFactory(
    ...injected: any[]
  ): RunIdModuleOptions<Request> | undefined | Promise<RunIdModuleOptions<Request> | undefined>;
}

/** What the `imports` of a module take. */
export interface RunIdDynamicModule {
  module: new (...args: any[]) => unknown;
  imports: any[];
  providers: any[];
}

/**
 * The boundary as a module. Before guards, interceptors and pipes, it resolves the run ID of each request once,
 * puts it on `request.runId`, and continues in the context of the run, with its own `op`. On both platforms, it
 * reads the parsed body. A bad run ID causes an `HttpException` with the status of the `RunIdError`, which is its
 * `cause`; the response to a `RunIdError` that handlers, guards or pipes throw later has its status too. Neither
 * makes a provider request-scoped. A second boundary on the same request does not resolve the ID again, but
 * requires its own client.
 *
 * Boundaries are for HTTP, also in a hybrid application. In a message handler, call `receive` from
 * `unified-run-id/context`.
 *
 * @example
 * @Module({
 *   imports: [
 *     RunIdModule.forRoot({ generate: true, forRoutes: [RunsController] }), // may start a run
 *     RunIdModule.forRoot({ forRoutes: ['webhook'] }),                      // only continues one
 *   ],
 *   controllers: [RunsController, WebhookController],
 * })
 * class AppModule {}
 */
export class RunIdModule {
  private constructor();

  /**
   * @throws {TypeError} for options with unknown keys or wrong types
   * @example
   * RunIdModule.forRoot({ generate: true, exclude: ['health'] });
   */
  static forRoot<Request = any>(options?: RunIdModuleOptions<Request>): RunIdDynamicModule;

  /**
   * Like `forRoot`, for options that need the application's providers. Malformed options are a `TypeError` when
   * the application starts.
   *
   * @throws {TypeError} without `useFactory`, and for unknown keys or wrong types
   * @example
   * RunIdModule.forRootAsync({
   *   imports: [AuthModule],
   *   inject: [Sessions],
   *   useFactory: (sessions) => ({ clientId: (request) => sessions.clientOf(request) }),
   * });
   */
  static forRootAsync<Request = any>(options: RunIdModuleAsyncOptions<Request>): RunIdDynamicModule;
}

/**
 * Decorates a parameter that receives the run ID, in anything that Nest calls within a run.
 *
 * @param pipes as in any parameter decorator
 * @throws {RunIdError} `ERR_RUN_ID_MISSING` (400), if the handler is called without a current run: the route has
 * no boundary, or it is a message handler
 * @example
 * start(@RunId() runId: string) {}
 */
export function RunId(...pipes: any[]): ParameterDecorator;

/** Options of {@link runIdGuard}. Unknown keys are a `TypeError`. */
export interface RunIdGuardOptions<Request = any> {
  /**
   * The authenticated client: the run ID must carry exactly this client ID, otherwise the request is refused with
   * 403, as it is if there is no client.
   */
  clientId(request: Request): string | null | undefined | Promise<string | null | undefined>;
}

/**
 * A guard that checks that the request's run belongs to the client, for when only another guard knows the client.
 * Use it with {@link RunIdModule}: without a run it refuses every request.
 *
 * @throws {TypeError} for options with unknown keys or wrong types
 * @example
 * @UseGuards(AuthGuard('jwt'), runIdGuard({ clientId: (request) => request.user.clientId }))
 */
export function runIdGuard<Request = any>(
  options: RunIdGuardOptions<Request>,
): { canActivate(context: any): Promise<boolean> };
