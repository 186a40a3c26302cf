'use strict';

/** The queries of a Grafana dashboard, with these values in place of its variables. */
function queriesOf({ annotations, panels }, values) {
  const targets = [...panels.flatMap(({ targets = [] }) => targets), ...annotations.list];
  return targets.map(({ expr }) => expr.replace(/\$(\w+)/g, (_, name) => values[name]));
}

module.exports = { queriesOf };
