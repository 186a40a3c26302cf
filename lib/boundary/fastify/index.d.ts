/** The boundary of a Fastify 5 application: every request behind it has one checked run ID. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RunId, RunIdSource } from '../../../index.js';
import type { BoundaryOptions as Options } from '../index.js';

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * The checked run ID. Only behind the boundary, from `preValidation` on: elsewhere, it is null or undefined,
     * which every function of this library refuses.
     */
    runId: RunId;
    /** Where it was found. */
    runIdSource: RunIdSource;
    /** The highest source, for your own code to set. */
    specificRunId: string | null | undefined;
  }
}

/**
 * Resolves the run ID of each request once, after its body is parsed and before it is validated, puts it on
 * `request.runId`, and continues in the context of the run, with its own `op`. The error for a bad run ID goes to
 * the error handler; Fastify's own responds with its status, code and message. Authenticate in `onRequest`.
 *
 * Called with options alone, it returns a plugin with these options, whose events name the line of that call.
 *
 * @throws {TypeError} for options with unknown keys or wrong types
 * @example
 * app.register(async (scope) => {
 *   scope.register(runIdBoundary({ generate: true })); // the routes of this scope may start runs
 *   scope.post('/runs', async (request) => ({ runId: request.runId }));
 * });
 */
declare function runIdBoundary(options?: runIdBoundary.BoundaryOptions): runIdBoundary.BoundaryPlugin;
declare function runIdBoundary(
  fastify: FastifyInstance,
  options: runIdBoundary.BoundaryOptions,
  done: (error?: Error) => void,
): void;

declare namespace runIdBoundary {
  /** Options of the plugin. Unknown keys are a `TypeError`. */
  export interface BoundaryOptions extends Options<FastifyRequest> {}

  /** A plugin with its options already set, as `register` takes it. */
  export type BoundaryPlugin = (
    fastify: FastifyInstance,
    options: object,
    done: (error?: Error) => void,
  ) => void;

  export { runIdBoundary, runIdBoundary as default };
}

export = runIdBoundary;
