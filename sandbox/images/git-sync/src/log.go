package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"
)

var logLevel = 0

func logInfo(level int, message string, pairs ...any) {
	if level <= logLevel {
		write(level, nil, message, pairs)
	}
}

func logError(err error, message string, pairs ...any) { write(0, err, message, pairs) }

func fail(code int, format string, args ...any) {
	fmt.Fprintf(os.Stderr, "ERROR: "+format+"\n", args...)
	os.Exit(code)
}

// write prints one JSON object per line, with the keys of the real git-sync.
func write(level int, err error, message string, pairs []any) {
	var line strings.Builder
	add := func(key string, value any) {
		encoded, _ := json.Marshal(value)
		fmt.Fprintf(&line, ",%q:%s", key, encoded)
	}
	fmt.Fprintf(&line, `{"logger":"","ts":%q`, time.Now().UTC().Format("2006-01-02 15:04:05.000000"))
	if err != nil {
		add("msg", message)
		add("error", redact(err.Error()))
	} else {
		add("level", level)
		add("msg", message)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		add(fmt.Sprint(pairs[i]), pairs[i+1])
	}
	fmt.Fprintln(os.Stderr, line.String()+"}")
}

var userInfo = regexp.MustCompile(`(://)[^/@\s'"]+@`)

// redact hides user and password in URLs: they do not belong there, but people put them there.
func redact(text string) string { return userInfo.ReplaceAllString(text, "${1}REDACTED@") }
