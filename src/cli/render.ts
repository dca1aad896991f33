import { parseAllDocuments, stringify } from 'yaml';
import { unknownFields } from '../model/unknown-fields.ts';
import type { KubeObject } from '../model/object.ts';
import type { Command } from './api.ts';

export const render: Command = {
  name: 'render',
  description:
    'Print the exact objects of a branch, without a cluster. Generated keys and credentials are omitted.',
  arguments: [
    ['<file>', 'a YAML file that contains a DagRepository'],
    ['<branch>', 'a branch, such as feature/hardy'],
  ],
  async run(tools, [file = '', branch = '']) {
    const documents = parseAllDocuments(await tools.readFile(file));
    const fault = documents.flatMap(({ errors }) => errors)[0];
    if (fault) throw new Error(`${file} is not valid YAML: ${fault.message.split('\n')[0]}`);
    const objects = documents.map((document) => document.toJS() as Partial<KubeObject> | null);
    const object = objects.find((one): one is KubeObject => one?.kind === 'DagRepository');
    if (!object) throw new Error(`${file} contains no DagRepository.`);
    if (typeof object.metadata?.name !== 'string')
      throw new Error(`${file}: the DagRepository has no metadata.name.`);
    const unknown = unknownFields(object);
    if (unknown.length) throw new Error(`${file}: ${unknown.join(', ')}.`);
    const read = tools.readRepository(object);
    if (!read.ok) throw new Error(`${file}: ${read.message}`);
    const rendered = tools.render(read.repository, branch);
    return {
      out: rendered
        .map((one) => stringify(one, { lineWidth: 0, aliasDuplicateObjects: false }))
        .join('---\n'),
    };
  },
};
