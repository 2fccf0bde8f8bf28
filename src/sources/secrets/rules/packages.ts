import { basicPassword } from './accept.ts';
import { base62Crc32 } from './checksums.ts';
import { BASE32_LOWER, BASE62, followed, type Rule } from './rule.ts';

/** Package registries. */
export const packages: readonly Rule[] = [
  {
    id: 'npm-token',
    what: 'npm access token',
    source: 'https://github.blog/security/announcing-npms-new-access-token-format/',
    keywords: ['npm_'],
    pattern: /npm_[0-9A-Za-z]{36}/,
    checksum: base62Crc32,
    examples: {
      real: ['np|m_gwfPF3Z3g8440TlreN00TiIsZftpq33B8ciq'],
      no: ['npm_config_cache', 'npm_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
    },
  },
  {
    id: 'npm-auth-token',
    what: 'npm registry token',
    source: 'https://docs.npmjs.com/cli/v10/configuring-npm/npmrc',
    keywords: ['_authToken='],
    pattern:
      /:_authToken=["']?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?!npm_)[A-Za-z0-9_.=+/-]{32,800})/,
    before: 1,
    alphabet: 16,
    examples: {
      real: ['//registry.example.com/:_auth|Token=a1e1fc9b-80ae-4f4c-ac2a-45c583b88d87'],
      no: [
        '//registry.example.com/:_authToken=${NPM_TOKEN}',
        '//registry.example.com/:_authToken=00000000-0000-0000-0000-000000000000',
      ],
    },
  },
  {
    id: 'pypi-token',
    what: 'PyPI token',
    source: 'https://pypi.org/help/#apitoken',
    keywords: ['pypi-AgEIcHlwaS5vcmc'],
    pattern: /pypi-AgEIcHlwaS5vcmc[\w-]{50,1000}/,
    examples: {
      real: [
        'pypi-AgEIc|HlwaS5vcmcjLIXQ2J_Jq62kDgdYxCQfE4tyn2SExHeuhIWPVSqSTtRQka5160n63EG8SJ1wPkLlwSWHlCM4nAam6F3PDcHUK5vWMXUJ8xjRzpDv2vcs_6AykAGtsVV4BnL-Ks-PpIL6YNHoClUivMq',
      ],
      no: ['pypi-AgEIcHlwaS5vcmc'],
    },
  },
  {
    id: 'test-pypi-token',
    what: 'TestPyPI token',
    source: 'https://test.pypi.org/help/#apitoken',
    keywords: ['pypi-AgENdGVzdC5weXBpLm9yZw'],
    pattern: /pypi-AgENdGVzdC5weXBpLm9yZw[\w-]{50,1000}/,
    examples: {
      real: [
        'pypi-AgENdGVz|dC5weXBpLm9yZwwN1LTdU6SZEyESdueuQc_XmLdSGOu6r8uTUIQLBWuw8k4uKfzeN_DLlq2vXrSo7XOjtbZMvJFcHMYSVy0otBtwC469YnljjQiwNcAnn_aB7F-CfMe9pGba8h0Lu_rvCXs_xd66AjVyfC',
      ],
      no: ['pypi-AgENdGVzdC5weXBpLm9yZw'],
    },
  },
  {
    id: 'rubygems-key',
    what: 'RubyGems API key',
    source: 'https://guides.rubygems.org/api-key-scopes/',
    keywords: ['rubygems_'],
    pattern: /rubygems_[0-9a-f]{48}/,
    alphabet: 16,
    examples: { real: ['ruby|gems_2dc3a093eadd320c71dc1b84b46b17c5163decc4828e5073'], no: ['rubygems_version'] },
  },
  {
    id: 'nuget-key',
    what: 'NuGet API key',
    source: 'https://learn.microsoft.com/en-us/nuget/nuget-org/publish-a-package',
    keywords: followed(['oy2'], BASE32_LOWER),
    pattern: /oy2[a-z2-7]{43}/,
    alphabet: 32,
    examples: {
      real: ['o|y2ya2bpaozsy2ki5clbpsgg2i2z6yuhpfg7omdggjrl6u'],
      no: ['oy2xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'],
    },
  },
  {
    id: 'crates-token',
    what: 'crates.io token',
    source: 'https://doc.rust-lang.org/cargo/reference/publishing.html',
    keywords: followed(['cio'], BASE62),
    pattern: /cio[A-Za-z0-9]{32}/,
    examples: {
      real: ['c|iodFupw7S4kYHa01VFM5FRpOp9GZQ7lIdM'],
      no: ['ciphersuite', 'cioxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'],
    },
  },
  {
    id: 'clojars-token',
    what: 'Clojars deploy token',
    source: 'https://github.com/clojars/clojars-web/wiki/Deploy-Tokens',
    keywords: ['CLOJARS_'],
    pattern: /CLOJARS_[0-9a-z]{60}/,
    alphabet: 36,
    examples: {
      real: ['CLOJ|ARS_hcut0gb9lox4w5yma3jhdua0jcsie3g5o4ln96r107vu4w7qxoydfi7boq6y'],
      no: ['CLOJARS_PASSWORD', 'CLOJARS_TOKEN'],
    },
  },
  {
    id: 'docker-token',
    what: 'Docker access token',
    source: 'https://docs.docker.com/security/access-tokens/',
    keywords: ['dckr_pat_', 'dckr_oat_'],
    pattern: /dckr_[op]at_[\w-]{27,40}/,
    examples: {
      real: ['dckr|_pat_Kf0mY6AuMQpFcf8CF-2KvV1S6fz', 'dckr|_oat_CyEFc1hxKBVD-vaQSDPQXqoH9H35Q9c0'],
      no: ['dckr_pat_xxxxxxxxxxxxxxxxxxxxxxxxxxx'],
    },
  },
  {
    id: 'docker-registry-password',
    what: 'password in a Docker configuration',
    source: 'https://docs.docker.com/reference/cli/docker/login/',
    keywords: ['"auths"'],
    pattern: /"auths"\s*:\s*\{\s*"[^"]{1,200}"\s*:\s*\{[^{}]{0,300}?"auth"\s*:\s*"([A-Za-z0-9+/]{12,1000}={0,2})"/,
    accept: basicPassword,
    examples: {
      real: ['{"au|ths": {"registry.example.com": {"auth": "ZGVwbG95OjBYd1FWRmdPeFZkYkc5"}}}'],
      no: ['{"auths": {"registry.example.com": {}}}'],
    },
  },
  {
    id: 'jfrog-api-key',
    what: 'JFrog API key',
    source: 'https://jfrog.com/help/r/jfrog-platform-administration-documentation/api-key',
    keywords: ['AKCp'],
    pattern: /AKCp[A-Za-z0-9]{69}/,
    examples: {
      real: ['AK|CpfHn5VejdB1Y5xkCVnzcl8ZSAJtQ5fusnasPtWcw4OIXRRr0BFJIx9uwKpFfRmLAoerXAy'],
      no: ['AKCp0xxxx'],
    },
  },
  {
    id: 'jfrog-reference-token',
    what: 'JFrog reference token',
    source: 'https://jfrog.com/help/r/jfrog-platform-administration-documentation/reference-token',
    keywords: ['cmVmdGtu'],
    pattern: /cmVmdGtu[A-Za-z0-9]{56}/,
    examples: { real: ['cmVm|dGtugAsvjdfkvAbExDm5R1yVs43xyNp6zNKJaXF4oAQaqbaixLkWURAKi4sO'], no: ['cmVmdGtu'] },
  },
];
