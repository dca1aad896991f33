/** A failure that the person at the keyboard can act on: `message` says what is wrong and where, `remedy` what to do. */
export class SandboxError extends Error {
  override name = 'SandboxError';
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(`${message}\n  Remedy: ${remedy}`, options);
    this.remedy = remedy;
  }
}
