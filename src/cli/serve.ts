import type { Command } from './api.ts';

export const serve: Command = {
  name: 'serve',
  description: 'Run the operator: controllers, webhook server and gateway.',
  async run(tools) {
    const running = await tools.serve(tools.config());
    await tools.ended();
    await running.stop();
    return {};
  },
};
