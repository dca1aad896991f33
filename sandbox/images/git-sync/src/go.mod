module offshoot.dev/sandbox/git-sync

go 1.22
