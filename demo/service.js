'use strict';

let isOrphan = false;
process.once('disconnect', () => (isOrphan = true));

/**
 * Reports to the parent process where this one listens. `end` is called once: on a signal, or when the parent is
 * gone.
 */
function announce(url, end) {
  let isEnding = false;
  async function stop() {
    if (isEnding) return;
    isEnding = true;
    if (process.connected) process.disconnect();
    try {
      await end();
    } catch (error) {
      console.error(error);
      process.exitCode = 1;
    }
  }
  for (const reason of ['SIGTERM', 'SIGINT', 'disconnect']) process.on(reason, stop);
  if (isOrphan) stop();
  else process.send?.({ url });
}

/** Starts an Express application on a free port; `end` is called when it accepts no more requests. */
function serve(app, end = () => {}) {
  const server = app.listen(0, '127.0.0.1', (error) => {
    if (error) throw error;
    announce(`http://127.0.0.1:${server.address().port}`, () => {
      server.close();
      server.closeAllConnections();
      return end();
    });
  });
}

module.exports = { announce, serve };
