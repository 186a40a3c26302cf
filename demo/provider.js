'use strict';

// An external system that does not know this library: it gives runs its own IDs and, when one is done, posts the payload
// that it was given, with its own ID, to the URL that it was given.

const { randomUUID } = require('node:crypto');
const express = require('express');
const { post } = require('./http.js');
const { serve } = require('./service.js');

const scrapes = new Map();

const app = express();
app.use(express.json());

app.post('/scrapes', (req, res) => {
  const id = randomUUID().replaceAll('-', '').slice(0, 17);
  scrapes.set(id, req.body);
  res.status(201).json({ id });
});

// Simulates the end of its work.
app.post('/scrapes/:id/end', async (req, res) => {
  const { id } = req.params;
  const { callback, payloadTemplate } = scrapes.get(id);
  const { status, answer } = await post(callback, { ...payloadTemplate, id, leads: 40 });
  res.status(status).json(answer);
});

serve(app);
