import { unbuiltCheck } from '../../src/core/define.ts';

export const seed = unbuiltCheck({
  id: 'database.seed',
  item: 'Seed data applied (roles, admin user, templates)',
  by: ['probe'],
  pass: "the configured seed expectations hold (default - roles super_admin, admin, manager, user; one active super_admin; the three e-mail templates), and the admin is not the seed script's default address in production",
  fail: 'names what is missing; the default admin address',
});
