'use strict';

/** Listens on a free port, tells it to the parent process, and ends with the parent. */
function serve(app) {
  const server = app.listen(0, '127.0.0.1', (error) => {
    if (error) throw error;
    process.send({ port: server.address().port });
  });
  process.once('disconnect', () => {
    server.close();
    server.closeAllConnections();
  });
}

module.exports = { serve };
