import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDmarc } from '../../src/sources/email/dmarc/record.ts';
import { appliedOf, endsWalk, organizationalOf, policyOf, walkOf } from '../../src/sources/email/dmarc/walk.ts';

/** The steps that a walk of the domain makes where these names have records; the text behind v=DMARC1. */
function stepsOf(domain: string, records: Readonly<Record<string, string>>) {
  const steps = walkOf(domain).map((name) => {
    const tags = records[name];
    return { domain: name, record: tags === undefined ? null : parseDmarc(`v=DMARC1; ${tags}`) };
  });
  const end = steps.findIndex(endsWalk);
  return end < 0 ? steps : steps.slice(0, end + 1);
}

const orgOf = (domain: string, records: Readonly<Record<string, string>>): string =>
  organizationalOf(domain, stepsOf(domain, records));

const applied = (domain: string, records: Readonly<Record<string, string>>, exists = true) => {
  const found = appliedOf(domain, exists, stepsOf(domain, records));
  return found && [found.domain, found.place, found.tag, found.policy];
};

describe('the names that are asked for (RFC 9989 section 4.10)', () => {
  it('one label', () => expect(walkOf('com')).toEqual(['com']));
  it('step 4 with fewer than 8 labels: the left-most goes', () => {
    expect(walkOf('a.mail.example.com')).toEqual(['a.mail.example.com', 'mail.example.com', 'example.com', 'com']);
  });
  it('with 8 labels: 7 remain', () => {
    expect(walkOf('a.b.c.d.e.f.example.com')).toEqual([
      'a.b.c.d.e.f.example.com',
      'b.c.d.e.f.example.com',
      'c.d.e.f.example.com',
      'd.e.f.example.com',
      'e.f.example.com',
      'f.example.com',
      'example.com',
      'com',
    ]);
  });
  it('with more than 8 labels: the shortcut of the example in section 4.10', () => {
    expect(walkOf('a.b.c.d.e.f.g.h.i.j.mail.example.com')).toEqual([
      'a.b.c.d.e.f.g.h.i.j.mail.example.com',
      'g.h.i.j.mail.example.com',
      'h.i.j.mail.example.com',
      'i.j.mail.example.com',
      'j.mail.example.com',
      'mail.example.com',
      'example.com',
      'com',
    ]);
  });
  it('the example of section 5.1.8, where a record is never found', () => {
    expect(walkOf('mail.a.b.c.d.e.f.g.example.com')).not.toContain('b.c.d.e.f.g.example.com');
  });
  it('never more than 8, the domain first, the top last', () => {
    const label = fc.stringMatching(/^[a-z]{1,3}$/);
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 60 }), (labels) => {
        const names = walkOf(labels.join('.'));
        expect(names.length).toBeLessThanOrEqual(8);
        expect(names[0]).toBe(labels.join('.'));
        expect(names.at(-1)).toBe(labels.at(-1));
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });
});

describe('where the walk ends', () => {
  it('at psd=n and psd=y, not at psd=u or without', () => {
    const records = { 'b.example.com': 'psd=n', 'example.com': 'p=none' };
    expect(stepsOf('a.b.example.com', records).map(({ domain }) => domain)).toEqual([
      'a.b.example.com',
      'b.example.com',
    ]);
    expect(stepsOf('a.example.com', { 'example.com': 'psd=y' }).map(({ domain }) => domain)).toEqual([
      'a.example.com',
      'example.com',
    ]);
    expect(stepsOf('a.example.com', { 'example.com': 'psd=u' })).toHaveLength(3);
    expect(stepsOf('a.example.com', { 'a.example.com': 'p=none' })).toHaveLength(3);
    expect(stepsOf('a.example.com', { 'a.example.com': 'p=none; psd=n' })).toHaveLength(1);
  });
});

describe('the Organizational Domain (section 4.10.2)', () => {
  it.each([
    ['rule 1: psd=n', 'a.mail.example.com', { 'mail.example.com': 'psd=n' }, 'mail.example.com'],
    [
      'rule 1 at the starting domain',
      'mail.example.com',
      { 'mail.example.com': 'psd=n', 'example.com': '' },
      'mail.example.com',
    ],
    ['rule 2: psd=y, one label below', 'a.mail.example.com', { com: 'psd=y' }, 'example.com'],
    ['rule 2 with a longer suffix', 'mail.giant.bank.example', { 'bank.example': 'psd=y' }, 'giant.bank.example'],
    [
      'rule 2 past a record',
      'mail.giant.bank.example',
      { 'giant.bank.example': 'p=reject', 'bank.example': 'psd=y' },
      'giant.bank.example',
    ],
    ['rule 2 does not hold at the starting domain', 'bank.example', { 'bank.example': 'psd=y' }, 'bank.example'],
    ['rule 2 through the shortcut', 'a.b.c.d.e.f.g.h.i.bank.example', { 'bank.example': 'psd=y' }, 'i.bank.example'],
    [
      'rule 3: the fewest labels',
      'a.mail.example.com',
      { 'mail.example.com': 'p=none', 'example.com': 'p=none' },
      'example.com',
    ],
    ['rule 3 with one record', 'a.mail.example.com', { 'mail.example.com': 'p=none' }, 'mail.example.com'],
    ['rule 3 at the top, as the RFC has it', 'example.com', { 'example.com': 'p=none', com: 'p=none' }, 'com'],
    [
      'rule 3: a record without p counts',
      'a.example.com',
      { 'example.com': 'rua=mailto:a@example.com' },
      'example.com',
    ],
    ['no record: the domain itself', 'a.mail.example.com', {}, 'a.mail.example.com'],
  ])('%s', (_what, domain, records, expected) => expect(orgOf(domain, records)).toBe(expected));

  it('the examples of appendix B.4', () => {
    const simple = { 'example.com': 'p=none', 'signing.example.com': 'p=none' };
    expect(orgOf('example.com', simple)).toBe('example.com');
    expect(orgOf('signing.example.com', simple)).toBe('example.com');
    expect(orgOf('a.b.c.d.e.f.g.h.i.j.k.example.com', simple)).toBe('example.com');
    const bank = { 'bank.example': 'p=reject; psd=y', 'giant.bank.example': 'p=reject' };
    expect(orgOf('giant.bank.example', bank)).toBe('giant.bank.example');
    expect(orgOf('mail.giant.bank.example', bank)).toBe('giant.bank.example');
    expect(orgOf('mail.mega.bank.example', bank)).toBe('mega.bank.example');
  });
});

describe('the record and the policy that apply (section 4.10.1)', () => {
  const tags = 'p=reject; sp=quarantine; np=none';

  it("the author domain's comes first, by p", () => {
    const records = { 'mail.example.com': tags, 'example.com': 'p=none' };
    expect(applied('mail.example.com', records)).toEqual(['mail.example.com', 'author', 'p', 'reject']);
  });
  it("then the organizational domain's, by sp, np or p", () => {
    expect(applied('mail.example.com', { 'example.com': tags })).toEqual([
      'example.com',
      'organizational',
      'sp',
      'quarantine',
    ]);
    expect(applied('mail.example.com', { 'example.com': tags }, false)).toEqual([
      'example.com',
      'organizational',
      'np',
      'none',
    ]);
    expect(applied('mail.example.com', { 'example.com': 'p=reject; np=none' })).toEqual([
      'example.com',
      'organizational',
      'p',
      'reject',
    ]);
    expect(applied('mail.example.com', { 'example.com': 'p=reject; sp=none' }, false)).toEqual([
      'example.com',
      'organizational',
      'sp',
      'none',
    ]);
    expect(applied('mail.example.com', { 'example.com': 'p=reject' }, false)).toEqual([
      'example.com',
      'organizational',
      'p',
      'reject',
    ]);
  });
  it('not one between the two', () => {
    const records = { 'mail.example.com': 'p=reject', 'example.com': 'p=none' };
    expect(applied('a.mail.example.com', records)).toEqual(['example.com', 'organizational', 'p', 'none']);
  });
  it("then the public suffix domain's", () => {
    expect(applied('mail.giant.bank.example', { 'bank.example': 'p=reject; psd=y' })).toEqual([
      'bank.example',
      'public-suffix',
      'p',
      'reject',
    ]);
    const both = { 'giant.bank.example': 'p=quarantine', 'bank.example': 'p=reject; psd=y' };
    expect(applied('mail.giant.bank.example', both)).toEqual([
      'giant.bank.example',
      'organizational',
      'p',
      'quarantine',
    ]);
  });
  it('none at all', () => expect(applied('mail.example.com', {})).toBeNull());

  it.each([
    ['no p, and an address for reports', 'rua=mailto:a@example.com', 'none'],
    ['no p, and none', 'sp=reject; np=reject', null],
    ['a p that is none of the three', 'p=block; rua=mailto:a@example.com', 'none'],
    ['an sp that is none of the three', 'p=reject; sp=block; rua=mailto:a@example.com', 'none'],
    ['an np that is none of the three', 'p=reject; np=block', null],
    ['an address for reports that is no URI', 'p=block; rua=a@example.com', null],
    ['all well', 'p=reject', 'reject'],
  ])('%s', (_what, text, expected) => expect(policyOf(parseDmarc(`v=DMARC1; ${text}`), 'p')).toBe(expected));
});

describe('whatever records there are', () => {
  it('the Organizational Domain is the domain or one above it', () => {
    const name = fc
      .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 12 })
      .map((labels) => labels.join('.'));
    const records = fc.dictionary(name, fc.constantFrom('', 'psd=y', 'psd=n', 'p=reject'));
    fc.assert(
      fc.property(name, records, (domain, made) => {
        const organizational = orgOf(domain, made);
        expect(domain === organizational || domain.endsWith(`.${organizational}`)).toBe(true);
        applied(domain, made);
      }),
    );
  });
});
