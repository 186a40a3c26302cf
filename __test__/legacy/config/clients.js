'use strict';

const clients = new Map([
  ['Ann-Carver', { clientId: 'Ann-Carver', name: 'Ann Carver', active: true, threshold: 60 }],
  ['Lee-Marlow', { clientId: 'Lee-Marlow', name: 'Lee Marlow', active: true, threshold: 70 }],
  ['Acme-Corp', { clientId: 'Acme-Corp', name: 'Acme Corp', active: true, threshold: 50 }],
  ['Ann', { clientId: 'Ann', name: 'Ann', active: false, threshold: 80 }],
]);

function getClient(clientId) {
  const client = clients.get(clientId);
  if (!client) throw new Error(`No client ${clientId}`); // @run-id none
  return client;
}

function activeClients() {
  return [...clients.values()].filter((client) => client.active);
}

module.exports = { getClient, activeClients };
