'use strict';

// A run that continues in a Kafka message. Try it: node examples/kafka.js
//
// Only the message format is KafkaJS's: there is no broker here, and `deliver` stands in for one.

const { inject, receive, requireRunId, runWithRunId } = require('unified-run-id/context');

/** The producer: `await producer.send({ topic, messages: [messageOf(lead)] })`. */
function messageOf(lead) {
  return { key: lead.name, value: JSON.stringify(lead), headers: inject({ trace: 'a1' }, 'kafka') };
}

/** The consumer: `await consumer.run({ eachMessage })`. For a batch, do the same for each message. */
async function eachMessage({ message }) {
  await receive(message, 'kafka', () => score(JSON.parse(message.value)));
}

async function score(lead) {
  await null;
  console.log(`${requireRunId()} scores ${lead.name}`);
}

/** A message as it arrives: as bytes. */
function deliver({ key, value, headers }) {
  const bytes = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]);
  return {
    key: Buffer.from(key),
    value: Buffer.from(value),
    offset: '7',
    headers: Object.fromEntries(bytes),
  };
}

for (const runId of ['251006-143000-Ann-Carver', '251006-143001-Acme-Corp']) {
  const sent = runWithRunId(runId, () => messageOf({ name: 'Lee-Marlow' }));
  eachMessage({ topic: 'leads', partition: 0, message: deliver(sent) });
}
