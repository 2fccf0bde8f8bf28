import { describe, expect, it } from 'vitest';
import type { Result } from '../../src/core/report.ts';
import { render } from '../../src/report/index.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { failed, renderOptions, reportOf } from '../support/report.ts';

const escape = '\u001b[2J\u001b]0;owned\u0007\u009b31m';
const nasty = `${escape}\r\n::error::injected\n</skipped><script>alert(1)</script>]]>|\u202e\u2028\u0000\ud800`;
const hostile: Result = {
  ...failed,
  because: nasty,
  fix: nasty,
  evidence: [
    { where: nasty, at: '2026-11-24T19:02:11.000Z', seen: { text: nasty }, findings: [{ where: nasty, what: nasty }] },
  ],
  warnings: [{ reason: 'r', text: nasty }],
};
const report = reportOf([hostile], { target: nasty, hosts: [nasty], files: [nasty] });

describe('text of strangers', () => {
  it.each(['human', 'json', 'ndjson', 'junit', 'github'])('never reaches a terminal raw in %s', async (format) => {
    const text = await render(format, report, { ...renderOptions, verbose: true });
    // Everything but the line feeds of our own.
    expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e\u2028]/);
  });

  it('starts no line that a CI system could take for a command', async () => {
    const lines = (await render('github', report, renderOptions)).split('\n');
    const commands = lines.filter((line) => /^\s*::/.test(line));
    expect(commands).toHaveLength(1);
    expect(commands[0]).toMatch(/^::error title=redis\.eviction fail::/);
  });

  it('is text to an XML reader', async () => {
    const xml = await render('junit', report, renderOptions);
    expect(xml).not.toContain('<script>');
    expect(xml.match(/<skipped/g)).toBeNull();
    expect(xml.match(/<failure /g)).toHaveLength(1);
  });

  it('is text to a Markdown reader', () => {
    const summary = renderSummary(report, renderOptions);
    expect(summary).not.toContain('<script>');
    for (const line of summary.split('\n').filter((one) => one.startsWith('|'))) {
      expect(line.split('|')).toHaveLength(6);
    }
  });
});

describe('annotations', () => {
  it('are the worst ten, the last of them saying how many more there are', async () => {
    const many = Array.from({ length: 25 }, (_, index) => ({ ...failed, id: `redis.line-${index}` }));
    const commands = (await render('github', reportOf(many), renderOptions))
      .split('\n')
      .filter((line) => line.startsWith('::'));
    expect(commands).toHaveLength(10);
    expect(commands[9]).toBe('::notice title=svcheck::and 16 more lines are not well; the log has all of them');
  });

  it('are none where all is well', async () => {
    const text = await render('github', reportOf([{ ...failed, status: 'pass', fix: null }]), renderOptions);
    expect(text).not.toMatch(/^::/m);
  });
});
