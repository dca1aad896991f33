package main

import (
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// status is what --http-bind tells about the syncs so far.
type status struct {
	mutex           sync.Mutex
	synced, failed  int
	lastSuccessTime time.Time
}

func (s *status) record(err error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if err != nil {
		s.failed++
		return
	}
	s.synced++
	s.lastSuccessTime = time.Now()
}

func (s *status) serve(address string, metrics bool) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("--http-bind: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/", s.health)
	if metrics {
		mux.HandleFunc("/metrics", s.metrics)
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	logInfo(0, "serving HTTP", "endpoint", listener.Addr().String())
	return listener, nil
}

func (s *status) health(response http.ResponseWriter, request *http.Request) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if request.URL.Path != "/" {
		http.NotFound(response, request)
	} else if s.synced == 0 {
		http.Error(response, "repo is not ready", http.StatusServiceUnavailable)
	}
}

func (s *status) metrics(response http.ResponseWriter, _ *http.Request) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	fmt.Fprintf(response, "# TYPE git_sync_count_total counter\n")
	fmt.Fprintf(response, "git_sync_count_total{status=\"success\"} %d\n", s.synced)
	fmt.Fprintf(response, "git_sync_count_total{status=\"error\"} %d\n", s.failed)
}
