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
  /** Which routes have this boundary, as `MiddlewareConsumer.forRoutes` takes them. Default: all. */
  forRoutes?: NestRoute[] | undefined;
  /** Which of them have not, as `MiddlewareConsumer.exclude` takes them. */
  exclude?: Array<string | { path: string; method: number }> | undefined;
}

/** Options of {@link RunIdModule.forRootAsync}, as Nest's own modules have them. */
export interface RunIdModuleAsyncOptions<Request = any> {
  /** Modules that export what is injected. */
  imports?: any[] | undefined;
  /** What `useFactory` is given. */
  inject?: any[] | undefined;
  useFactory(
    ...injected: any[]
  ): RunIdModuleOptions<Request> | undefined | Promise<RunIdModuleOptions<Request> | undefined>;
}

/** What `imports` of a module takes. */
export interface RunIdDynamicModule {
  module: new (...args: any[]) => unknown;
  imports: any[];
  providers: any[];
}

/**
 * The boundary, as a module. Before guards, interceptors and pipes it resolves the run ID of each request once, puts it on
 * `request.runId`, and goes on in the context of the run, with an `op` of its own. On both platforms it looks at the parsed
 * body. A bad run ID is an `HttpException` with the status of the error, which is its `cause`; a `RunIdError` that
 * handlers, guards and pipes throw later is answered with its status too. Neither makes a provider request-scoped. A
 * second boundary on the way resolves nothing again, but demands its own client.
 *
 * Boundaries are for HTTP, of a hybrid application too. A handler of messages calls `receive` of
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
   * With options that need what the application provides. Bad ones are a `TypeError` when the application starts.
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
 * A parameter that is the run ID of the request, in whatever Nest calls within a run.
 *
 * @param pipes as any decorator of a parameter takes them
 * @throws {RunIdError} `ERR_RUN_ID_MISSING` (400), when the handler is called and no run is in hand: the route has no
 *   boundary, or it is a handler of messages
 * @example
 * start(@RunId() runId: string) {}
 */
export function RunId(...pipes: any[]): ParameterDecorator;

/** Options of {@link runIdGuard}. Unknown keys are a `TypeError`. */
export interface RunIdGuardOptions<Request = any> {
  /** The authenticated client, whose ID the run ID must carry exactly, else 403; also when there is none. */
  clientId(request: Request): string | null | undefined | Promise<string | null | undefined>;
}

/**
 * A guard that holds the run of the request to the client, where only another guard knows who that is. Behind
 * {@link RunIdModule}: without a run it refuses every request.
 *
 * @throws {TypeError} for options with unknown keys or wrong types
 * @example
 * @UseGuards(AuthGuard('jwt'), runIdGuard({ clientId: (request) => request.user.clientId }))
 */
export function runIdGuard<Request = any>(
  options: RunIdGuardOptions<Request>,
): { canActivate(context: any): Promise<boolean> };
