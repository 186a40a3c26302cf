module.exports = {
  target: 'node',
  mode: 'production',
  entry: './app.js',
  output: { path: `${__dirname}/dist`, filename: 'app.js' },
  externalsType: 'commonjs',
  externals: [/^unified-run-id(\/|$)/],
};
