// What ends a silence is disposable where the types of the project know of that.

import { silence } from 'unified-run-id/testing';

export function quietly(): void {
  using _undo = silence();
}
