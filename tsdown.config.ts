import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: { svcheck: 'src/cli/main.ts' },
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  outDir: 'dist',
  clean: true,
  dts: false,
  minify: true,
  sourcemap: false,
});
