import { parseAllDocuments, stringify } from 'yaml';
import { readDagRepository } from '../model/dag-repository.ts';
import type { KubeObject } from '../model/object.ts';
import type { Command } from './api.ts';

export const render: Command = {
  name: 'render',
  description: 'Print the exact objects of a branch, offline. Random keys and credentials are left out.',
  arguments: [
    ['<file>', 'YAML file with the DagRepository'],
    ['<branch>', 'the branch, such as feature/hardy'],
  ],
  async run(tools, [file = '', branch = '']) {
    const documents = parseAllDocuments(await tools.readFile(file)).map(
      (document) => document.toJS() as KubeObject | null,
    );
    const object = documents.find((one) => one?.kind === 'DagRepository');
    if (!object) throw new Error(`${file} holds no DagRepository.`);
    const read = readDagRepository(object);
    if (!read.ok) throw new Error(`${file}: ${read.message}`);
    const objects = tools.render(read.repository, branch);
    return {
      out: objects.map((one) => stringify(one, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n'),
    };
  },
};
