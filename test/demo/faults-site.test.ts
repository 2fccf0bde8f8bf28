import { catalogue } from '../../fixtures/faults/index.ts';
import { describeFaults } from './planted.ts';

describeFaults('site', catalogue.site);
