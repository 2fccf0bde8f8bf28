import type { Report } from '../core/report.ts';

/** The report as it is: JSON.stringify escapes control characters (RFC 8259 section 7). */
export const renderJson = (report: Report): string => `${JSON.stringify(report, null, 2)}\n`;
