package main

import (
	"fmt"
	"strings"
)

// parseGitConfig reads `key:value,"quoted:key":"value"` as --git-config takes it. In quoted keys and in all
// values \n, \t, \", \, and \\ are escapes; an unquoted value ends at a comma.
func parseGitConfig(text string) ([][2]string, error) {
	var pairs [][2]string
	for rest := strings.TrimSpace(text); rest != ""; {
		key, after, err := configToken(rest, ':', false)
		if err != nil {
			return nil, err
		}
		if key == "" || !strings.HasPrefix(after, ":") {
			return nil, fmt.Errorf("expected key:value at %q", rest)
		}
		value, after, err := configToken(strings.TrimLeft(after[1:], " "), ',', true)
		if err != nil {
			return nil, err
		}
		if after != "" && !strings.HasPrefix(after, ",") {
			return nil, fmt.Errorf("unexpected text after a value: %q", after)
		}
		pairs = append(pairs, [2]string{key, value})
		rest = strings.TrimSpace(strings.TrimPrefix(after, ","))
	}
	return pairs, nil
}

// configToken takes one key or value off the front of text.
func configToken(text string, end byte, escapes bool) (token, rest string, err error) {
	quoted := strings.HasPrefix(text, `"`)
	body := strings.TrimPrefix(text, `"`)
	var out strings.Builder
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case c == '\\' && (escapes || quoted):
			i++
			if i == len(body) || !strings.ContainsRune(`nt",\`, rune(body[i])) {
				return "", "", fmt.Errorf("unknown escape at %q", body[i-1:])
			}
			out.WriteString(strings.NewReplacer("n", "\n", "t", "\t").Replace(body[i : i+1]))
		case quoted && c == '"':
			return out.String(), strings.TrimLeft(body[i+1:], " "), nil
		case !quoted && c == end:
			return out.String(), body[i:], nil
		default:
			out.WriteByte(c)
		}
	}
	if quoted {
		return "", "", fmt.Errorf("a quote is not closed in %q", text)
	}
	return out.String(), "", nil
}
