/** @type {import('next').NextConfig} */
export default {
  output: 'standalone',
  serverExternalPackages: ['unified-run-id'],
};
