'use strict';

const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { adapterOf } = require('./support/adapters.js');
const { testClient } = require('./support/suite.js');

// Its engine for migrations is downloaded unless one is there, and never run here: any program will do.
const { status, stderr } = spawnSync(
  process.execPath,
  [require.resolve('prisma/build/index.js'), 'generate', '--schema', path.join(__dirname, 'schema.prisma')],
  {
    cwd: __dirname,
    encoding: 'utf8',
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  },
);
if (status !== 0) throw new Error(`prisma generate: ${stderr}`);

const { PrismaPg } = require('@prisma/adapter-pg');
const { PrismaClient } = require('@prisma/client');

testClient('prisma', async (url) => {
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: 4 }) });
  return {
    db: adapterOf('Prisma', { prisma }),
    transaction: (run) => prisma.$transaction((tx) => run(adapterOf('Prisma', { prisma: tx }))),
    end: () => prisma.$disconnect(),
  };
});
