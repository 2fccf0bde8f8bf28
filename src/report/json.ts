import type { Report } from '../core/report.ts';
import { jsonText } from './escape.ts';

/** The report as it is. */
export const renderJson = (report: Report): string => `${jsonText(report, 2)}\n`;
