test('IDs go on where another registry of modules ended', () => {
  const warn = jest.spyOn(process, 'emitWarning');
  const listeners = process.listenerCount('exit');
  const issued = [];
  for (let registry = 0; registry < 15; registry++) {
    jest.resetModules();
    issued.push(require('unified-run-id').generateTimestampRunId());
  }
  expect(new Set(issued).size).toBe(15);
  expect([...issued].sort()).toEqual(issued);
  expect(warn).not.toHaveBeenCalled();
  expect(process.listenerCount('exit') - listeners).toBeLessThanOrEqual(1);
});
