import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes half a minute and more, and does not look like it by the size of the file. */
const LONG = ['simulation.test.ts', 'catalogue.test.ts', 'install.test.ts', 'crash.test.ts'];

/** The longest first, so that at the end no worker waits for one that began late. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.some((name) => moduleId.endsWith(`/${name}`));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
