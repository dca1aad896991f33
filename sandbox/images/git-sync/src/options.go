package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

type options struct {
	repo, ref, root, link, git                  string
	depth, maxFailures, verbose, webhookStatus  int
	period, syncTimeout                         time.Duration
	oneTime, groupWrite, addUser, sshKnownHosts bool
	httpMetrics                                 bool
	httpBind, touchFile, errorFile              string
	submodules, gitConfig                       string
	username, password, passwordFile            string
	sshKnownHostsFile, gc                       string
	sshKeyFiles                                 list
	webhookURL, webhookMethod                   string
	webhookTimeout, webhookBackoff              time.Duration
	syncSignal                                  syscall.Signal
}

// list is a flag that may be given more than once.
type list []string

func (l *list) String() string     { return strings.Join(*l, ":") }
func (l *list) Set(v string) error { *l = append(*l, v); return nil }

// parseOptions reads flags, and for those not given the environment ($GITSYNC_REPO for --repo and so on).
func parseOptions(args []string, env func(string) (string, bool)) (*options, error) {
	o := &options{}
	set := flag.NewFlagSet("git-sync", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&o.repo, "repo", "", "")
	set.StringVar(&o.ref, "ref", "HEAD", "")
	set.StringVar(&o.root, "root", "", "")
	set.StringVar(&o.git, "git", "git", "")
	set.StringVar(&o.link, "link", "", "")
	set.IntVar(&o.depth, "depth", 1, "")
	set.DurationVar(&o.period, "period", 10*time.Second, "")
	set.DurationVar(&o.syncTimeout, "sync-timeout", 120*time.Second, "")
	set.IntVar(&o.maxFailures, "max-failures", 0, "")
	set.BoolVar(&o.oneTime, "one-time", false, "")
	set.StringVar(&o.httpBind, "http-bind", "", "")
	set.BoolVar(&o.httpMetrics, "http-metrics", false, "")
	set.StringVar(&o.touchFile, "touch-file", "", "")
	set.StringVar(&o.errorFile, "error-file", "", "")
	set.StringVar(&o.submodules, "submodules", "recursive", "")
	set.BoolVar(&o.groupWrite, "group-write", false, "")
	set.BoolVar(&o.addUser, "add-user", false, "")
	set.StringVar(&o.gitConfig, "git-config", "", "")
	set.StringVar(&o.gc, "git-gc", "auto", "")
	set.StringVar(&o.username, "username", "", "")
	set.StringVar(&o.passwordFile, "password-file", "", "")
	set.Var(&o.sshKeyFiles, "ssh-key-file", "")
	set.BoolVar(&o.sshKnownHosts, "ssh-known-hosts", true, "")
	set.StringVar(&o.sshKnownHostsFile, "ssh-known-hosts-file", "/etc/git-secret/known_hosts", "")
	set.StringVar(&o.webhookURL, "webhook-url", "", "")
	set.StringVar(&o.webhookMethod, "webhook-method", "POST", "")
	set.IntVar(&o.webhookStatus, "webhook-success-status", 200, "")
	set.DurationVar(&o.webhookTimeout, "webhook-timeout", time.Second, "")
	set.DurationVar(&o.webhookBackoff, "webhook-backoff", 3*time.Second, "")
	set.IntVar(&o.verbose, "verbose", 0, "")
	set.IntVar(&o.verbose, "v", 0, "")
	signalName := set.String("sync-on-signal", "", "")
	showVersion := set.Bool("version", false, "")
	if err := set.Parse(args); err != nil {
		return nil, fmt.Errorf("%w (this stand-in knows the flags that Offshoot uses; see sandbox/images/git-sync)", err)
	}
	if *showVersion {
		fmt.Println("v4.4.2+offshoot-sandbox")
		os.Exit(0)
	}
	if set.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q", set.Arg(0))
	}
	if err := fromEnvironment(set, env); err != nil {
		return nil, err
	}
	// Never a flag: arguments are for everybody to see.
	o.password, _ = env("GITSYNC_PASSWORD")
	return o, o.complete(*signalName)
}

func fromEnvironment(set *flag.FlagSet, env func(string) (string, bool)) (err error) {
	given := map[string]bool{}
	set.Visit(func(f *flag.Flag) { given[f.Name] = true })
	set.VisitAll(func(f *flag.Flag) {
		name := "GITSYNC_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value, found := env(name)
		if f.Name == "v" || given[f.Name] || !found || value == "" || err != nil {
			return
		}
		if failure := set.Set(f.Name, value); failure != nil {
			err = fmt.Errorf("$%s: %w", name, failure)
		}
	})
	return err
}

// complete checks what belongs together and fills in what follows from other options.
func (o *options) complete(signalName string) error {
	switch {
	case o.repo == "":
		return fmt.Errorf("required flag: --repo must be specified")
	case o.root == "":
		return fmt.Errorf("required flag: --root must be specified")
	case o.depth < 0:
		return fmt.Errorf("invalid flag: --depth must be greater than or equal to 0")
	case o.period < 10*time.Millisecond:
		return fmt.Errorf("invalid flag: --period must be at least 10ms")
	case o.syncTimeout < 10*time.Millisecond:
		return fmt.Errorf("invalid flag: --sync-timeout must be at least 10ms")
	case o.password != "" && o.passwordFile != "":
		return fmt.Errorf("invalid flag: only one of $GITSYNC_PASSWORD and --password-file may be specified")
	case (o.password != "" || o.passwordFile != "") && o.username == "":
		return fmt.Errorf("invalid flag: a password needs --username")
	case o.username != "" && o.password == "" && o.passwordFile == "":
		return fmt.Errorf("invalid flag: --username needs $GITSYNC_PASSWORD or --password-file")
	case o.submodules != "recursive" && o.submodules != "shallow" && o.submodules != "off":
		return fmt.Errorf("invalid flag: --submodules must be one of recursive, shallow or off")
	}
	root, err := filepath.Abs(o.root)
	if err != nil {
		return err
	}
	o.root = root
	if o.link == "" {
		o.link = strings.TrimSuffix(path.Base(strings.TrimRight(o.repo, "/")), ".git")
	}
	o.link = under(root, o.link)
	if o.touchFile != "" {
		o.touchFile = under(root, o.touchFile)
	}
	if o.errorFile != "" {
		o.errorFile = under(root, o.errorFile)
	}
	if o.sshKeyFiles == nil {
		o.sshKeyFiles = list{"/etc/git-secret/ssh"}
	}
	o.syncSignal, err = parseSignal(signalName)
	return err
}

func under(root, name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(root, name)
}

func parseSignal(name string) (syscall.Signal, error) {
	if name == "" {
		return 0, nil
	}
	if number, err := strconv.Atoi(name); err == nil && number > 0 && number < 65 {
		return syscall.Signal(number), nil
	}
	known := map[string]syscall.Signal{"HUP": syscall.SIGHUP, "USR1": syscall.SIGUSR1, "USR2": syscall.SIGUSR2, "INT": syscall.SIGINT}
	if found, ok := known[strings.TrimPrefix(name, "SIG")]; ok {
		return found, nil
	}
	return 0, fmt.Errorf("invalid flag: --sync-on-signal: unknown signal %q", name)
}
