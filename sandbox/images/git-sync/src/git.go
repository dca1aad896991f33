package main

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// git runs git commands in the root folder, with an environment that depends on nothing but the options.
type git struct {
	*options
	env []string
	// ready: --root is our repository. told: the commit that the caller heard of last.
	ready bool
	told  string
}

func newGit(o *options) (*git, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	config, err := os.CreateTemp("", "git-sync.*.gitconfig")
	if err != nil {
		return nil, fmt.Errorf("a private git configuration needs a writable %s: %w", os.TempDir(), err)
	}
	config.Close()
	if o.password != "" {
		// For the helper that git asks: in a file that only we can read, not in git's environment.
		o.passwordFile = config.Name() + ".password"
		if err := os.WriteFile(o.passwordFile, []byte(o.password), 0o600); err != nil {
			return nil, err
		}
	}
	g := &git{options: o, env: []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + filepath.Dir(config.Name()),
		"LC_ALL=C.UTF-8",
		"GIT_CONFIG_GLOBAL=" + config.Name(),
		"GIT_TERMINAL_PROMPT=0",
		"GIT_ASKPASS=" + self,
		"GIT_SSH=" + self,
		"GIT_SSH_VARIANT=ssh",
	}}
	g.env = append(g.env, helperEnvironment(o)...)
	for _, name := range []string{"TMPDIR", "http_proxy", "https_proxy", "no_proxy", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO"} {
		if value, found := os.LookupEnv(name); found {
			g.env = append(g.env, name+"="+value)
		}
	}
	// The volume belongs to root or to somebody else; it is ours to write all the same.
	settings := "[safe]\n\tdirectory = *\n[gc]\n\tauto = 0\n[advice]\n\tdetachedHead = false\n"
	if err := os.WriteFile(config.Name(), []byte(settings), 0o600); err != nil {
		return nil, err
	}
	extra, err := parseGitConfig(o.gitConfig)
	if err != nil {
		return nil, fmt.Errorf("invalid flag: --git-config: %w", err)
	}
	for _, pair := range extra {
		if _, err := g.runIn(context.Background(), "/", "config", "--global", "--add", pair[0], pair[1]); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// run gives the trimmed standard output of a git command in the root folder.
func (g *git) run(ctx context.Context, args ...string) (string, error) {
	return g.runIn(ctx, g.root, args...)
}

func (g *git) runIn(ctx context.Context, folder string, args ...string) (string, error) {
	started := time.Now()
	command := exec.CommandContext(ctx, g.options.git, args...)
	command.Dir = folder
	command.Env = g.env
	// A process group of its own, so that a time-out ends git's transport helpers as well.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = time.Second
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	logInfo(5, "ran git", "args", redact(strings.Join(args, " ")), "milliseconds", time.Since(started).Milliseconds())
	if err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("took longer than --sync-timeout=%s", g.syncTimeout)
		}
		return "", fmt.Errorf("git %s: %w: %s", redact(strings.Join(args, " ")), err, redact(strings.TrimSpace(stderr.String())))
	}
	return strings.TrimSpace(stdout.String()), nil
}

// credentialHost is where the password may go: the host of --repo, and nowhere else (a submodule's, say).
func credentialHost(repo string) string {
	parsed, err := url.Parse(repo)
	if err != nil {
		return ""
	}
	return parsed.Scheme + "://" + parsed.Host
}
