import type { vaultKinds } from '../../facts/git.ts';

type VaultKind = (typeof vaultKinds)[number];

const manifests: readonly [VaultKind, RegExp][] = [
  ['external-secrets', /^kind:\s*["']?(?:(?:Cluster)?ExternalSecret|(?:Cluster)?SecretStore|PushSecret)\b/m],
  ['sealed-secrets', /^kind:\s*["']?SealedSecret\b/m],
  ['secrets-store-csi', /^kind:\s*["']?SecretProviderClass\b/m],
  [
    'vault-operator',
    /^kind:\s*["']?(?:Vault(?:Static|Dynamic|PKI)Secret|OnePasswordItem|InfisicalSecret|DopplerSecret)\b/m,
  ],
];

const isManifest = /\.ya?ml$/i;
const isEnvFile = /(?:^|\/)(?:\.env(?:\.[\w.-]+)?|[\w.-]+\.env(?:\.\w+)?)$/i;
const mayBeSops = /\.(?:ya?ml|json|ini|env|enc|toml|tfvars|properties)$|(?:^|\/)\.env(?:\.[\w.-]+)?$/i;
const isSettings = /\.(?:ya?ml|json|toml|tpl)$/i;

/**
 * Traces that secrets are kept in a vault: manifests of the operators that fetch them, files encrypted by SOPS, dotenvx,
 * dotenv-vault or git-crypt, references by op://, vault: or sm://. A text that only speaks of them is none.
 * @param path from the top of the repository
 */
export function vaultTrace(path: string, text: string): VaultKind | null {
  if (text.startsWith('\0GITCRYPT\0')) return 'git-crypt';
  if (/(?:^|\/)\.env\.vault$/.test(path) && /^DOTENV_VAULT_\w+="?[0-9A-Za-z+/=]{40,}/m.test(text))
    return 'dotenv-vault';
  if (
    mayBeSops.test(path) &&
    text.includes('ENC[AES256_GCM,') &&
    /^sops:|"sops":\s*\{|^sops_mac=|^\[sops\]/m.test(text)
  )
    return 'sops';
  if (isManifest.test(path)) {
    const own = manifests.find(([, pattern]) => pattern.test(text));
    if (own) return own[0];
  }
  if (isEnvFile.test(path) && /^DOTENV_PUBLIC_KEY\w*=/m.test(text) && /=\s*["']?encrypted:/.test(text))
    return 'dotenvx';
  const mayRefer = isEnvFile.test(path) || isSettings.test(path);
  // In the place of a value, in a line that is not commented out.
  return mayRefer && /^[^#\n]*[=:]\s*["']?(?:op:\/\/[^\s/"']+\/\S|(?:gcp)?sm:\/\/\S|vault:[\w-]+\/\S+#\S)/m.test(text)
    ? 'reference'
    : null;
}
