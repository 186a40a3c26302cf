// What snippets of the README and of docs/ take for granted: names that the reader's own code has, and packages whose
// types are not installed here. A snippet may declare a name of these itself.

type RunIds = typeof import('unified-run-id');
type RunIdContext = typeof import('unified-run-id/context');

// The application, and what it has at hand.
declare const app: import('express').Express;
declare const express: typeof import('express');
declare const fastify: import('fastify').FastifyInstance;
declare const records: Map<string, unknown>;
declare const pool: import('pg').Pool;
declare const log: { warn(text: string): void };
declare const runId: import('unified-run-id').BaseRunId;
declare const url: string;
declare const file: string;
declare const leads: string[];
declare const readClients: () => Promise<{ name: string }[]>;
declare const createLogger: () => void;
declare const queue: { add(name: string, data: object): Promise<unknown> };
declare const spawn: typeof import('node:child_process').spawn;
declare const Worker: typeof import('node:worker_threads').Worker;
declare const main: () => Promise<void>;
declare const score: (job: unknown) => Promise<void>;
declare const nextChunk: () => Promise<Uint8Array>;
declare const scoreLeads: (clientId: string, options: object) => Promise<void>;
declare const event: { id: string };
declare const pino: typeof import('pino').pino;
declare const winston: typeof import('winston');

// What the application has added to its requests.
declare namespace Express {
  interface Request {
    user?: { clientId: string };
  }
}

// Its tests.
declare const test: (name: string, fn: () => unknown) => void;
declare const assert: typeof import('node:assert/strict');
declare const startRun: () => Promise<void>;
declare const post: (path: string, body: object) => Promise<unknown>;

// What an earlier snippet of the same page has taken from the library.
declare const runIds: RunIds;
declare const configure: RunIds['configure'];
declare const normalizeRunId: RunIds['normalizeRunId'];
declare const isolate: typeof import('unified-run-id/testing').isolate;
declare const silence: typeof import('unified-run-id/testing').silence;
declare const runWithRunId: RunIdContext['runWithRunId'];
declare const inject: RunIdContext['inject'];
declare const requireRunId: RunIdContext['requireRunId'];
declare const receive: RunIdContext['receive'];
declare const db: import('unified-run-id/job-tracking').Database;
declare const JobTracking: typeof import('unified-run-id/job-tracking').JobTracking;
declare const jobs: import('unified-run-id/job-tracking').JobTracking;
declare const claimRunId: typeof import('unified-run-id/job-tracking').claimRunId;

// Clients of databases, by the names of docs/databases.md.
declare const pglite: import('@electric-sql/pglite').PGlite;
declare const CompiledQuery: any;
declare const database: any;
declare const dataSource: any;
declare const drizzle: any;
declare const knex: any;
declare const kysely: any;
declare const prisma: any;
declare const sequelize: any;
declare const sql: any;
declare const transaction: any;

// Other stores, by the names of docs/stores.md.
declare const table: any;

declare module '@nestjs/common';
declare module 'bullmq';
declare module 'ioredis';
