import { z } from 'zod';
import type { Facts } from '../../facts/index.ts';
import { type Found, type Gathering, known } from '../gathering.ts';
import { getAws, type Region } from './aws.ts';

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
const Points = z.object({ Datapoints: z.array(z.object({ Timestamp: z.number(), Sum: z.number().min(0) })) });
/** https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-cloudwatch.html: of the account, without dimensions. */
const metrics = ['Send', 'Delivery', 'Bounce', 'Complaint', 'Reject'] as const;
const DAY = 86_400;

/**
 * Days by CloudWatch, which keeps them for 15 months; Virtual Deliverability Manager would start on the day on which it
 * was switched on, and make an old volume look new.
 */
export async function sesStatistics(
  gathering: Gathering,
  regions: readonly Region[],
): Promise<Found<Facts['provider.statistics']>> {
  const end = (Math.floor(gathering.now.getTime() / 1000 / DAY) + 1) * DAY;
  const first = end - 30 * DAY;
  const asked = regions.flatMap((region) => metrics.map((metric) => ({ region, metric })));
  const sums = await Promise.all(
    asked.map(async ({ region, metric }) => ({ metric, points: await pointsOf(gathering, region, metric, end) })),
  );
  const total = (name: (typeof metrics)[number]) =>
    sums
      .filter(({ metric }) => metric === name)
      .flatMap(({ points }) => points.filter((point) => point.Timestamp >= first))
      .reduce((sum, { Sum }) => sum + Sum, 0);
  const sends = sums.filter(({ metric }) => metric === 'Send').flatMap(({ points }) => points);
  const days = new Map<string, number>();
  for (const { Timestamp, Sum } of sends.filter((point) => point.Timestamp >= first)) {
    const date = new Date(Timestamp * 1000).toISOString().slice(0, 10);
    days.set(date, (days.get(date) ?? 0) + Sum);
  }
  return known(
    {
      provider: 'ses',
      sent: total('Send'),
      delivered: total('Delivery'),
      bounced: total('Bounce'),
      complained: total('Complaint'),
      held: total('Reject'),
      days: [...days].map(([date, count]) => ({ date, count })).sort((a, b) => (a.date < b.date ? -1 : 1)),
      earlier: sends.filter(({ Timestamp }) => Timestamp < first).reduce((sum, { Sum }) => sum + Sum, 0),
    },
    `CloudWatch AWS/SES, ${regions.map(({ region }) => region).join(', ')}`,
  );
}

async function pointsOf(gathering: Gathering, region: Region, metric: string, end: number) {
  const body = JSON.stringify({
    Namespace: 'AWS/SES',
    MetricName: metric,
    StartTime: end - 90 * DAY,
    EndTime: end,
    Period: DAY,
    Statistics: ['Sum'],
  });
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/making-api-requests.html, "POST"
  const headers = {
    accept: 'application/json',
    'content-type': 'application/json',
    'content-encoding': 'amz-1.0',
    'x-amz-target': 'GraniteServiceVersion20100801.GetMetricStatistics',
  };
  const action = 'cloudwatch:GetMetricStatistics';
  const asked = { service: 'monitoring', path: '/', method: 'POST', headers, body, action, shape: Points } as const;
  return (await getAws(gathering, region, asked)).Datapoints;
}
