import { z } from 'zod';
import { name, rules, textLike } from './schema-parts.ts';

/** The Secret in a preview's namespace with those variables whose values come from Secrets, under their names. */
export const AIRFLOW_ENV = 'airflow-env';

/** What Offshoot gives to the containers of Airflow, beside options of airflow.cfg: a test compares this with what is rendered. */
const OURS = [
  'AIRFLOW_HOME',
  'CONNECTION_CHECK_MAX_COUNT',
  'DATABASE_PASSWORD',
  'FORWARDED_ALLOW_IPS',
  'PYTHONUNBUFFERED',
];
/** How programs are found, Python's own modules, and the Kubernetes API. */
const VITAL = ['KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT', 'PATH', 'PYTHONHOME'];
const RESERVED = [...OURS, ...VITAL];
const IS_RESERVED =
  'is set by Offshoot, Kubernetes or the image; with another value, a preview would not work';

const OPTION = 'AIRFLOW__';
const IS_OPTION = 'AIRFLOW__… are options of airflow.cfg; set them in spec.airflow.config';

/** Airflow reads option `a` of section `b.c` from AIRFLOW__B_C__A. */
export const optionVariable = (section: string, option: string) =>
  `${OPTION}${section.replaceAll('.', '_').toUpperCase()}__${option.toUpperCase()}`;

const variableName = textLike(
  /^[A-Za-z_][A-Za-z0-9_]*$/,
  'must consist of letters, digits and _, and not begin with a digit',
  { rule: `!self.startsWith('${OPTION}')`, message: IS_OPTION },
  { rule: `!(self in ${JSON.stringify(RESERVED)})`, message: IS_RESERVED },
)
  .max(253)
  .refine((text) => !text.startsWith(OPTION), IS_OPTION)
  .refine((text) => !RESERVED.includes(text), IS_RESERVED);

const ONE_OF_TWO = 'set exactly one of value and valueFrom';

const variable = z
  .object({
    name: variableName.describe('The name, such as AIRFLOW_VAR_STAGE or AIRFLOW_CONN_WAREHOUSE.'),
    value: textLike(/^[^\x00]*$/, 'must not contain a null character')
      .max(4_096)
      .optional()
      .describe('The value, used literally: $(NAME) is not expanded.'),
    valueFrom: z
      .object({
        secretKeyRef: z
          .object({
            name,
            key: z
              .string()
              .min(1)
              .max(253)
              .regex(/^[-._a-zA-Z0-9]+$/),
          })
          .describe('A key of a Secret in this namespace, labelled offshoot.dev/use=env.'),
      })
      .optional()
      .describe(
        "Where the value comes from. It is copied into each preview, where the branch's code can read it.",
      ),
  })
  .refine(({ value, valueFrom }) => (value === undefined) !== (valueFrom === undefined), ONE_OF_TWO)
  .meta(rules({ rule: 'has(self.value) != has(self.valueFrom)', message: ONE_OF_TWO }));

type Variable = z.output<typeof variable>;

/** Every Preview keeps a copy of them. */
const ALL_VALUES = 60_000;
const TOO_MUCH = `the values must not exceed ${ALL_VALUES} characters in total`;

export const airflowEnv = z
  .array(variable)
  .max(100)
  .refine(
    (list) => new Set(list.map((one) => one.name)).size === list.length,
    'must not name a variable twice',
  )
  .refine((list) => list.map(({ value }) => value).join('').length <= ALL_VALUES, TOO_MUCH)
  .meta({
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
    ...rules({
      rule: `self.map(one, has(one.value) ? size(one.value) : 0).sum() <= ${ALL_VALUES}`,
      message: TOO_MUCH,
    }),
  })
  .default([])
  .describe(
    'Environment variables of Airflow and its tasks, written as for a Kubernetes container. Airflow restarts when a value changes, including a value in a Secret.',
  );

const byName = (env: readonly Variable[]) => [...env].sort((one, other) => (one.name < other.name ? -1 : 1));

/** Values that the spec itself holds, by variable. Their order means nothing, and so changes nothing. */
export const plainValues = (env: readonly Variable[]): Record<string, string> =>
  Object.fromEntries(byName(env).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));

/** Which variables get their values from Secrets beside the DagRepository, and from where. */
export const fromSecrets = (env: readonly Variable[]) =>
  byName(env).flatMap(({ name: variable, valueFrom }) =>
    valueFrom ? [{ variable, secret: valueFrom.secretKeyRef.name, key: valueFrom.secretKeyRef.key }] : [],
  );
