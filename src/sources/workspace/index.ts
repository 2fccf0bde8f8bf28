import type { workspaceFacts } from '../../facts/workspace.ts';
import type { Gatherers } from '../gathering.ts';

export const workspaceGatherers: Gatherers<typeof workspaceFacts> = {};
