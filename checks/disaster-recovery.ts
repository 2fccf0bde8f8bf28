import type { Section } from '../src/core/check.ts';
import { unbuiltCheck } from '../src/core/define.ts';

export const disasterRecovery: Section = {
  id: 'disaster-recovery',
  title: 'Disaster Recovery',
  heading: 'Backup & Recovery / Disaster Recovery',
  phase: 'pre-deploy',
  checks: [
    unbuiltCheck({
      id: 'disaster-recovery.procedures',
      item: 'Recovery procedures documented',
      by: ['evidence', 'attest'],
      pass: 'the document is there, reviewed within 180 days, with its required headings',
      fail: 'missing, stale, headings missing',
    }),
    unbuiltCheck({
      id: 'disaster-recovery.rto-rpo',
      item: 'RTO/RPO defined',
      by: ['evidence', 'attest'],
      pass: 'both are set, the longest gap between backups is within the RPO and the last drill took no longer than the RTO',
      fail: 'unset, or the facts contradict them',
    }),
    unbuiltCheck({
      id: 'disaster-recovery.failover',
      item: 'Failover tested',
      by: ['evidence', 'attest'],
      pass: 'a failover record of the last 180 days; live replicas (pg_stat_replication, Redis replicas) and their lag beside it',
      fail: 'stale, or no replica where one is claimed',
    }),
    unbuiltCheck({
      id: 'disaster-recovery.restoration',
      item: 'Data restoration tested',
      by: ['evidence', 'attest'],
      pass: "the last drill's restored tables match the source (tables, row counts within the backup's age, constraints valid)",
      fail: 'they do not',
    }),
  ],
};
