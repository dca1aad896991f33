package main

import (
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// superviseAsInit runs this program again as a child, passes signals on, and collects processes that lost
// their parent (git's helpers, after a time-out), which is the duty of a container's first process.
func superviseAsInit() int {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals)
	self, err := os.Executable()
	if err != nil {
		fail(127, "%v", err)
	}
	command := exec.Command(self, os.Args[1:]...)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	if err := command.Start(); err != nil {
		fail(127, "%v", err)
	}
	child := command.Process.Pid
	for received := range signals {
		if received != syscall.SIGCHLD {
			if received != syscall.SIGURG { // the Go runtime's own
				_ = syscall.Kill(child, received.(syscall.Signal))
			}
			continue
		}
		for {
			var status syscall.WaitStatus
			pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
			if err != nil || pid <= 0 {
				break
			}
			if pid != child {
				continue
			}
			if status.Signaled() {
				return 128 + int(status.Signal())
			}
			return status.ExitStatus()
		}
	}
	return 127
}
