import { z } from 'zod';
import { conditionTypes } from './conditions.ts';

/** The name of another object. */
export const name = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);

/** A quantity or option that YAML may write as a number or a string. */
export const intOrString = z.union([z.int(), z.string()]).meta({ 'x-kubernetes-int-or-string': true });

/** CEL rules for a field, with the sentence that `kubectl apply` prints. */
export const rules = (...list: { rule: string; message: string }[]) => ({ 'x-kubernetes-validations': list });

/**
 * A string of one form. Our own parser and the API server reject others with the same sentence (`pattern` alone would only
 * print the regular expression). `further` holds more CEL rules.
 */
export const textLike = (form: RegExp, message: string, ...further: { rule: string; message: string }[]) =>
  z
    .string()
    .regex(form, message)
    .meta(
      rules(
        { rule: `self.matches(${JSON.stringify(form.source.replaceAll('\\/', '/'))})`, message },
        ...further,
      ),
    );

export const immutable = (field: string) =>
  rules({
    rule: 'self == oldSelf',
    message: `${field} is immutable; delete the object and create a new one`,
  });

export const statusConditions = z
  .array(
    z.object({
      type: z.enum(conditionTypes),
      status: z.enum(['True', 'False', 'Unknown']),
      reason: z.string().max(1024),
      message: z.string().max(32768),
      observedGeneration: z.int().optional(),
      lastTransitionTime: z.string().optional().meta({ format: 'date-time' }),
    }),
  )
  .optional()
  .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] });
