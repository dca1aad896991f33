// Package tools names the command that the sandbox builds, so that "go mod tidy" keeps what it needs in go.sum.
//
//go:build tools

package tools

import _ "helm.sh/helm/v3/cmd/helm"
