// Outlives what the files before it have left behind in the same worker.
test('nothing of an earlier file comes later', async () => {
  await new Promise((resolve) => setTimeout(resolve, 1500));
});
