'use strict';

const { getClientId } = require('../utils/clientIds.js');
const { getClient } = require('../config/clients.js');

function authenticate(req, res, next) {
  const clientId = getClientId(req); // @run-id none
  if (!clientId) return res.status(401).json({ error: 'x-client-id is wanted' }); // @run-id none
  try {
    req.client = getClient(clientId);
  } catch (error) {
    return res.status(403).json({ error: error.message });
  }
  req.clientId = clientId;
  return next();
}

module.exports = { authenticate };
