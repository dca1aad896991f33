package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

var fullHash = regexp.MustCompile(`^[0-9a-f]{40}([0-9a-f]{24})?$`)

func isHash(ref string) bool { return fullHash.MatchString(ref) }

// sync brings --link to what --ref is on the remote, and tells the commit and whether that is news to the
// caller (the first sync always is, even if the right commit lies there already).
func (g *git) sync(ctx context.Context) (hash string, changed bool, err error) {
	if err := g.ensureRepository(ctx); err != nil {
		return "", false, err
	}
	ref, remote, err := g.resolve(ctx)
	if err != nil {
		return "", false, err
	}
	current := g.published()
	if remote != current || !g.isComplete(ctx, remote) {
		logInfo(0, "update required", "ref", g.ref, "local", current, "remote", remote)
		// By name, not by hash: a server need not hand out a hash that a push has just replaced.
		if remote, err = g.fetch(ctx, ref); err != nil {
			return "", false, err
		}
		if err := g.checkOut(ctx, remote); err != nil {
			return "", false, err
		}
		if err := g.publish(remote); err != nil {
			return "", false, err
		}
		logInfo(0, "updated successfully", "ref", g.ref, "remote", remote)
		changed = true
	}
	g.removeStale(ctx, remote)
	if g.told != remote {
		g.told, changed = remote, true
	}
	return remote, changed, g.touch()
}

// ensureRepository makes --root a repository of our own. What it may hold otherwise is removed, as documented.
func (g *git) ensureRepository(ctx context.Context) error {
	if g.ready {
		return nil
	}
	if err := os.MkdirAll(g.root, 0o755); err != nil {
		return err
	}
	if top, err := g.run(ctx, "rev-parse", "--show-toplevel"); err == nil && sameFile(top, g.root) {
		g.ready = true
		return nil
	}
	entries, err := os.ReadDir(g.root)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := os.RemoveAll(filepath.Join(g.root, entry.Name())); err != nil {
			return fmt.Errorf("--root holds something else, which cannot be removed: %w", err)
		}
	}
	args := []string{"init", "--quiet", "--initial-branch=git-sync"}
	if g.groupWrite {
		args = append(args, "--shared=group")
	}
	if _, err = g.run(ctx, args...); err != nil {
		return err
	}
	// Submodules may have URLs that are relative to it.
	_, err = g.run(ctx, "remote", "add", "origin", g.repo)
	g.ready = err == nil
	return err
}

func sameFile(a, b string) bool {
	first, err := os.Stat(a)
	second, otherErr := os.Stat(b)
	return err == nil && otherErr == nil && os.SameFile(first, second)
}

// resolve asks the remote which commit --ref is, and gives the full name to fetch it by. It costs one request
// and transfers nothing else. A tag wins over a branch of the same name, as git has it.
func (g *git) resolve(ctx context.Context) (ref, hash string, err error) {
	if isHash(g.ref) {
		return g.ref, g.ref, nil
	}
	candidates := []string{g.ref}
	if g.ref != "HEAD" && !strings.HasPrefix(g.ref, "refs/") {
		candidates = []string{"refs/tags/" + g.ref, "refs/heads/" + g.ref}
	}
	args := []string{"ls-remote", "--quiet", "--", g.repo}
	for _, candidate := range candidates {
		args = append(args, candidate, candidate+"^{}")
	}
	output, err := g.run(ctx, args...)
	if err != nil {
		return "", "", err
	}
	found := map[string]string{}
	for _, line := range strings.Split(output, "\n") {
		if hash, name, ok := strings.Cut(line, "\t"); ok {
			found[name] = hash
		}
	}
	for _, candidate := range candidates {
		if hash, ok := found[candidate+"^{}"]; ok { // what an annotated tag points to
			return candidate, hash, nil
		}
		if hash, ok := found[candidate]; ok {
			return candidate, hash, nil
		}
	}
	return "", "", fmt.Errorf("the remote has no ref %s", g.ref)
}

func (g *git) fetch(ctx context.Context, ref string) (string, error) {
	args := []string{"fetch", "--quiet", "--no-tags", "--no-auto-gc"}
	if g.depth > 0 {
		args = append(args, fmt.Sprintf("--depth=%d", g.depth))
	}
	if _, err := g.run(ctx, append(args, "--", g.repo, ref)...); err != nil {
		return "", err
	}
	return g.run(ctx, "rev-parse", "--verify", "FETCH_HEAD^{commit}")
}

func (g *git) worktree(hash string) string { return filepath.Join(g.root, ".worktrees", hash) }

// isComplete tells whether the worktree of this commit is there and was checked out to the end.
func (g *git) isComplete(ctx context.Context, hash string) bool {
	head, err := g.runIn(ctx, g.root, "-C", g.worktree(hash), "rev-parse", "HEAD")
	return err == nil && head == hash
}

func (g *git) checkOut(ctx context.Context, hash string) error {
	path := g.worktree(hash)
	if err := os.RemoveAll(path); err != nil { // left half-made by a run that was ended
		return err
	}
	if _, err := g.run(ctx, "worktree", "prune"); err != nil {
		return err
	}
	if _, err := g.run(ctx, "worktree", "add", "--quiet", "--force", "--detach", "--", path, hash); err != nil {
		return err
	}
	return g.updateSubmodules(ctx, path)
}

func (g *git) updateSubmodules(ctx context.Context, path string) error {
	if _, err := os.Stat(filepath.Join(path, ".gitmodules")); err != nil || g.submodules == "off" {
		return nil
	}
	args := []string{"submodule", "update", "--init"}
	if g.submodules == "recursive" {
		args = append(args, "--recursive")
	}
	if g.depth > 0 {
		args = append(args, fmt.Sprintf("--depth=%d", g.depth))
	}
	_, err := g.runIn(ctx, path, args...)
	return err
}

// published gives the hash that --link points to, or nothing.
func (g *git) published() string {
	target, err := os.Readlink(g.link)
	if err != nil || !isHash(filepath.Base(target)) {
		return ""
	}
	return filepath.Base(target)
}

// publish points --link at the worktree in one step: a reader sees the old tree or the new one.
func (g *git) publish(hash string) error {
	folder := filepath.Dir(g.link)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	target, err := filepath.Rel(folder, g.worktree(hash))
	if err != nil {
		return err
	}
	temporary := filepath.Join(folder, fmt.Sprintf(".%s.%d", filepath.Base(g.link), time.Now().UnixNano()))
	if err := os.Symlink(target, temporary); err != nil {
		return err
	}
	return os.Rename(temporary, g.link)
}

// removeStale removes every worktree but the published one, and what git keeps for them. It may fail and be
// done at the next sync.
func (g *git) removeStale(ctx context.Context, current string) {
	entries, err := os.ReadDir(filepath.Join(g.root, ".worktrees"))
	if err != nil {
		return
	}
	removed := false
	for _, entry := range entries {
		if entry.Name() == current {
			continue
		}
		if err := os.RemoveAll(g.worktree(entry.Name())); err != nil {
			logError(err, "could not remove a stale worktree")
			continue
		}
		logInfo(1, "removed worktree", "hash", entry.Name())
		removed = true
	}
	if !removed {
		return
	}
	_, err = g.run(ctx, "worktree", "prune")
	if err == nil && g.gc == "auto" {
		_, err = g.run(ctx, "-c", "gc.auto=6700", "gc", "--auto", "--quiet")
	}
	if err != nil {
		logError(err, "could not clean up")
	}
}

func (g *git) touch() error {
	if g.touchFile == "" {
		return nil
	}
	file, err := os.OpenFile(g.touchFile, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("--touch-file: %w", err)
	}
	file.Close()
	now := time.Now()
	return os.Chtimes(g.touchFile, now, now)
}
