'use strict';

// A run that continues in an AMQP message. Try it: node examples/amqp.js
//
// Only the message format is amqplib's: there is no broker here, and `channel` stands in for one.

const { inject, receive, requireRunId, runWithRunId } = require('unified-run-id/context');

const channel = {
  publish: (exchange, routingKey, content, { headers, ...properties }) =>
    onMessage({ fields: { exchange, routingKey }, properties: { ...properties, headers }, content }),
  ack: () => console.log('acknowledged'),
  nack: () => console.log('put aside'),
};

function send(lead) {
  // The options are the last argument. Inside Buffer.from(), they would be silently lost.
  channel.publish('leads', 'score', Buffer.from(JSON.stringify(lead)), {
    persistent: true,
    headers: inject({}, 'amqp'),
  });
}

/** The consumer: `await channel.consume('leads', onMessage)`. A message without a run is not retried. */
async function onMessage(message) {
  try {
    await receive(message, 'amqp', () => score(JSON.parse(message.content)));
    channel.ack(message);
  } catch {
    channel.nack(message, false, false);
  }
}

async function score(lead) {
  await null;
  console.log(`${requireRunId()} scores ${lead.name}`);
}

runWithRunId('251006-143000-Ann-Carver', () => send({ name: 'Lee-Marlow' }));
