import { catalogue } from '../../fixtures/faults/index.ts';
import { describeFaults } from './planted.ts';

describeFaults('settings', catalogue.settings);
