import type { EnvFile } from './env-file.ts';
import type { Settings } from './schema.ts';
import type { Secret } from './secret.ts';

/** One key of the env under audit. Every value is a Secret: nobody can know which one is not. */
export interface EnvEntry {
  key: string;
  value: Secret;
  /** File name relative to the settings' folder, or `process`. */
  file: string;
  /** 1-based; 0 for the process's environment. */
  line: number;
}

export interface EnvUnderAudit {
  /** The files asked for, in order, each with what came of reading it. */
  files: readonly EnvFile[];
  /** Merged: later files win, the process over all. */
  entries: ReadonlyMap<string, EnvEntry>;
}

/** One deployment under audit: its settings, merged and validated, and the env it runs with. */
export interface Target {
  name: string;
  settings: Settings;
  /** Absolute; every path of the settings is relative to it. */
  base: string;
  /** The svcheck.yaml that was read, absolute; null where there is none. */
  file: string | null;
  env: EnvUnderAudit;
  /** The env files of the other targets (staging, development), by target name. */
  otherEnvs: ReadonlyMap<string, EnvUnderAudit>;
  /** False where no svcheck.yaml names this deployment and --live was not given: nobody is contacted. */
  live: boolean;
  allowExec: boolean;
  /** Hosts to which a provider's key may go although only svcheck.yaml names them. */
  trustedHosts: readonly string[];
}
