/** The style sheet of all pages, in the page itself: they must look right while nothing else can be fetched. */
export const style = `
:root { color-scheme: light dark; --ink: #1b2430; --soft: #5d6b7a; --line: #dfe4ea; --page: #f4f6f8; --card: #fff;
  --accent: #017cee; --good: #12805c; --good-bg: #e3f5ee; --bad: #b3261e; --bad-bg: #fcebea; --wait-bg: #e6f1fd; --code: #eef1f4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf0; --soft: #97a5b4; --line: #2b3642; --page: #10161d; --card: #18202a;
  --accent: #5db0ff; --good: #5bd1a5; --good-bg: #12352a; --bad: #ff8f87; --bad-bg: #431c1a; --wait-bg: #12304d; --code: #232d38; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; background: var(--page); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif; }
main { max-width: 42rem; margin: 0 auto; padding: 12vh 1.25rem 3rem; }
main.wide { max-width: 60rem; padding-top: 7vh; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 1.75rem 2rem;
  box-shadow: 0 1px 2px rgb(0 0 0 / 5%), 0 8px 28px rgb(0 0 0 / 6%); }
.brand { display: flex; align-items: center; gap: .5rem; margin: 0 0 1rem .25rem; color: var(--soft); font-weight: 600; font-size: .9rem; }
.brand svg { width: 1.25rem; height: 1.25rem; color: var(--accent); }
.brand a { color: inherit; text-decoration: none; }
h1 { margin: .6rem 0 .1rem; font-size: 1.55rem; line-height: 1.25; letter-spacing: -.01em; overflow-wrap: anywhere; }
p { margin: .5rem 0; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.small { font-size: .875rem; }
code { font: .92em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; background: var(--code); border-radius: 5px; padding: .1em .35em; }
a { color: var(--accent); }
.badge { display: inline-block; border-radius: 99px; padding: .1rem .65rem; font-size: .8rem; font-weight: 600; white-space: nowrap; }
.badge.wait { background: var(--wait-bg); color: var(--accent); }
.badge.good { background: var(--good-bg); color: var(--good); }
.badge.bad { background: var(--bad-bg); color: var(--bad); }
.steps { list-style: none; margin: 1.4rem 0; padding: 0; }
.steps li { display: flex; align-items: center; gap: .75rem; padding: .3rem 0; color: var(--soft); }
.steps li.done, .steps li.now { color: var(--ink); }
.steps li.now { font-weight: 600; }
.mark { flex: none; width: 1.35rem; height: 1.35rem; border-radius: 50%; border: 2px solid var(--line);
  display: grid; place-items: center; font-size: .8rem; font-weight: 700; line-height: 1; }
.done .mark { background: var(--good); border-color: var(--good); color: var(--card); }
.now .mark { border-color: var(--accent); border-right-color: transparent; animation: turn 1s linear infinite; }
.failed .now .mark { border-color: var(--bad); color: var(--bad); animation: none; }
@keyframes turn { to { transform: rotate(1turn); } }
@media (prefers-reduced-motion: reduce) { .now .mark { animation: none; } }
.why { border-left: 3px solid var(--accent); background: var(--wait-bg); border-radius: 0 8px 8px 0; padding: .7rem 1rem; margin: 1.2rem 0 0; }
.failed .why { border-color: var(--bad); background: var(--bad-bg); }
.why p { margin: 0; }
.foot { margin: 1rem .25rem; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; margin-top: 1.2rem; }
th { text-align: left; font-size: .8rem; color: var(--soft); font-weight: 600; padding: 0 1rem .5rem 0; }
td { border-top: 1px solid var(--line); padding: .7rem 1rem .7rem 0; vertical-align: top; overflow-wrap: anywhere; }
td:first-child { min-width: 12rem; }
td:last-child, th:last-child { padding-right: 0; }
`;
