import { defineCheck } from '../../src/core/define.ts';
import { failOrPass } from '../../src/core/verdict.ts';
import { clean, faultsOf, holeIn, outOfReach, warningsOf } from './outside.ts';
import { counted, named } from './naming.ts';

const reasons = {
  'in-env': 'no secret in tracked files, nor in what the site sends',
  'tracked-secret': 'a tracked file holds a secret',
  'tracked-env-file': 'a tracked env file holds secrets',
  'sent-value': 'the site sends a secret value of the env to everybody',
  'sent-format': 'the site sends a credential of a known format to everybody',
  'no-repository': 'there is no repository whose files could be searched',
  'no-site': 'there is no site whose pages and scripts could be searched',
  'no-values': 'known formats were searched for only, for no value of an env is known',
  'not-all-searched': 'some tracked files, pages or scripts could not be searched',
  allowed: 'a secret in a tracked file is allowed by svcheck.yaml',
  served: 'the site serves a file that nobody should be able to fetch',
  'nothing-served': 'none of the files that should be kept back is served',
  'not-all-answered': 'some of the files asked for got no answer',
} as const;

export const inEnv = defineCheck({
  id: 'secrets.in-env',
  item: 'All secrets in environment variables',
  rule: {
    pass: "no hard-coded secret in tracked sources, and no secret value of the env in the live site's HTML and JavaScript",
    fail: 'file and line (value masked), or asset address; source maps count; with --active /.env, /.git/HEAD and common dump names served (by content, against a random path)',
  },
  why: 'A secret in a source file is known to all who can read the code; one in a page or a script, to everybody.',
  remedy:
    'Read secrets from $env/dynamic/private or $env/static/private, which SvelteKit keeps out of the browser, never from PUBLIC_ or VITE_ names. Rotate what was sent. Serve only the build folder, so that /.env and /.git are never below the root.',
  docs: [
    'https://svelte.dev/docs/kit/$env-static-private',
    'https://12factor.net/config',
    'https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html',
  ],
  reasons,
  ways: (make) => [
    make.probe({
      how: "tracked files, and the site's pages, scripts and source maps: values of the env, known formats",
      settings: ['repository', 'site.url'],
      needs: [],
      wants: ['git.tracked-secrets', 'secrets.assets'],
      judge({ 'git.tracked-secrets': tracked, 'secrets.assets': assets }, { asOf }) {
        const faults = faultsOf(tracked, assets, asOf);
        const warnings = warningsOf(tracked, asOf);
        if (faults.length > 0) return failOrPass(faults, { reason: 'in-env', because: '' }, { warnings });
        const gone = outOfReach(tracked) ?? outOfReach(assets);
        if (gone) return gone;
        const hole = holeIn(tracked, assets);
        if (hole) return { status: 'unclear', ...hole, warnings };
        return { status: 'pass', reason: 'in-env', because: clean(tracked, assets), warnings };
      },
    }),
    make.active({
      how: '/.env, /.git/HEAD, /.git/config and names of dumps, asked for beside random paths',
      settings: ['site.url'],
      needs: ['secrets.exposed'],
      judge({ 'secrets.exposed': { asked, missed, served } }) {
        const seen = { asked, missed, served: served.length };
        if (served.length > 0) {
          return {
            status: 'fail',
            reasons: ['served'],
            because: `the site serves ${named(served.map(({ url, what }) => `${url} (${what})`))}`,
            fix: 'take these files out of the folder that is served, deny paths that begin with a dot, and rotate every secret in them',
            findings: served.map(({ url, what }) => ({ where: url, what })),
            seen,
          };
        }
        if (missed > 0) {
          const because = `${missed} of ${counted(asked, 'path')} got no answer; none of the others serves anything`;
          return { status: 'unclear', reason: 'not-all-answered', because, seen };
        }
        const because = `none of ${counted(asked, 'path')} (/.env, /.git/HEAD, dumps) serves such a file`;
        return { status: 'pass', reason: 'nothing-served', because, seen };
      },
    }),
    make.attest('Are all secrets given to the application by its environment, and none written in its code?', 90),
  ],
});
