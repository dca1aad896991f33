package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// git starts this same program to be asked for a password and to open an SSH connection, with these variables
// set: paths and a user name, never a secret.
const (
	helperVariable   = "GITSYNC_HELPER"
	userVariable     = "GITSYNC_HELPER_USER"
	passwordVariable = "GITSYNC_HELPER_PASSWORD_FILE"
	hostVariable     = "GITSYNC_HELPER_HOST"
	keysVariable     = "GITSYNC_HELPER_SSH_KEYS"
	knownVariable    = "GITSYNC_HELPER_KNOWN_HOSTS"
)

func helperEnvironment(o *options) []string {
	known := ""
	if o.sshKnownHosts {
		known = o.sshKnownHostsFile
	}
	return []string{
		helperVariable + "=1",
		userVariable + "=" + o.username,
		passwordVariable + "=" + o.passwordFile,
		hostVariable + "=" + credentialHost(o.repo),
		keysVariable + "=" + o.sshKeyFiles.String(),
		knownVariable + "=" + known,
	}
}

// runHelper tells the two roles apart by what git passes: one prompt, or the arguments of ssh.
func runHelper(string) int {
	args := os.Args[1:]
	if len(args) == 1 && (strings.HasPrefix(args[0], "Username") || strings.HasPrefix(args[0], "Password")) {
		return answerPrompt(args[0])
	}
	return openSSH(args)
}

// answerPrompt prints what git asks for, e.g. "Password for 'https://user@host': ". The file is read at each
// question, so that a renewed password is used at once; it is given to the host of --repo and to no other.
func answerPrompt(prompt string) int {
	_, place, _ := strings.Cut(prompt, "'")
	place, _, _ = strings.Cut(place, "'")
	user, file := os.Getenv(userVariable), os.Getenv(passwordVariable)
	if file == "" || userInfo.ReplaceAllString(place, "$1") != os.Getenv(hostVariable) {
		return 1
	}
	if strings.HasPrefix(prompt, "Username") {
		fmt.Println(user)
		return 0
	}
	password, err := os.ReadFile(file)
	if err != nil {
		fmt.Fprintf(os.Stderr, "--password-file: %v\n", err)
		return 1
	}
	fmt.Println(strings.TrimRight(string(password), "\r\n"))
	return 0
}

func openSSH(args []string) int {
	options := []string{"-o", "BatchMode=yes"}
	if keys := os.Getenv(keysVariable); keys != "" {
		for _, key := range strings.Split(keys, ":") {
			options = append(options, "-i", key)
		}
		options = append(options, "-o", "IdentitiesOnly=yes")
	}
	if known := os.Getenv(knownVariable); known != "" {
		options = append(options, "-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile="+known)
	} else {
		options = append(options, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR")
	}
	ssh, err := exec.LookPath("ssh")
	if err == nil {
		err = syscall.Exec(ssh, append(append([]string{"ssh"}, options...), args...), os.Environ())
	}
	fmt.Fprintf(os.Stderr, "ssh: %v\n", err)
	return 1
}

// addUser gives this user id a line in /etc/passwd, without which ssh does not work.
func addUser() error {
	file, err := os.OpenFile("/etc/passwd", os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("--add-user: %w", err)
	}
	defer file.Close()
	_, err = fmt.Fprintf(file, "git-sync:x:%d:%d::%s:/sbin/nologin\n", os.Getuid(), os.Getgid(), os.Getenv("HOME"))
	return err
}
