'use strict';

const RUNNING = 'Running';

/** How a run may end, the ordinary way first. */
const FINAL = ['Completed', 'Failed', 'Completed with Errors', 'No Leads To Score'];

module.exports = { RUNNING, FINAL, STATUSES: [RUNNING, ...FINAL] };
