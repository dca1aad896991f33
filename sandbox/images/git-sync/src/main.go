// The sandbox's stand-in for git-sync v4: the same contract (a symlink, swapped atomically, whose target ends
// in the commit's hash) and the same flags, as far as Offshoot uses them, on plain git.
package main

import (
	"context"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	if helper := os.Getenv(helperVariable); helper != "" {
		os.Exit(runHelper(helper))
	}
	if os.Getpid() == 1 {
		os.Exit(superviseAsInit())
	}
	options, err := parseOptions(os.Args[1:], os.LookupEnv)
	if err != nil {
		fail(2, "%v", err)
	}
	logLevel = options.verbose
	logInfo(0, "this is the Offshoot sandbox's stand-in for git-sync v4.4, not the real one", "pid", os.Getpid(), "uid", os.Getuid())
	if err := run(options); err != nil {
		logError(err, "stopping")
		os.Exit(1)
	}
}

func run(options *options) error {
	if options.groupWrite {
		syscall.Umask(0o002)
	}
	if options.addUser {
		if err := addUser(); err != nil {
			return err
		}
	}
	git, err := newGit(options)
	if err != nil {
		return err
	}
	status := &status{}
	if options.httpBind != "" {
		listener, err := status.serve(options.httpBind, options.httpMetrics)
		if err != nil {
			return err
		}
		defer listener.Close()
	}
	var hook *webhook
	if options.webhookURL != "" {
		hook = newWebhook(options, http.DefaultTransport)
	}
	wake := make(chan os.Signal, 1)
	if options.syncSignal != 0 {
		signal.Notify(wake, options.syncSignal)
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	failures := 0
	for {
		ctx, cancel := context.WithTimeout(context.Background(), options.syncTimeout)
		go func() {
			select {
			case received := <-stop:
				logInfo(0, "ended by a signal", "signal", received.String())
				os.Exit(128 + int(received.(syscall.Signal)))
			case <-ctx.Done():
			}
		}()
		hash, changed, err := git.sync(ctx)
		cancel()
		status.record(err)
		if err != nil {
			failures++
			if options.maxFailures >= 0 && failures > options.maxFailures {
				return err
			}
			logError(err, "error syncing repo, will retry", "failCount", failures)
			writeErrorFile(options.errorFile, "error syncing repo, will retry", err, failures)
		} else {
			failures = 0
			removeErrorFile(options.errorFile)
			if changed && hook != nil {
				hook.send(hash)
			}
			if options.oneTime {
				if hook != nil {
					return hook.waitForFirst()
				}
				return nil
			}
			if isHash(options.ref) {
				logInfo(0, "ref is a commit hash, so nothing more can change", "ref", options.ref)
				received := <-stop
				os.Exit(128 + int(received.(syscall.Signal)))
			}
		}
		select {
		case <-time.After(options.period):
		case <-wake:
			logInfo(1, "caught signal to sync")
		case received := <-stop:
			logInfo(0, "ended by a signal", "signal", received.String())
			os.Exit(128 + int(received.(syscall.Signal)))
		}
	}
}
