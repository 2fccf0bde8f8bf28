import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { failOrPass } from '../../src/core/verdict.ts';
import { faultsOf, unseenOf } from './seeding.ts';

export const seed = defineCheck({
  id: 'database.seed',
  item: 'Seed data applied (roles, admin user, templates)',
  rule: {
    pass: "the configured seed expectations hold (default - roles super_admin, admin, manager, user; one active super_admin; the three e-mail templates), and the admin is not the seed script's default address in production",
    fail: 'names what is missing; the default admin address',
  },
  why: 'Without its roles nobody gets rights, without an administrator nobody can give them, and without templates no mail goes out. The address that a seed script ships with is the first one that an attacker tries.',
  remedy:
    "Run the seed script against production with the administrator's own address, and change the password at the first sign-in.",
  docs: ['https://orm.drizzle.team/docs/seed-overview', 'https://owasp.org/www-project-web-security-testing-guide/'],
  settings: z.strictObject({
    roles: z.array(z.string()).min(1).default(['super_admin', 'admin', 'manager', 'user']),
    'super-admin': z.string().default('super_admin'),
    /** Active super administrators, at least. */
    admins: z.int().min(1).default(1),
    /** Their names; a name that none of the templates has is looked for as a part of one. */
    templates: z.array(z.string()).min(1).default(['welcome', 'verif', 'reset']),
    /** Addresses that the seed script makes. */
    'default-admins': z
      .array(z.string())
      .default([
        'admin@example.com',
        'superadmin@example.com',
        'super_admin@example.com',
        'admin@localhost',
        'admin@admin.com',
        'admin@test.com',
      ]),
    /** Tables of other names, as schema.table; null looks for the usual ones. */
    tables: z
      .strictObject({
        roles: z.string().nullable().default(null),
        users: z.string().nullable().default(null),
        'user-roles': z.string().nullable().default(null),
        templates: z.string().nullable().default(null),
      })
      .prefault({}),
  }),
  loosening: ['roles', 'templates', 'default-admins'],
  reasons: {
    seeded: 'roles, an active super administrator and templates are there',
    'default-admin': "an active super administrator has the seed script's address",
    'no-admin': 'there are too few active super administrators',
    'roles-missing': 'a role is missing',
    'templates-missing': 'an e-mail template is missing',
    'not-found': 'no table of roles, users or templates was found',
  },
  ways: (make) => [
    make.probe({
      how: 'reads the names of roles and e-mail templates, and the active super administrators',
      settings: ['postgres.url'],
      needs: ['postgres.seed'],
      judge: (facts, { expect, target }) => {
        const found = facts['postgres.seed'];
        const faults = faultsOf(found, expect, target);
        const unseen = unseenOf(found);
        if (faults.length === 0 && unseen.length > 0) {
          const because = `no table for ${unseen.join(', ')} was found: name it under expect in svcheck.yaml: database.seed: { tables: { … } }`;
          return { status: 'unclear', reason: 'not-found', because };
        }
        const count = found.admins?.active ?? 0;
        const because = `${expect.roles.length} roles, ${count} active ${expect['super-admin']} and ${expect.templates.length} e-mail templates are there`;
        return failOrPass(faults, { reason: 'seeded', because });
      },
    }),
    make.attest('Is this done: Seed data applied (roles, admin user, templates)?', 90),
  ],
});
