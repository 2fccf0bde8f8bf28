#!/usr/bin/env node
import { audit, registryFacts } from '../audit.ts';
import { loadTarget } from '../config/load.ts';
import { defaultLimits } from '../engine/limits.ts';

const now = new Date();
const target = await loadTarget(
  {
    cwd: process.cwd(),
    config: process.argv[3] ?? null,
    target: null,
    live: false,
    allowExec: false,
    trustedHosts: [],
    policy: null,
    processEnv: process.env,
  },
  registryFacts,
);
const report = await audit(target, {
  version: '0.1.0',
  phases: ['pre-deploy'],
  only: [],
  skip: [],
  active: false,
  vantage: 'undeclared',
  limits: defaultLimits,
  gate: { failOn: ['fail', 'error'], require: null },
  applyWaivers: true,
  now,
  asOf: now,
  interrupt: new AbortController().signal,
});
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
process.exitCode = report.gate.exit;
