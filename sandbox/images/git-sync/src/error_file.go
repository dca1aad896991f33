package main

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// writeErrorFile puts the last error where others can read it, in the real git-sync's form, in one step.
func writeErrorFile(path, message string, failure error, failCount int) {
	if path == "" {
		return
	}
	content, _ := json.Marshal(struct {
		Msg, Err string
		Args     map[string]any
	}{message, redact(failure.Error()), map[string]any{"failCount": failCount}})
	temporary, err := os.CreateTemp(filepath.Dir(path), ".tmp-err-")
	if err != nil {
		logError(err, "could not write --error-file")
		return
	}
	_, err = temporary.Write(content)
	temporary.Close()
	if err == nil {
		err = os.Chmod(temporary.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		logError(err, "could not write --error-file")
	}
}

func removeErrorFile(path string) {
	if path == "" {
		return
	}
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		logError(err, "could not remove --error-file")
	}
}
