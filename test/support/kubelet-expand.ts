/**
 * How the kubelet expands `$(NAME)` in command, args, env values and exec probes: a transcription of
 * k8s.io/kubernetes/third_party/forked/golang/expansion, so that tests show what a container really gets.
 */
export function kubeletExpand(input: string, environment: Readonly<Record<string, string>>): string {
  const characters = [...input];
  let out = '';
  for (let at = 0; at < characters.length; at++) {
    if (characters[at] !== '$' || at + 1 === characters.length) {
      out += characters[at];
      continue;
    }
    const next = characters[at + 1]!;
    const end = next === '(' ? characters.indexOf(')', at + 2) : -1;
    if (next === '$') {
      out += '$';
      at += 1;
    } else if (end !== -1) {
      const name = characters.slice(at + 2, end).join('');
      out += Object.hasOwn(environment, name) ? environment[name] : `$(${name})`;
      at = end;
    } else {
      out += `$${next}`;
      at += 1;
    }
  }
  return out;
}
