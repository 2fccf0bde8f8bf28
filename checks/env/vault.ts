import { unbuiltCheck } from '../../src/core/define.ts';

export const vault = unbuiltCheck({
  id: 'env.vault',
  item: 'Secrets stored in secure vault (not in code)',
  by: ['probe', 'attest'],
  pass: 'no tracked file holds a secret, and a vault is in evidence (External Secrets / Sealed Secrets manifests, SOPS or dotenvx encrypted files, op:// vault: sm:// references, configured secret store)',
  fail: 'a tracked env file or source file holds a secret; no vault in evidence is unclear',
});
