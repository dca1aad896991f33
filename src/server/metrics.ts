import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';

/** Everything that Offshoot counts. Names and labels are its contract with dashboards. */
export function createMetrics(previewReasons: () => string[], leads: () => boolean) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const previews = new Gauge({
    name: 'offshoot_previews',
    help: 'Previews by the reason of their Ready condition.',
    labelNames: ['reason'],
    registers,
    collect() {
      previews.reset();
      for (const reason of previewReasons()) previews.inc({ reason });
    },
  });
  const leader: Gauge = new Gauge({
    name: 'offshoot_leader',
    help: '1 in the leading process, 0 in those that stand by.',
    registers,
    collect() {
      leader.set(leads() ? 1 : 0);
    },
  });
  return {
    deliveries: new Counter({
      name: 'offshoot_deliveries_total',
      help: 'Webhook deliveries by event and outcome.',
      labelNames: ['event', 'outcome'],
      registers,
    }),
    requests: new Counter({
      name: 'offshoot_kubernetes_requests_total',
      help: 'Requests to the Kubernetes API.',
      labelNames: ['verb', 'kind', 'code'],
      registers,
    }),
    reconciles: new Histogram({
      name: 'offshoot_reconcile_seconds',
      help: 'Duration of reconciles.',
      labelNames: ['kind'],
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 5],
      registers,
    }),
    retries: new Counter({
      name: 'offshoot_reconcile_retries_total',
      help: 'Reconciles that failed and were retried.',
      labelNames: ['kind'],
      registers,
    }),
    orphans: new Gauge({
      name: 'offshoot_orphaned_namespaces',
      help: 'Namespaces of previews that no longer exist.',
      registers,
    }),
    text: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
