'use strict';

// How Nest responds to a refusal, in each kind of context.

const packages = require('./packages.js');
const { RunIdError } = require('../../run-id-error.js');

/** An exception that any filter of the application knows. */
function exceptionOf(error) {
  if (!(error instanceof RunIdError)) return error;
  return new packages.common.HttpException(bodyOf(error), error.statusCode, { cause: error });
}

function bodyOf({ statusCode, code, message }) {
  return { statusCode, code, message };
}

/** For refusals from handlers, guards and pipes. */
class RunIdFilter {
  #host;

  constructor(host) {
    this.#host = host;
  }

  catch(error, context) {
    const { code, message } = error;
    switch (context.getType()) {
      case 'http':
        return this.#reply(error, context.switchToHttp().getResponse());
      case 'rpc':
        return packages.rxjs.throwError(() => ({ status: 'error', code, message }));
      case 'ws':
        return context.switchToWs().getClient().emit?.('exception', { status: 'error', code, message });
      default:
        throw error; // as for errors that no filter catches
    }
  }

  #reply(error, response) {
    const { httpAdapter } = this.#host;
    if (httpAdapter.isHeadersSent(response)) httpAdapter.end(response);
    else httpAdapter.reply(response, bodyOf(error), error.statusCode);
  }
}

let isDecorated = false;

/** The class itself, which Nest can instantiate. */
function filterOf() {
  if (!isDecorated) {
    const { common, core } = packages;
    common.Catch(RunIdError)(RunIdFilter);
    common.Inject(core.HttpAdapterHost)(RunIdFilter, undefined, 0);
    isDecorated = true;
  }
  return RunIdFilter;
}

module.exports = { exceptionOf, filterOf };
