// A project without the types of Express: everything compiles, with requests that are any.

import { runIdBoundary, runIdErrors } from 'unified-run-id/express';

declare const app: { use(...handlers: ((...args: any[]) => void)[]): void };
declare class Request {
  get(name: string): string | undefined;
}

app.use(runIdBoundary(), runIdBoundary({ generate: true }), runIdErrors());
app.use(runIdBoundary({ clientId: (req) => req.get('x-client') }));
app.use(runIdBoundary({ clientId: (req: Request) => req.get('x-client') }));
app.use(runIdBoundary<Request>({ clientId: async (req) => req.get('x-client') }));
// @ts-expect-error There is no such option.
runIdBoundary({ generates: true });
// @ts-expect-error Nor has that request such a method.
runIdBoundary<Request>({ clientId: (req) => req.header('x-client') });
