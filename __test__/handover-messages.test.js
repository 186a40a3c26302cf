'use strict';

// Messages of Kafka, AMQP and SQS, and jobs, in the forms in which clients give them: read exactly, or refused by a name
// for the form. What no form of theirs is never passes for a message without a run ID.

const assert = require('node:assert/strict');
const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const fs = require('node:fs');
const path = require('node:path');
const { describe, test } = require('node:test');
const { configure } = require('../index.js');
const { EVENTS } = require('../lib/binding.js');
const { CARRIERS } = require('../lib/context/carriers/index.js');
const { currentRunId, extract, inject, receive, runWithRunId } = require('../lib/context/index.js');
const { codeOf, rejectionOf, thrownBy } = require('./support/thrown.js');

configure({ logger: null });

const ANN = '251006-143000-Ann-Carver';
const LEE = '251006-143001-Lee-Marlow';

const bytes = (text) => Buffer.from(text, 'latin1');
const job = (data, more) => ({ id: '7', name: 'score', data, opts: { attempts: 0 }, ...more });
const delivery = (headers) => ({
  content: bytes('{}'),
  fields: { routingKey: 'score' },
  properties: { headers },
});
const attribute = (StringValue) => ({ DataType: 'String', StringValue });
const message = (MessageAttributes, Body = '{}') => ({
  MessageId: '1',
  ReceiptHandle: 'x',
  Body,
  MessageAttributes,
});
const record = (messageAttributes, body = '{}') => ({ messageId: '1', body, messageAttributes });

const ENVELOPE = JSON.stringify({
  Type: 'Notification',
  MessageId: '1',
  TopicArn: 'arn:aws:sns:eu-central-1:000000000000:leads',
  Message: '{"leads":5}',
  MessageAttributes: { RunId: { Type: 'String', Value: ANN } },
});
/** The same with as many characters. */
const padded = (length) => ENVELOPE.padEnd(length);

/** What arrives and holds the run, by carrier. */
const READ = {
  bullmq: [
    ['a job', job({ leads: 5, runId: ANN })],
    ['a job in its third attempt', job({ runId: ANN }, { attemptsMade: 2, attemptsStarted: 3 })],
    [
      'a child of a flow',
      job({ runId: ANN }, { parent: { id: '1', queueKey: 'bull:flow' }, parentKey: 'bull:flow:1' }),
    ],
    ['a job that was delayed again', job({ runId: ANN }, { delay: 0, attemptsStarted: 1000 })],
    ['a job whose scheduler keys are absent', job({ runId: ANN }, { repeatJobKey: undefined })],
    ['a job of Bull', { id: '7', data: { runId: ANN }, opts: { attempts: 3, repeat: undefined }, queue: {} }],
  ],
  kafka: [
    [
      'a message of KafkaJS',
      { key: null, value: bytes('{}'), headers: { trace: bytes('a'), 'run-id': bytes(ANN) } },
    ],
    ['headers of KafkaJS', { 'run-id': bytes(ANN) }],
    ['headers with texts', { headers: { 'run-id': ANN } }],
    ['headers with a header that is called value', { value: bytes('5'), 'run-id': bytes(ANN) }],
    ['a header that is called headers', { headers: bytes('5'), 'run-id': bytes(ANN) }],
    ['bytes that are no Buffer', { headers: { 'run-id': new Uint8Array(bytes(ANN)) } }],
    ['Confluent’s list', { headers: [{ 'run-id': bytes(ANN) }, { other: bytes('a') }] }],
    ['Confluent’s batch', { headers: { 0: { other: bytes('a') }, 1: { 'run-id': bytes(ANN) } } }],
    ['an event of Lambda', { topic: 'leads', value: 'e30=', headers: [{ 'run-id': [...bytes(ANN)] }] }],
    ['a Map', { value: bytes('{}'), headers: new Map([[bytes('run-id'), bytes(ANN)]]) }],
    ['a header without a value beside it', { headers: { 'Run-Id': null, 'run-id': bytes(ANN) } }],
    ['a repeated other header', { headers: { trace: [bytes('a'), bytes('b')], 'run-id': bytes(ANN) } }],
  ],
  amqp: [
    ['a delivery', delivery({ 'x-death': [{ count: 1 }], 'run-id': ANN })],
    ['bytes', delivery({ 'run-id': bytes(ANN) })],
    ['headers', { 'run-id': ANN }],
    ['headers with a table that is called properties', { properties: { a: 1 }, 'run-id': ANN }],
  ],
  sqs: [
    ['a message', message({ RunId: attribute(ANN), Other: attribute('a') })],
    ['an event of Lambda', record({ RunId: { dataType: 'String', stringValue: ANN, stringListValues: [] } })],
    ['a labelled type', message({ RunId: { DataType: 'String.run-id', StringValue: ANN } })],
    ['attributes', { RunId: attribute(ANN) }],
    ['a message of raw delivery', message({ RunId: attribute(ANN) }, ENVELOPE)],
  ],
};

/** What arrives and is refused, by carrier: its code, and words of the message. */
const REFUSED = {
  bullmq: [
    [
      'the empty data of a job that stalled',
      job({}),
      'MISSING',
      'bullmq runId has none: was it handed over?',
    ],
    ['no data', job(undefined), 'MISSING', 'bullmq runId'],
    ['no data, as JSON has it', job(null), 'MISSING', 'bullmq runId'],
    [
      'data that is a text',
      job(`runId=${ANN}`),
      'TYPE',
      'String passed to extract instead of the data of a job',
    ],
    ['data that is a list', job([{ runId: ANN }]), 'TYPE', 'is not an object, so it has no runId'],
    ['another spelling', job({ run_id: ANN }), 'TYPE', '(bullmq.run_id)'],
    [
      'a repetition',
      job({ runId: ANN }, { repeatJobKey: 'nightly' }),
      'TYPE',
      'instead of a job that runs once',
    ],
    [
      'a repetition by its options',
      job({ runId: ANN }, { opts: { repeat: { every: 1000 } } }),
      'TYPE',
      'jobs.run()',
    ],
    [
      'a repetition with what is no run ID',
      job({ runId: '' }, { repeatJobKey: 'nightly' }),
      'TYPE',
      'is a repeated job',
    ],
    [
      'a repetition without a run',
      job({}, { repeatJobKey: 'nightly' }),
      'MISSING',
      'start a new run each time',
    ],
    ['a repetition without data', job(undefined, { repeatJobKey: 'nightly' }), 'MISSING', 'resolveRunId({})'],
  ],
  kafka: [
    ['no headers', { key: null, value: bytes('{}'), offset: '7' }, 'MISSING', 'kafka run-id has none'],
    ['undefined headers', { value: bytes('{}'), headers: undefined }, 'MISSING', 'kafka run-id'],
    ['an empty list', { headers: [] }, 'MISSING', 'kafka run-id'],
    [
      'a repeated header',
      { headers: { 'run-id': [bytes(ANN), bytes(LEE)] } },
      'TYPE',
      'There are several values',
    ],
    [
      'an equal repeated header',
      { headers: { 'run-id': [bytes(ANN), bytes(ANN)] } },
      'TYPE',
      'identical or not',
    ],
    ['one value in a list', { headers: { 'run-id': [bytes(ANN)] } }, 'TYPE', 'It is an array'],
    [
      'two entries of a list',
      { headers: [{ 'Run-Id': bytes(ANN) }, { 'run-id': bytes(ANN) }] },
      'TYPE',
      'several',
    ],
    [
      'two entries of a batch',
      { headers: { 0: { 'run-id': ANN }, 1: { 'run-id': LEE } } },
      'TYPE',
      'several',
    ],
    ['another case', { headers: { 'RUN-ID': bytes(ANN) } }, 'TYPE', '(kafka["RUN-ID"])'],
    ['an x before it', { headers: { 'x-run-id': bytes(ANN) } }, 'TYPE', '(kafka["x-run-id"])'],
    [
      'pairs in place of objects',
      { headers: [['run-id', bytes(ANN)]] },
      'TYPE',
      'Kafka headers are an object, a Map',
    ],
    [
      'lists within a list',
      { headers: [{ 0: { 'run-id': bytes(ANN) } }] },
      'TYPE',
      'Kafka headers are an object',
    ],
    ['keys and values', { headers: [{ key: 'run-id', value: bytes(ANN) }] }, 'TYPE', 'instead of headers'],
    [
      'nested headers',
      { headers: { headers: { 'run-id': bytes(ANN) } } },
      'TYPE',
      'a list of objects with one key each',
    ],
    [
      'a Buffer that went through JSON',
      { headers: { 'run-id': bytes(ANN).toJSON() } },
      'TYPE',
      'whose values are text or bytes',
    ],
    ['headers as text', { headers: `run-id: ${ANN}` }, 'TYPE', 'String passed to extract instead of headers'],
    ['a byte that is not ASCII', { headers: { 'run-id': bytes(`${ANN}\xe9`) } }, 'FORMAT', 'U+00E9'],
    ['an encoding of two bytes', { headers: { 'run-id': Buffer.from(ANN, 'utf16le') } }, 'FORMAT', '\\u0000'],
    [
      'a character whose low byte is a digit',
      { headers: { 'run-id': Buffer.from('25100\u0132-143000') } },
      'FORMAT',
      '',
    ],
    ['no bytes', { headers: { 'run-id': Buffer.alloc(0) } }, 'FORMAT', 'empty string'],
    ['many bytes', { headers: { 'run-id': Buffer.alloc(100_000, 50) } }, 'FORMAT', '<100000 characters>'],
    ['a mebibyte', { headers: { 'run-id': Buffer.alloc(2 ** 20, 50) } }, 'FORMAT', '<1048576 characters>'],
    [
      'a byte more',
      { headers: { 'run-id': Buffer.alloc(2 ** 20 + 1, 50) } },
      'TYPE',
      'Object passed to extract',
    ],
    [
      'far too many bytes',
      { headers: { 'run-id': Buffer.alloc(100_000_000, 50) } },
      'TYPE',
      'Object passed to extract',
    ],
    ['a number', { headers: { 'run-id': 251006 } }, 'TYPE', 'It is a number'],
  ],
  amqp: [
    ['empty headers', delivery({}), 'MISSING', 'amqp run-id has none'],
    ['undefined headers', delivery(undefined), 'MISSING', 'amqp run-id has none'],
    ['no properties', { content: bytes('{}'), properties: undefined }, 'MISSING', 'amqp run-id'],
    [
      'headers that are no object',
      delivery(`run-id: ${ANN}`),
      'TYPE',
      'The headers of an AMQP message are an object',
    ],
    ['headers in a Map', delivery(new Map([['run-id', ANN]])), 'TYPE', 'are an object'],
    ['properties that are none', { properties: 'run-id' }, 'TYPE', 'with its properties'],
    ['a list of values', delivery({ 'run-id': [ANN, ANN] }), 'TYPE', 'several'],
    ['another case', delivery({ 'Run-Id': ANN }), 'TYPE', '(amqp["Run-Id"])'],
    ['two spellings', delivery({ 'run-id': ANN, run_id: ANN }), 'TYPE', 'several'],
    ['a table', delivery({ 'run-id': { '!': 'string', value: ANN } }), 'TYPE', 'It is an object'],
  ],
  sqs: [
    ['no attributes', message(undefined), 'MISSING', "MessageAttributeNames: ['RunId']"],
    ['empty attributes', message({}), 'MISSING', 'ask for them when receiving'],
    ['another attribute', message({ Other: attribute('a') }), 'MISSING', 'sqs RunId has none'],
    ['an event of Lambda without attributes', record({}), 'MISSING', 'sqs RunId has none'],
    ['an envelope of SNS', message(undefined, ENVELOPE), 'MISSING', 'turn on raw message delivery'],
    [
      'an envelope of SNS with attributes',
      message({ Other: attribute('a') }, ENVELOPE),
      'MISSING',
      'SNS envelope',
    ],
    ['an envelope of SNS in an event of Lambda', record({}, ENVELOPE), 'MISSING', 'SNS envelope'],
    [
      'a body that is longer than SQS takes',
      message(undefined, padded(2 ** 20 + 1)),
      'MISSING',
      'no attributes',
    ],
    ['a body that is as long as SQS takes', message(undefined, padded(2 ** 20)), 'MISSING', 'SNS envelope'],
    ['a notification of SNS', JSON.parse(ENVELOPE), 'TYPE', "{ DataType: 'String', StringValue }"],
    [
      'bytes',
      message({ RunId: { DataType: 'Binary', BinaryValue: bytes(ANN) } }),
      'TYPE',
      'An SQS attribute is',
    ],
    [
      'a text in place of an attribute',
      message({ RunId: ANN }),
      'TYPE',
      'String passed to extract instead of an attribute',
    ],
    ['a text in both forms', message({ RunId: { StringValue: ANN, stringValue: ANN } }), 'TYPE', 'several'],
    [
      'both sets',
      { ...message({ RunId: attribute(ANN) }), ...record({ RunId: attribute(ANN) }) },
      'TYPE',
      'several',
    ],
    ['another spelling', message({ 'run-id': attribute(ANN) }), 'TYPE', '(sqs["run-id"])'],
    ['attributes that are a list', message([{ Name: 'RunId' }]), 'TYPE', 'An SQS attribute is'],
    [
      'a number',
      message({ RunId: { DataType: 'Number', StringValue: '251006' } }),
      'FORMAT',
      'YYMMDD-hhmmss',
    ],
  ],
};

for (const [name, cases] of Object.entries(READ)) {
  describe(`from the carrier ${name} the run is read of`, () => {
    for (const [what, carrier] of cases) {
      test(what, () => {
        assert.equal(extract(carrier, name), ANN);
        assert.equal(
          runWithRunId(LEE, () => receive(carrier, name, currentRunId)),
          ANN,
        );
      });
    }
  });
}

for (const [name, cases] of Object.entries(REFUSED)) {
  describe(`by the carrier ${name} is refused`, () => {
    for (const [what, carrier, code, words] of cases) {
      test(what, () => {
        const error = rejectionOf(() => extract(carrier, name));
        assert.equal(error.code, `ERR_RUN_ID_${code}`);
        assert.ok(error.message.includes(words), error.message);
        assert.ok(
          error.message.startsWith('STRICT RUN ID ERROR: ') && error.message.length < 500,
          error.message,
        );
        assert.ok(error.source?.startsWith(name) || error.message.includes(`${name} `), error.message);
        assert.equal(
          codeOf(() => receive(carrier, name, assert.fail)),
          code,
        );
      });
    }
  });
}

/** What would be sent without its run, if it were taken for what is about a message. */
const MISTAKEN = {
  bullmq: [job({ leads: 5 }), 'data', null],
  kafka: [
    { value: '{}' },
    [{ value: '{}' }],
    [{ key: 'a', headers: {} }],
    { headers: {} },
    { topic: 'leads', messages: [{ value: '{}' }] },
  ],
  amqp: [{ headers: {} }, delivery({}), bytes('{}')],
  sqs: [message({}), { MessageBody: '{}' }, { Body: '{}' }, { RunId: ANN }, { MessageAttributes: {} }],
};

for (const [name, carriers] of Object.entries(MISTAKEN)) {
  test(`inject into ${name} takes no message for what is sent with it`, () => {
    for (const carrier of carriers) {
      const error = thrownBy(() => inject(carrier, name, ANN));
      assert.equal(error.constructor, TypeError);
      assert.match(error.message, new RegExp(`^inject: ${name} must be `));
    }
  });
}

test('the data of a job is no job', () => {
  const error = thrownBy(() => extract({ runId: ANN }, 'bullmq'));
  assert.equal(error.constructor, TypeError);
  assert.match(error.message, /bullmq must be the job itself/);
});

test('what is injected takes the place of absent values of other spellings', () => {
  assert.deepEqual(inject({ 'Run-Id': undefined, run_id: null }, 'kafka', ANN), { 'run-id': ANN });
  assert.deepEqual(inject({ 'Run-Id': undefined }, 'amqp', ANN), { 'run-id': ANN });
  assert.deepEqual(inject({ runId: undefined }, 'sqs', ANN), { RunId: attribute(ANN) });
});

test('the carriers are those of the table of events, of the types and of the document', () => {
  const names = Object.keys(CARRIERS).sort();
  assert.deepEqual([...names, 'custom'].sort(), [...EVENTS.carriers].sort());
  const read = (...file) => fs.readFileSync(path.join(__dirname, '..', ...file), 'utf8');
  const [, types] = /^export interface Carriers \{\n([^]*?)^\}/m.exec(read('lib', 'context', 'index.d.ts'));
  const typed = [...types.matchAll(/^ {2}(\w+): /gm)].map(([, name]) => name);
  assert.deepEqual(typed.sort(), names);
  const [, rows] = /^## The carriers\n([^]*?)^The two sides/m.exec(read('docs', 'handover.md'));
  const documented = [...rows.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  assert.deepEqual(documented.sort(), names);
});

describe('hostile messages', () => {
  const failure = new Error('getter');
  const throwing = (key) =>
    Object.defineProperty({}, key, {
      get: () => {
        throw failure;
      },
      enumerable: true,
    });

  test('errors of getters and proxies pass unchanged', () => {
    for (const [name, carrier] of [
      ['bullmq', job(throwing('runId'))],
      ['bullmq', { ...job({ runId: ANN }), opts: throwing('repeat') }],
      ['kafka', { headers: throwing('trace') }],
      ['kafka', { headers: [throwing('run-id')] }],
      ['amqp', delivery(throwing('run-id'))],
      ['sqs', message(throwing('RunId'))],
      ['sqs', message({ RunId: throwing('StringValue') })],
      [
        'amqp',
        delivery(
          new Proxy(
            {},
            {
              ownKeys: () => {
                throw failure;
              },
            },
          ),
        ),
      ],
    ]) {
      assert.equal(
        thrownBy(() => extract(carrier, name)),
        failure,
      );
    }
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const name of Object.keys(READ)) {
      assert.equal(thrownBy(() => extract(proxy, name)).constructor, TypeError);
    }
  });

  test('what all objects inherit is no part of a message', () => {
    for (const [key, value, name, carrier] of [
      ['repeatJobKey', 'nightly', 'bullmq', job({ runId: ANN })],
      ['repeat', {}, 'bullmq', job({ runId: ANN })],
      ['headers', { 'run-id': LEE }, 'kafka', { 'run-id': ANN }],
      ['properties', { headers: { 'run-id': LEE } }, 'amqp', { 'run-id': ANN }],
      ['MessageAttributes', { RunId: attribute(LEE) }, 'sqs', { RunId: attribute(ANN) }],
      ['stringValue', LEE, 'sqs', message({ RunId: attribute(ANN) })],
    ]) {
      Object.defineProperty(Object.prototype, key, { value, configurable: true });
      try {
        assert.equal(extract(carrier, name), ANN, key);
      } finally {
        delete Object.prototype[key];
      }
    }
  });

  test('what all objects inherit is no header of a message that has none', () => {
    for (const [key, value, name, carrier] of [
      ['headers', { 'run-id': LEE }, 'kafka', { value: bytes('{}') }],
      ['headers', { 'run-id': LEE }, 'amqp', { properties: {} }],
      ['messageAttributes', { RunId: attribute(LEE) }, 'sqs', { Body: '{}' }],
      ['data', { runId: LEE }, 'bullmq', job(undefined)],
    ]) {
      Object.defineProperty(Object.prototype, key, { value, configurable: true });
      try {
        assert.equal(
          codeOf(() => extract(carrier, name)),
          'MISSING',
          key,
        );
      } finally {
        delete Object.prototype[key];
      }
    }
  });

  test('values of every type in the place are refused, and nothing else is thrown', () => {
    const values = [
      0,
      NaN,
      7n,
      true,
      Symbol('x'),
      () => {},
      [],
      [[]],
      {},
      new Date(),
      new String(ANN),
      /x/,
      '\0',
      ' ',
    ];
    for (const value of [
      ...values,
      Promise.resolve(ANN),
      'x'.repeat(100_000_000),
      '\ud800',
      '25100６-143000',
    ]) {
      for (const [name, carrier] of [
        ['bullmq', job({ runId: value })],
        ['kafka', { headers: { 'run-id': value } }],
        ['kafka', { headers: [{ 'run-id': value }] }],
        ['amqp', delivery({ 'run-id': value })],
        ['sqs', message({ RunId: attribute(value) })],
        ['sqs', message({ RunId: value })],
      ]) {
        assert.match(
          codeOf(() => extract(carrier, name)),
          /^(?:TYPE|FORMAT)$/,
        );
      }
    }
  });
});

describe('a carrier of one’s own', () => {
  const own = (parts) => ({
    source: 'acme-bus',
    get: (frame) => frame.run,
    set: (frame, run) => ({ ...frame, run }),
    ...parts,
  });

  test('is named in events, by what it carries and by what that brought', (t) => {
    const events = [];
    const hear = ({ event, carrier, arrived }) => events.push([event, carrier, arrived]);
    for (const name of ['send', 'receive']) {
      subscribe(`unified-run-id:${name}`, hear);
      t.after(() => unsubscribe(`unified-run-id:${name}`, hear));
    }
    const sent = inject({ a: 1 }, own(), ANN);
    assert.deepEqual(sent, { a: 1, run: ANN });
    receive(sent, own(), () => inject({}, 'kafka'));
    receive(job({ runId: ANN }), 'bullmq', () => inject({}, own()));
    assert.deepEqual(events, [
      ['send', 'acme-bus', null],
      ['receive', 'acme-bus', null],
      ['send', 'kafka', 'acme-bus'],
      ['receive', 'bullmq', null],
      ['send', 'acme-bus', 'bullmq'],
    ]);
  });

  test('is a TypeError for what it lacks', () => {
    for (const [parts, words] of [
      [{ source: undefined }, 'source of a carrier must be a name'],
      [{ source: '' }, 'source of a carrier must be a name'],
      [{ source: 'acme bus' }, 'source of a carrier must be a name'],
      [{ source: 'Acme\u2013bus' }, 'source of a carrier must be a name'],
      [{ source: 'a'.repeat(65) }, 'source of a carrier must be a name'],
      [{ source: new String('acme-bus') }, 'source of a carrier must be a name'],
      [{ source: 'kafka' }, 'a name that no other carrier or source has'],
      [{ source: 'custom' }, 'a name that no other carrier or source has'],
      [{ source: 'query' }, 'a name that no other carrier or source has'],
      [{ source: 'generated' }, 'a name that no other carrier or source has'],
      [{ get: null }, 'get of a carrier must be a function'],
      [{ set: undefined }, 'set of a carrier must be a function'],
    ]) {
      for (const call of [() => inject({}, own(parts), ANN), () => extract({ run: ANN }, own(parts))]) {
        const error = thrownBy(call);
        assert.equal(error.constructor, TypeError, words);
        assert.ok(error.message.includes(words), error.message);
      }
    }
  });

  test('is asked with itself as this', () => {
    class Bus {
      source = 'acme-bus';
      #key = 'run';
      get(frame) {
        return frame[this.#key];
      }
      set(frame, runId) {
        return { ...frame, [this.#key]: runId };
      }
    }
    assert.equal(extract(inject({}, new Bus(), ANN), new Bus()), ANN);
  });

  test('that does not write what it is given sends nothing', () => {
    for (const set of [
      (frame, run) => void (frame.run = run),
      (frame) => frame,
      (frame, run) => ({ ...frame, run: run.slice(0, 13) }),
      async (frame, run) => ({ ...frame, run }),
      () => null,
    ]) {
      const error = thrownBy(() => inject({}, own({ set }), ANN));
      assert.equal(error.constructor, TypeError);
      assert.match(error.message, /carrier "acme-bus": set\(carrier, runId\) must return a carrier/);
    }
  });

  test('is held to the same rules as any other', () => {
    const frames = [
      [{}, 'MISSING'],
      [{ run: null }, 'MISSING'],
      [{ run: [] }, 'TYPE'],
      [{ run: [ANN, ANN] }, 'TYPE'],
      [{ run: Promise.resolve(ANN) }, 'TYPE'],
      [{ run: bytes(ANN) }, 'TYPE'],
      [{ run: ` ${ANN}` }, 'FORMAT'],
    ];
    for (const [frame, code] of frames) {
      const error = rejectionOf(() => extract(frame, own()));
      assert.equal(error.code, `ERR_RUN_ID_${code}`);
      assert.ok(error.source === 'acme-bus' || error.message.includes('acme-bus has none'), error.message);
    }
    const conflict = rejectionOf(() => inject({ run: LEE }, own(), ANN));
    assert.deepEqual([conflict.code, conflict.source], ['ERR_RUN_ID_CONFLICT', 'acme-bus']);
    assert.equal(
      codeOf(() => extract(undefined, own())),
      'MISSING',
    );
    const failure = new Error('get');
    assert.equal(
      thrownBy(() =>
        extract(
          {},
          own({
            get: () => {
              throw failure;
            },
          }),
        ),
      ),
      failure,
    );
  });
});

describe('headers that a receiver is given', () => {
  test('of several values are refused, equal or not, with where they come from', () => {
    for (const value of [`${ANN}, ${ANN}`, `${ANN},${LEE}`, [ANN, ANN]]) {
      const { code, hint } = rejectionOf(() => extract({ 'run-id': value }, 'headers'));
      assert.equal(code, 'ERR_RUN_ID_TYPE');
      assert.match(
        hint,
        /There are several values, identical or not.*HTTP joins headers that differ only in case/,
      );
    }
    const appended = new Headers();
    appended.append('run-id', ANN);
    appended.append('Run-Id', ANN);
    assert.match(rejectionOf(() => extract(appended, 'headers')).hint, /several values/);
  });

  test('of another spelling are named', () => {
    for (const [name, source] of [
      ['run_id', 'headers.run_id'],
      ['x-run-id', 'headers["x-run-id"]'],
      ['X-RunId', 'headers["X-RunId"]'],
      ['x_run_id', 'headers.x_run_id'],
    ]) {
      const error = rejectionOf(() => extract({ [name]: ANN }, 'headers'));
      assert.deepEqual([error.code, error.source], ['ERR_RUN_ID_TYPE', source]);
    }
    assert.equal(
      codeOf(() => extract({ 'x-request-id': ANN, 'x-run': ANN, 'run-identity': ANN }, 'headers')),
      'MISSING',
    );
  });

  test('are bytes only where bytes are read', () => {
    assert.match(
      rejectionOf(() => extract({ 'run-id': bytes(ANN) }, 'headers')).hint,
      /extract\(message, 'kafka'\)/,
    );
  });
});
