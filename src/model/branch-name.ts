/** What a branch's name never holds: git refuses bytes below 0x20, and 0x7f, in any ref. */
export const BRANCH_NAME = /^[^\x00-\x1f\x7f]*$/;

/** Why git can have no branch of this name, whoever says that it exists; undefined if it can. */
export function branchFault(branch: string): string | undefined {
  if (!BRANCH_NAME.test(branch))
    return 'the branch name contains a control character, which git does not allow';
  return branch.isWellFormed() ? undefined : 'the branch name is not valid Unicode';
}
