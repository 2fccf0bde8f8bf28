import { relative, resolve, sep } from 'node:path';
import type { workspaceFacts } from '../../facts/workspace.ts';
import { absent, type Gatherers, known } from '../gathering.ts';
import { gatherAdvisories } from './advisories.ts';
import { lookAtPackage } from './built.ts';
import { gatherDependencies } from './dependencies.ts';
import { readWorkspace, repositoryOf } from './packages.ts';
import { newBudget } from './walk.ts';

export const workspaceGatherers: Gatherers<typeof workspaceFacts> = {
  'workspace.packages': {
    contacts: false,
    async gather({ target, signal, progress }) {
      const root = repositoryOf(target);
      const workspace = await readWorkspace(root);
      if (!workspace) return absent(`there is no package.json in ${root}`, 'repository');
      const budget = newBudget();
      const { artifact } = target.settings;
      const apart = artifact === undefined ? [] : [relative(root, resolve(target.base, artifact)).split(sep).join('/')];
      const packages = [];
      for (const one of workspace.packages) {
        signal.throwIfAborted();
        if (one.manifest.scripts.build === undefined) continue;
        progress(`build of ${one.manifest.name ?? one.folder}`);
        packages.push(await lookAtPackage(workspace, one, apart, budget));
      }
      const { manager, truncated } = workspace;
      const value = { manager, total: workspace.packages.length, packages, truncated: truncated || budget.truncated };
      return known(value, `package.json, sources and outputs below ${target.settings.repository}`);
    },
  },
  'workspace.dependencies': { contacts: false, gather: gatherDependencies },
  'workspace.advisories': { contacts: true, gather: gatherAdvisories },
};
