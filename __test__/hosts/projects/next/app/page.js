import { generateTimestampRunId } from 'unified-run-id';

export const dynamic = 'force-dynamic';

export default function Page() {
  return <p>{generateTimestampRunId('Ann-Carver')}</p>;
}
