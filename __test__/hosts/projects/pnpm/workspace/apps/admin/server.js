const fastify = require('fastify');

fastify().get('/', async () => 'this service knows no run IDs');
