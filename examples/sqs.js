'use strict';

// A run that continues in an SQS message, in a service and in a Lambda function. Try it: node examples/sqs.js
//
// Only the message format is AWS's: there is no queue here, and the last lines stand in for one.

const { inject, receive, requireRunId, runWithRunId } = require('unified-run-id/context');

/** The sender: `await sqs.send(new SendMessageCommand(messageOf(lead)))`. */
function messageOf(lead) {
  return { QueueUrl: 'leads', MessageBody: JSON.stringify(lead), MessageAttributes: inject({}, 'sqs') };
}

/** The receiver: `await sqs.send(new ReceiveMessageCommand(WANTED))`. Attributes come only if they are asked for. */
const WANTED = { QueueUrl: 'leads', MessageAttributeNames: ['RunId'], MaxNumberOfMessages: 10 };

async function work(messages) {
  for (const message of messages) await receive(message, 'sqs', () => score(JSON.parse(message.Body)));
}

/** The same in Lambda, which asks for all attributes. */
async function handler(event) {
  for (const record of event.Records) await receive(record, 'sqs', () => score(JSON.parse(record.body)));
}

async function score(lead) {
  await null;
  console.log(`${requireRunId()} scores ${lead.name}`);
}

const sent = runWithRunId('251006-143000-Ann-Carver', () => messageOf({ name: 'Lee-Marlow' }));
const { DataType: dataType, StringValue: stringValue } = sent.MessageAttributes.RunId;
const asked = WANTED.MessageAttributeNames.map((name) => [name, sent.MessageAttributes[name]]);
work([{ MessageId: '1', Body: sent.MessageBody, MessageAttributes: Object.fromEntries(asked) }]);
handler({
  Records: [
    { messageId: '2', body: sent.MessageBody, messageAttributes: { RunId: { dataType, stringValue } } },
  ],
});
