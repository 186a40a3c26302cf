'use strict';

const RUNNING = 'Running';

/** The statuses with which a run may end, the usual one first. */
const FINAL = ['Completed', 'Failed', 'Completed with Errors', 'No Leads To Score'];

module.exports = { RUNNING, FINAL, STATUSES: [RUNNING, ...FINAL] };
