import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Test files in the order of their paths, always, instead of by what vitest remembers of earlier runs. */
export class ByPath extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, other) => (one.moduleId < other.moduleId ? -1 : 1));
  }
}
