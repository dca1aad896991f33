import { z } from 'zod';
import { importError } from '../import-error.ts';
import type { ImportErrors, Question } from '../api.ts';

/** As many as one sentence holds. */
const FIRST = 3;

const form = z
  .object({
    total_entries: z.int(),
    import_errors: z.array(z.object({ filename: z.string(), stack_trace: z.string() })),
  })
  .transform(({ total_entries: total, import_errors: errors }) => ({
    total,
    first: errors.map(({ filename, stack_trace: trace }) => importError(filename, trace)),
  }));

export const importErrors: Question<ImportErrors | undefined> = {
  path: `/api/v2/importErrors?limit=${FIRST}&order_by=filename`,
  read: (body) => form.safeParse(body).data,
};
